#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "common/base/result.h"

/// What /proc says of processes (proc(5)).

namespace headway::worker {

/// A process beyond the reuse of its number: two processes of one boot that share both are the
/// same.
struct ProcessIdentity {
  pid_t id = 0;
  std::uint64_t start_ticks = 0;  ///< since boot, field 22 of /proc/<pid>/stat
  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// The random id of this boot of the machine.
Result<std::string> read_boot_id();

/// Field 22 of the text of a /proc/<pid>/stat; none when it is not such a text.
std::optional<std::uint64_t> start_ticks_of(std::string_view stat);
/// The living process (or zombie) of that number.
std::optional<ProcessIdentity> identify(pid_t process);

/// The direct children of a process, zombies included.
std::vector<pid_t> children_of(pid_t process);
/// Everything below a process, parents before children.
std::vector<pid_t> descendants_of(pid_t process);

/// The processes (no zombies) whose environment has exactly one of these `NAME=value`, but for this
/// one. Sees only what /proc lets it see: processes of the same user. Misses a process in the
/// moment of its execve(2), when it has no environment: proof takes several looks.
std::vector<pid_t> processes_with(const std::vector<std::string>& assignments);

/// Whether the NUL-separated list of a /proc/<pid>/environ has this `NAME=value`.
bool has_assignment(std::string_view environment, std::string_view assignment);

}  // namespace headway::worker
