#include "worker/process/spawn.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "common/base/check.h"
#include "common/base/text.h"

namespace headway::worker {

namespace {

/// posix_spawn's plans allocate; they must be given back.
class SpawnPlan {
 public:
  SpawnPlan() {
    HW_CHECK(
        ::posix_spawn_file_actions_init(&actions) == 0 && ::posix_spawnattr_init(&attributes) == 0,
        "no memory to start a command");
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  // posix_spawn's signature lacks const for reasons of history; it changes nothing.
  for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

std::string why_not(const Launch& launch, int error) {
  const std::string program = printable(launch.program);
  const std::string at =
      launch.program.starts_with('/') ? launch.program : launch.directory + "/" + launch.program;
  struct stat status {};
  const bool is_there = ::stat(at.c_str(), &status) == 0;
  if (error == ENOENT && !is_there)
    return "the program " + program + " does not exist on this worker";
  if (error == ENOENT) {
    return "the program " + program +
           " cannot be started: the interpreter or loader that it names does not exist on this "
           "worker";
  }
  if (error == EACCES && is_there && S_ISDIR(status.st_mode)) return program + " is a directory";
  if (error == EACCES) return "the program " + program + " is not executable";
  if (error == ENOEXEC) {
    return "the program " + program +
           " is of no format that this worker can run; a script begins with a line such as "
           "#!/bin/sh";
  }
  if (error == E2BIG) {
    return "the command line and the environment together are larger than this worker's system "
           "allows";
  }
  return "the program " + program + " cannot be started: " + std::generic_category().message(error);
}

}  // namespace

Result<Spawned> spawn(const Launch& launch, int null_device) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Error{ErrorKind::kFailed,
                 "cannot make a pipe for the output: " + std::generic_category().message(errno)};
  }
  UniqueFd reader{ends[0]};
  const UniqueFd writer{ends[1]};
  // The reader alone: the flag belongs to one end, and commands expect an output that blocks.
  ::fcntl(reader.get(), F_SETFL, O_RDONLY | O_NONBLOCK);

  SpawnPlan plan;
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&plan.attributes, &none);
  ::posix_spawnattr_setsigdefault(&plan.attributes, &all);
  ::posix_spawnattr_setflags(&plan.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const bool planned =
      ::posix_spawn_file_actions_addchdir_np(&plan.actions, launch.directory.c_str()) == 0 &&
      ::posix_spawn_file_actions_adddup2(&plan.actions, null_device, STDIN_FILENO) == 0 &&
      ::posix_spawn_file_actions_adddup2(&plan.actions, writer.get(), STDOUT_FILENO) == 0 &&
      ::posix_spawn_file_actions_adddup2(&plan.actions, writer.get(), STDERR_FILENO) == 0;
  HW_CHECK(planned, "no memory to start a command");

  Spawned spawned;
  const auto start = [&](const std::string& program, const std::vector<std::string>& words) {
    return ::posix_spawn(&spawned.process, program.c_str(), &plan.actions, &plan.attributes,
                         pointers(words).data(), pointers(launch.environment).data());
  };
  int error = ENOENT;
  if (launch.without_shell)
    error = start(launch.without_shell->first, launch.without_shell->second);
  if (error != 0) error = start(launch.program, launch.words);
  if (error != 0) return Error{ErrorKind::kFailed, why_not(launch, error)};
  spawned.output = std::move(reader);
  return spawned;
}

}  // namespace headway::worker
