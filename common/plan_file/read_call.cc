#include <algorithm>

#include <fmt/format.h>

#include "common/base/call_label.h"
#include "common/plan_file/json_text.h"
#include "common/plan_file/ticket_fields.h"

namespace headway {

namespace {

/// Of `args` as JSON: an attempt has to fit into one frame of the wire, with all the rest.
constexpr std::size_t kMaxArgumentBytes = 64 * 1024;

bool is_identifier(std::string_view word) {
  if (word.empty() || (word.front() >= '0' && word.front() <= '9')) return false;
  return std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Identifiers with dots between them.
bool is_dotted(std::string_view words) {
  while (true) {
    const std::size_t dot = words.find('.');
    if (!is_identifier(words.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    words.remove_prefix(dot + 1);
  }
}

}  // namespace

void read_function(Reading& reading, const Entry& entry, Command& out) {
  std::string text;
  read_name(reading, entry, text);
  if (text.empty()) return;
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos && is_dotted(std::string_view(text).substr(0, colon)) &&
      is_dotted(std::string_view(text).substr(colon + 1))) {
    out.function = std::move(text);
    return;
  }
  reading.error(entry.value.mark,
                fmt::format("`{}`: {} does not name a function", entry.name, quoted(text)),
                "write `module:function`, where both may have dots in them");
}

void read_arguments(Reading& reading, const Entry& entry, Command& out) {
  const bool is_some =
      entry.value.kind == YamlNode::Kind::kSequence || entry.value.kind == YamlNode::Kind::kMap;
  if (!is_some) {
    reading.error(entry.value.mark, fmt::format("`{}` is a list or a map", entry.name),
                  "write `[1, two]`, or `{name: value}` for arguments by name");
    return;
  }
  std::string json = json_text(reading, entry.value);
  if (json.size() > kMaxArgumentBytes) {
    reading.error(entry.value.mark,
                  fmt::format("`{}` has {} bytes as JSON; at most {} are allowed", entry.name,
                              json.size(), kMaxArgumentBytes),
                  "put them into a file, and its path here");
    return;
  }
  out.arguments = std::move(json);
}

void want_caller(Ticket& ticket) {
  std::vector<std::string>& labels = ticket.agent.labels;
  if (ticket.command.function.empty() || std::ranges::find(labels, kCallLabel) != labels.end())
    return;
  labels.emplace_back(kCallLabel);
}

}  // namespace headway
