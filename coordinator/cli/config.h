#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// What is configured beside the command line (docs/configuration.md). Read once at the start; a
/// later layer wins over an earlier one, value by value.
struct Config {
  std::vector<AgentType> agent_types;  ///< by name; a later declaration replaces an earlier one
  std::map<std::string, std::string> categories;  ///< to names of agent types
  std::optional<std::uint32_t> local_agents;      ///< of an embedded run
  std::string connect;                            ///< empty: not configured
  std::string state_dir;                          ///< absolute; empty: not configured
  std::string tickets;  ///< the folder of tickets, absolute; empty: not configured
  std::optional<Format> format;
  std::string key;           ///< the file of the key to come in by, absolute; empty: not configured
  std::optional<bool> sync;  ///< runs keep the files of their tickets up to date
  /// Where each value that is set was last set: `FILE:LINE` or a variable, by the value's name in a
  /// configuration file (`defaults.connect`, `agent_types.builder`).
  std::map<std::string, std::string> origins;

  [[nodiscard]] const AgentType* find_type(std::string_view name) const;
  friend bool operator==(const Config&, const Config&) = default;
};

/// The value of an environment variable; none where it is not set or empty.
using Variable = std::function<std::optional<std::string>(const char* name)>;

/// Agents that one machine may be asked to embed.
inline constexpr std::int64_t kMostLocalAgents = 10'000;
/// Bytes of a configuration file.
inline constexpr std::size_t kMaxConfigBytes = 1U << 20U;

/// Puts what a file says over `config`. `file` is its name in messages; paths in it are relative to
/// `folder`. Errors (kUsage) tell everything that is wrong at once, each as `file:line:column:`
/// with what would be right: unknown keys with the nearest, duplicates, values of the wrong kind.
Result<void> apply_config(const std::string& text, const std::string& file,
                          const std::string& folder, Config& config);

/// Puts HEADWAY_COORDINATOR, HEADWAY_STATE_DIR, HEADWAY_TICKETS, HEADWAY_LOCAL, HEADWAY_FORMAT,
/// HEADWAY_KEY and HEADWAY_SYNC over `config`.
Result<void> apply_environment(const Variable& variable, const std::string& folder, Config& config);

/// All layers: /etc/headway/config.yaml, `$XDG_CONFIG_HOME/headway/config.yaml` (or
/// `~/.config/...`), the nearest `.headway.yaml` in `folder` or above it, the environment.
Result<Config> load_config(const Variable& variable, const std::string& folder);

/// `true` or `false`; `what` names where it was given.
Result<bool> parse_switch(std::string_view what, std::string_view word);
/// A format by its word; `what` names where it was given.
Result<Format> parse_format(std::string_view what, std::string_view word);

}  // namespace headway::cli
