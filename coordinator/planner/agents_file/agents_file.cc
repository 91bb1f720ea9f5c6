#include "coordinator/planner/agents_file/agents_file.h"

#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan_file/yaml_document.h"

namespace headway::planner {

namespace {

constexpr std::size_t kMaxDepth = 8;

/// Gathers agents, and the first thing that is wrong.
class AgentsReceiver final : public YamlReceiver {
 public:
  void on_field(const YamlNode& key, const YamlNode& value) override {
    if (key.text != "agents") {
      refuse(key, fmt::format("unknown key `{}`: only `agents` is known", printable(key.text)));
    } else if (value.kind != YamlNode::Kind::kSequence) {
      refuse(value, "`agents` should be a list");
    }
  }

  void on_item(const YamlNode& item) override {
    if (item.kind != YamlNode::Kind::kMap) {
      refuse(item, "an agent should be a map, as in `- {name: anna, labels: [docs]}`");
      return;
    }
    PlanAgent agent;
    std::size_t count = 0;
    for (std::size_t i = 0; i + 1 < item.children.size(); i += 2) {
      read_field(item.children[i], item.children[i + 1], agent, count);
    }
    if (agent.name.empty()) agent.name = std::to_string(agents.size() + 1);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) {
      PlanAgent one = agent;
      if (count > 0) one.name += fmt::format("/{}", i + 1);
      if (agents.size() >= kMaxAgents) {
        refuse(item, fmt::format("there are more than {} agents", kMaxAgents));
        return;
      }
      if (!names_.insert(one.name).second) {
        refuse(item, fmt::format("there are two agents `{}`", printable(one.name)));
        return;
      }
      agents.push_back(std::move(one));
    }
  }

  std::vector<PlanAgent> agents;
  std::optional<std::string> fault;

 private:
  void refuse(const YamlNode& node, std::string message) {
    if (!fault) fault = fmt::format("line {}: {}", node.mark.line, message);
  }

  void read_field(const YamlNode& key, const YamlNode& value, PlanAgent& agent,
                  std::size_t& count) {
    if (key.text == "name") {
      agent.name = word(key, value);
    } else if (key.text == "worker") {
      agent.worker = word(key, value);
    } else if (key.text == "types") {
      agent.types = words(key, value);
    } else if (key.text == "labels") {
      agent.labels = words(key, value);
    } else if (key.text == "count") {
      const std::string text = word(key, value);
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
      if (error != std::errc{} || end != text.data() + text.size() || count < 1 ||
          count > kMaxAgents) {
        refuse(value, fmt::format("`count` should be a number from 1 to {}", kMaxAgents));
        count = 1;
      }
    } else {
      refuse(key, fmt::format("unknown key `{}`: an agent has `name`, `count`, `worker`, `types` "
                              "and `labels`",
                              printable(key.text)));
    }
  }

  std::string word(const YamlNode& key, const YamlNode& value) {
    if (value.kind != YamlNode::Kind::kScalar || value.text.empty()) {
      refuse(value, fmt::format("`{}` should be one word", key.text));
      return {};
    }
    return value.text;
  }

  std::vector<std::string> words(const YamlNode& key, const YamlNode& value) {
    std::vector<std::string> result;
    if (value.kind == YamlNode::Kind::kScalar) return {word(key, value)};
    for (const YamlNode& child : value.children) {
      if (value.kind != YamlNode::Kind::kSequence) break;
      result.push_back(word(key, child));
    }
    if (value.kind == YamlNode::Kind::kMap) {
      refuse(value, fmt::format("`{}` should be a list of words", key.text));
    }
    return result;
  }

  std::set<std::string> names_;
};

/// In single quotes, where nothing but the quote itself means anything.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    result += c;
    if (c == '\'') result += c;
  }
  return result + '\'';
}

std::string list(const std::vector<std::string>& words) {
  std::string result = "[";
  for (const std::string& word : words) {
    if (result.size() > 1) result += ", ";
    result += quoted(word);
  }
  return result + ']';
}

}  // namespace

Result<std::vector<PlanAgent>> read_agents(const std::string& text) {
  AgentsReceiver receiver;
  std::vector<Diagnostic> diagnostics;
  const bool is_read = parse_yaml(text, "agents", kMaxDepth, receiver, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Severity::kError) continue;
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("line {}: {}", diagnostic.mark.line, diagnostic.message)};
  }
  if (receiver.fault) return Error{ErrorKind::kInvalidPlan, *receiver.fault};
  if (!is_read || receiver.agents.empty()) {
    return Error{ErrorKind::kInvalidPlan,
                 "there are no agents in it: `agents:` should be a list of them"};
  }
  return std::move(receiver.agents);
}

std::string write_agents(const std::vector<PlanAgent>& agents) {
  std::string text = "agents:\n";
  for (const PlanAgent& agent : agents) {
    text += fmt::format("  - name: {}\n", quoted(agent.name));
    if (!agent.worker.empty()) text += fmt::format("    worker: {}\n", quoted(agent.worker));
    if (!agent.types.empty()) text += fmt::format("    types: {}\n", list(agent.types));
    if (!agent.labels.empty()) text += fmt::format("    labels: {}\n", list(agent.labels));
  }
  return text;
}

}  // namespace headway::planner
