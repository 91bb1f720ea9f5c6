#include "worker/process/supervisor_setup.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <string>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

#include "worker/process/supervisor_process.h"

namespace headway::worker {

namespace {

Error failure(const std::string& doing) {
  return Error{ErrorKind::kFailed,
               "cannot " + doing + ": " + std::generic_category().message(errno)};
}

}  // namespace

Result<void> contain(Containment containment) {
  switch (containment) {
    case Containment::kPidNamespace: {
      if (::getpid() != 1) {
        return Error{ErrorKind::kFailed, "the supervisor is not the first of a PID namespace"};
      }
      // Mounts of the machine go on to appear here; what is mounted here stays here.
      if (::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) != 0) {
        return failure("set up the mounts of a slot");
      }
      if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
        return failure("mount the /proc of a slot");
      }
      return {};
    }
    case Containment::kSubreaper:
      if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return failure("become a subreaper");
      return {};
  }
  return {};
}

UniqueFd open_host_children() {
  return UniqueFd{::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC)};
}

void shield_process() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
  }
  ::syscall(SYS_close_range, kSupervisorChannel, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP}) {
    ::signal(signal, SIG_IGN);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_NAME, kSupervisorName, 0, 0, 0);
}

Result<UniqueFd> watch_children() {
  // An inherited SIG_IGN would have the kernel reap children unseen.
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
  UniqueFd watch{::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!watch) return failure("watch for the end of processes");
  return watch;
}

}  // namespace headway::worker
