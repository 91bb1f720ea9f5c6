#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/config.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/one_document.h"

namespace headway::cli {

namespace {

constexpr std::string_view kTopKeys[] = {"agent_types", "categories", "defaults", "tickets"};
constexpr std::string_view kDefaultKeys[] = {"local_agents", "connect", "state_dir",
                                             "format",       "sync",    "key"};
constexpr std::string_view kTypeKeys[] = {"labels", "command", "timeout"};

/// Reads one file's nodes into a Config, collecting what is wrong.
class ConfigReader {
 public:
  ConfigReader(std::string file, std::string folder, Config& config)
      : file_(std::move(file)), folder_(std::move(folder)), config_(config) {}

  void read(const YAML::Node& root) {
    if (root.IsNull()) return;
    each_entry(root, "the configuration", kTopKeys,
               [&](const std::string& key, const YAML::Node& value) {
                 if (key == "agent_types") read_types(value);
                 if (key == "categories") read_categories(value);
                 if (key == "defaults") read_defaults(value);
                 if (key == "tickets") read_tickets(value);
               });
  }

  void fail(const YAML::Mark& mark, const std::string& problem) {
    problems_.push_back(
        fmt::format("{}:{}:{}: {}", printable(file_), mark.line + 1, mark.column + 1, problem));
  }

  [[nodiscard]] Result<void> result() const {
    if (problems_.empty()) return {};
    return Error{ErrorKind::kUsage, fmt::format("{}", fmt::join(problems_, "\n"))};
  }

 private:
  /// Calls `use(key, value)` for each entry of a map. With `known` other keys are errors, but for
  /// those that begin with `x-`.
  template <class Use>
  void each_entry(const YAML::Node& map, const std::string& what,
                  std::span<const std::string_view> known, Use use) {
    if (!map.IsMap()) return fail(map.Mark(), what + " must be a map of keys and values");
    std::set<std::string> seen;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar()) {
        fail(entry.first.Mark(), "a key must be a word");
        continue;
      }
      const std::string key = entry.first.Scalar();
      if (!seen.insert(key).second) {
        fail(entry.first.Mark(), fmt::format("`{}` is there twice", printable(key)));
      } else if (known.empty() || std::find(known.begin(), known.end(), key) != known.end()) {
        use(key, entry.second);
      } else if (!key.starts_with("x-")) {
        fail(entry.first.Mark(), unknown(key, known));
      }
    }
  }

  static std::string unknown(const std::string& key, std::span<const std::string_view> known) {
    const std::vector<std::string> meant = nearest(key, known);
    if (!meant.empty()) {
      return fmt::format("there is no key `{}`; did you mean {}?", printable(key),
                         join_words(meant, "or"));
    }
    const std::vector<std::string> all(known.begin(), known.end());
    return fmt::format("there is no key `{}`; there are {}", printable(key), join_words(all));
  }

  std::optional<std::string> text(const YAML::Node& node, const std::string& what) {
    if (node.IsScalar()) return node.Scalar();
    fail(node.Mark(), what + " must be a single value");
    return std::nullopt;
  }

  std::vector<std::string> texts(const YAML::Node& node, const std::string& what) {
    std::vector<std::string> result;
    if (!node.IsSequence()) {
      fail(node.Mark(), what + " must be a list, as in [one, two]");
      return result;
    }
    for (const YAML::Node& item : node) {
      if (const auto word = text(item, "each of " + what)) result.push_back(*word);
    }
    return result;
  }

  void read_types(const YAML::Node& node) {
    each_entry(node, "`agent_types`", {}, [&](const std::string& name, const YAML::Node& value) {
      AgentType type{.name = name, .labels = {}, .command = {}, .timeout = {}};
      each_entry(value, fmt::format("the agent type `{}`", printable(name)), kTypeKeys,
                 [&](const std::string& key, const YAML::Node& content) {
                   read_type(type, key, content);
                 });
      std::erase_if(config_.agent_types,
                    [&](const AgentType& known) { return known.name == name; });
      note_origin("agent_types." + name, value);
      config_.agent_types.push_back(std::move(type));
    });
  }

