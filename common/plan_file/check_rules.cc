#include "common/plan_file/check_rules.h"

#include <fmt/format.h>

namespace headway {

namespace {

/// Where a key stands in a map; the map's own place where it is not in there.
SourceMark mark_of_key(const YamlNode& map, std::string_view key) {
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (map.children[i].text == key) return map.children[i].mark;
  }
  return map.mark;
}

void check_approval(Reading& reading, const YamlNode& node, std::uint32_t bits, Gate& gate) {
  const auto refused = [&](std::string_view key, const char* hint) {
    return reading.error_by_newer_rule(
        mark_of_key(node, key), fmt::format("`{}` means nothing for an approval", key), hint);
  };
  if (gate.parallel && refused("parallel",
                               "take it out: an approval waits for the gates before it, and those "
                               "after it for the approval")) {
    gate.parallel = false;
  }
  if (!gate.labels.empty() && refused("labels", "take them out: a person decides, no agent")) {
    gate.labels.clear();
  }
  if ((bits & kRetryBit) != 0 && refused("retry", "take it out: what a person decides stands")) {
    gate.retry = {};
  }
  if ((bits & kOnTimeoutBit) == 0 || gate.timeout) return;
  if (reading.error_by_newer_rule(mark_of_key(node, "on_timeout"),
                                  "`on_timeout` of an approval without `timeout`",
                                  "add `timeout: 2d`, or take it out: without one it waits")) {
    gate.on_timeout = {};
  }
}

}  // namespace

void check_gate_fields(Reading& reading, const YamlNode& node, std::uint32_t bits, Gate& gate) {
  if (gate.approval) return check_approval(reading, node, bits, gate);
  if ((bits & kOnTimeoutBit) == 0) return;
  if (reading.error_by_newer_rule(
          mark_of_key(node, "on_timeout"), "`on_timeout` of a gate that is no approval",
          "take it out: a command that outlasts its `timeout` has failed")) {
    gate.on_timeout = {};
  }
}

bool CheckNames::add(const YamlNode& node, const std::string& name) {
  const auto [first, is_new] = first_.emplace(name, node.mark);
  if (is_new) return true;
  return !reading_.error_by_newer_rule(
      mark_of_key(node, "name"), fmt::format("{} has the name of another: {}", what_, quoted(name)),
      fmt::format("give each its own name; the other is in line {}", first->second.line));
}

bool is_name_of_a_gate(Reading& reading, const YamlNode& node, const std::string& name) {
  if (name != "rollback") return true;
  return !reading.error_by_newer_rule(
      mark_of_key(node, "name"), "a gate is called `rollback`",
      "give it another name: `headway logs --check rollback` is the output of the ticket's "
      "rollback");
}

}  // namespace headway
