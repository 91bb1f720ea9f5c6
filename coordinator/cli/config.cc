#include "coordinator/cli/config.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "coordinator/cli/command/arguments.h"

namespace headway::cli {

namespace {

constexpr const char* kMachineFile = "/etc/headway/config.yaml";
constexpr const char* kProjectFile = ".headway.yaml";

/// A file that is not there says nothing.
Result<bool> apply_file(const std::string& path, const std::string& folder, Config& config) {
  Result<std::string> text = read_file(path, kMaxConfigBytes);
  if (!text && text.error().kind == ErrorKind::kNotFound) return false;
  if (!text) return text.error();
  Result<void> applied = apply_config(*text, path, folder, config);
  if (!applied) return applied.error();
  return true;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

Result<void> apply_project(const std::string& folder, Config& config) {
  for (std::string at = folder == "/" ? "" : folder;; at = folder_of(at)) {
    Result<bool> found = apply_file(at + "/" + kProjectFile, at, config);
    if (!found) return found.error();
    if (*found || at.empty()) return {};
  }
}

}  // namespace

const AgentType* Config::find_type(std::string_view name) const {
  const auto found = std::find_if(agent_types.begin(), agent_types.end(),
                                  [&](const AgentType& type) { return type.name == name; });
  return found == agent_types.end() ? nullptr : &*found;
}

Result<bool> parse_switch(std::string_view what, std::string_view word) {
  if (word == "true" || word == "false") return word == "true";
  return Error{ErrorKind::kUsage,
               fmt::format("{} is true or false, not `{}`", what, printable(word))};
}

Result<Format> parse_format(std::string_view what, std::string_view word) {
  if (const auto format = from_text<Format>(word)) return *format;
  std::vector<std::string> words;
  words.reserve(std::size(EnumText<Format>::kWords));
  for (const auto& [format, known] : EnumText<Format>::kWords) words.emplace_back(known);
  return Error{ErrorKind::kUsage, fmt::format("{} is one of {}, not `{}`", what,
                                              join_words(words, "or"), printable(word))};
}

Result<void> apply_environment(const Variable& variable, const std::string& folder,
                               Config& config) {
  // The value of a variable, with a note that it was taken.
  const auto take = [&](const char* name, const char* key) {
    std::optional<std::string> value = variable(name);
    if (value) config.origins[key] = name;
    return value;
  };
  const auto path = [&](const std::string& word) {
    return word.starts_with('/') ? word : folder + "/" + word;
  };
  if (const auto address = take("HEADWAY_COORDINATOR", "defaults.connect"))
    config.connect = *address;
  if (const auto word = take("HEADWAY_STATE_DIR", "defaults.state_dir"))
    config.state_dir = path(*word);
  if (const auto word = take("HEADWAY_TICKETS", "tickets")) config.tickets = path(*word);
  if (const auto word = take("HEADWAY_KEY", "defaults.key")) config.key = path(*word);
  if (const auto count = take("HEADWAY_LOCAL", "defaults.local_agents")) {
    const Result<std::int64_t> number = parse_number("HEADWAY_LOCAL", *count, 1, kMostLocalAgents);
    if (!number) return number.error();
    config.local_agents = static_cast<std::uint32_t>(*number);
  }
  if (const auto word = take("HEADWAY_FORMAT", "defaults.format")) {
    const Result<Format> format = parse_format("HEADWAY_FORMAT", *word);
    if (!format) return format.error();
    config.format = *format;
  }
  if (const auto word = take("HEADWAY_SYNC", "defaults.sync")) {
    const Result<bool> sync = parse_switch("HEADWAY_SYNC", *word);
    if (!sync) return sync.error();
    config.sync = *sync;
  }
  return {};
}

Result<Config> load_config(const Variable& variable, const std::string& folder) {
  Config config;
  if (Result<bool> machine = apply_file(kMachineFile, "/etc/headway", config); !machine) {
    return machine.error();
  }
  std::string user;
  if (const auto home = variable("XDG_CONFIG_HOME")) {
    user = *home;
  } else if (const auto login = variable("HOME")) {
    user = *login + "/.config";
  }
  if (!user.empty()) {
    user += "/headway";
    if (Result<bool> own = apply_file(user + "/config.yaml", user, config); !own)
      return own.error();
  }
  if (Result<void> project = apply_project(folder, config); !project) return project.error();
  if (Result<void> applied = apply_environment(variable, folder, config); !applied) {
    return applied.error();
  }
  return config;
}

}  // namespace headway::cli
