#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace headway::soak {

/// The variable that is set, to the soak's folder, in everything that the soak starts: what it has
/// left behind is found by it, wherever it went.
inline constexpr const char* kMark = "SOAK_FOLDER";

/// Starts a program in a process group of its own, that dies with this process. Its output goes to
/// a file, which it is appended to. The environment is this one without `HEADWAY_*`, and `env`.
pid_t start_process(const std::vector<std::string>& words,
                    const std::vector<std::pair<std::string, std::string>>& env,
                    const std::string& output);

/// How a child ended.
struct Ended {
  pid_t pid = 0;
  std::optional<int> exit_code;
  int signal = 0;
};
/// All children that have ended since the last call, adopted orphans included.
std::vector<Ended> reap_children();

/// A process as /proc shows it.
struct Seen {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name;     ///< as in /proc/PID/comm
  std::string command;  ///< words with blanks between them
};
/// Processes that run (no zombies) and have `mark` in their environment or their command.
std::vector<Seen> find_processes(const std::string& mark);

/// Kills all that has been started for `folder`, by process id, until nothing is left or 5 s are
/// over. The number of processes that there were.
std::size_t kill_all_of(const std::string& folder);

}  // namespace headway::soak