  void read_type(AgentType& type, const std::string& key, const YAML::Node& content) {
    if (key == "labels") type.labels = texts(content, "`labels`");
    if (key == "command") {
      type.command = texts(content, "`command`");
      if (content.IsSequence() && type.command.empty())
        fail(content.Mark(), "`command` has no words");
    }
    if (key == "timeout") {
      const auto word = text(content, "`timeout`");
      if (!word) return;
      Result<Duration> timeout = parse_duration(*word);
      if (timeout) {
        type.timeout = *timeout;
      } else {
        fail(content.Mark(), "`timeout`: " + timeout.error().message);
      }
    }
  }

  void read_categories(const YAML::Node& node) {
    each_entry(node, "`categories`", {}, [&](const std::string& category, const YAML::Node& value) {
      if (const auto type = text(value, "the agent type of a category")) {
        note_origin("categories." + category, value);
        config_.categories[category] = *type;
      }
    });
  }

  void note_origin(const std::string& key, const YAML::Node& node) {
    config_.origins[key] = fmt::format("{}:{}", file_, node.Mark().line + 1);
  }

  void read_tickets(const YAML::Node& node) {
    const auto path = text(node, "`tickets`");
    if (!path) return;
    if (path->empty()) return fail(node.Mark(), "`tickets` is empty; it is a folder");
    note_origin("tickets", node);
    config_.tickets = path->starts_with('/') ? *path : folder_ + "/" + *path;
  }

  void read_defaults(const YAML::Node& node) {
    each_entry(node, "`defaults`", kDefaultKeys,
               [&](const std::string& key, const YAML::Node& value) {
                 const auto word = text(value, fmt::format("`{}`", key));
                 if (!word) return;
                 note_origin("defaults." + key, value);
                 if (key == "connect") {
                   if (const Result<std::string> read = control_endpoint(*word); !read)
                     return fail(value.Mark(), "`connect`: " + read.error().message);
                   config_.connect = *word;
                 }
                 if (key == "key")
                   config_.key = word->starts_with('/') ? *word : folder_ + "/" + *word;
                 if (key == "state_dir")
                   config_.state_dir = word->starts_with('/') ? *word : folder_ + "/" + *word;
                 if (key == "format") take(parse_format("`format`", *word), value, config_.format);
                 if (key == "sync") take(parse_switch("`sync`", *word), value, config_.sync);
                 if (key == "local_agents") {
                   take(parse_number("`local_agents`", *word, 1, kMostLocalAgents), value,
                        config_.local_agents);
                 }
               });
  }

  template <class From, class To>
  void take(const Result<From>& result, const YAML::Node& node, std::optional<To>& to) {
    if (!result) return fail(node.Mark(), result.error().message);
    to = static_cast<To>(*result);
  }

  std::string file_;
  std::string folder_;
  Config& config_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<void> apply_config(const std::string& text, const std::string& file,
                          const std::string& folder, Config& config) {
  Config changed = config;
  ConfigReader reader(file, folder, changed);
  try {
    const std::size_t documents = count_documents(text);
    if (documents > 1) {
      return Error{ErrorKind::kUsage,
                   fmt::format("{}: there is more than one document (a line `---` begins another, "
                               "and so does what stands after the end of one)",
                               printable(file))};
    }
    if (documents == 1) reader.read(YAML::Load(text));
  } catch (const YAML::Exception& failure) {
    reader.fail(failure.mark.is_null() ? YAML::Mark() : failure.mark,
                "this is not YAML: " + printable(failure.msg));
  }
  Result<void> result = reader.result();
  if (result) config = std::move(changed);
  return result;
}

}  // namespace headway::cli
