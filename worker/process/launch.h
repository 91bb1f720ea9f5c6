#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "worker/core/slot_messages.h"

namespace headway::worker {

/// What every attempt in a slot has in common.
struct LaunchSettings {
  SlotId slot;
  std::vector<std::pair<std::string, std::string>> environment;  ///< see ticket_environment
  std::map<std::string, std::string> secrets;                    ///< of the secrets file
};

/// What an attempt's command and its checks have in common.
struct Surroundings {
  std::string directory;                           ///< absolute
  std::map<std::string, std::string> environment;  ///< by name
  std::vector<std::string> secrets;                ///< values, to be masked
};

/// Everything that it takes to start a command.
struct Launch {
  std::string directory;                 ///< absolute
  std::string program;                   ///< absolute, or relative to the directory
  std::vector<std::string> words;        ///< argv
  std::vector<std::string> environment;  ///< `NAME=value`
  /// Of a line that needs no shell: the program itself, started first, as a shell's own start would
  /// cost as much again. What cannot be started so is left to the shell, which tells what is wrong.
  std::optional<std::pair<std::string, std::vector<std::string>>> without_shell;
};

/// The worker's own environment as tickets get it: without Headway's variables (their names begin
/// with HEADWAY_), but for those by which a `headway` command in a ticket finds its coordinator and
/// the marks of workers around this one. `environment` is a list as environ(7) has it.
std::vector<std::pair<std::string, std::string>> ticket_environment(char* const* environment);

/// Works out directory and environment of an attempt. The error is the sentence for
/// `could not start`: it tells a missing folder from a missing secret.
Result<Surroundings> prepare_surroundings(const StartSlot& start, const LaunchSettings& settings);

/// A command in these surroundings, with variables of its own beside them. The error is the
/// sentence for `could not start`.
Result<Launch> prepare_launch(const Surroundings& surroundings,
                              const std::vector<std::string>& words,
                              const std::vector<std::pair<std::string, std::string>>& variables);

/// Finds a program as execvp(3) does, in the attempt's PATH and seen from its directory. One with a
/// slash comes back as it is.
Result<std::string> find_program(const std::string& word, const Surroundings& surroundings);

/// `root/dir` without `.` and `..`; an error when it leads out of the root. Links are not resolved.
Result<std::string> directory_below(const std::string& root, std::string_view dir);

}  // namespace headway::worker
