#include "worker/process/supervisor_process.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "worker/process/message_channel.h"

namespace headway::worker {

namespace {

#ifndef CLONE_PIDFD
constexpr unsigned long CLONE_PIDFD = 0x1000;
#endif

/// In the child of a process that may have threads: only what signal-safety(7) allows.
[[noreturn]] void become_supervisor(int socket, char* const* words, char* const* environment) {
  ::setsid();
  if (socket == kSupervisorChannel) {
    ::fcntl(socket, F_SETFD, 0);
  } else {
    ::dup2(socket, kSupervisorChannel);
  }
  // Also what the worker itself inherited: a lock or a socket must not live on in a supervisor.
  ::syscall(SYS_close_range, kSupervisorChannel + 1, ~0U, 0);
  ::execve("/proc/self/exe", words, environment);
  ::_exit(127);
}

}  // namespace

Result<SupervisorProcess> start_supervisor(Containment containment, const std::string& mark) {
  Result<std::pair<UniqueFd, UniqueFd>> ends = MessageChannel::make_pair();
  if (!ends) return ends.error();

  std::string name = kSupervisorName;
  std::string marked = mark;
  char* const words[] = {name.data(), nullptr};
  std::vector<char*> environment{marked.data()};
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  environment.push_back(nullptr);

  // The system call itself: glibc's clone() wants a stack, and clone3(2) is refused by the seccomp
  // filters of older container engines. Without CLONE_VM it is fork(2) with a PID file descriptor.
  unsigned long flags = CLONE_PIDFD | static_cast<unsigned long>(SIGCHLD);
  if (containment == Containment::kPidNamespace) flags |= CLONE_NEWPID | CLONE_NEWNS;
  int pidfd = -1;
  const long process = ::syscall(SYS_clone, flags, nullptr, &pidfd, nullptr, nullptr);
  if (process == 0) {
    become_supervisor(ends->second.get(), words, environment.data());
  }
  if (process < 0) {
    const int error = errno;
    const bool denied = containment == Containment::kPidNamespace &&
                        (error == EPERM || error == EINVAL || error == ENOSPC || error == ENOSYS);
    return Error{denied ? ErrorKind::kDenied : ErrorKind::kFailed,
                 "cannot start a slot supervisor in a " + std::string(to_text(containment)) + ": " +
                     std::generic_category().message(error) +
                     (denied ? "; it takes the capability CAP_SYS_ADMIN" : "")};
  }
  return SupervisorProcess{static_cast<pid_t>(process), UniqueFd{pidfd}, std::move(ends->first)};
}

}  // namespace headway::worker
