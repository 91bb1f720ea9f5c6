#include "coordinator/cli/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/system/clock.h"
#include "coordinator/cli/log_tail.h"

extern char** environ;

namespace headway::cli {

namespace {

constexpr std::size_t kLogLines = 10;

Error system_error(const std::string& doing) {
  return {ErrorKind::kFailed,
          fmt::format("cannot {}: {}", doing, std::generic_category().message(errno))};
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("make a pipe");
  return Pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

/// The attributes and file actions of one posix_spawn.
class Spawn {
 public:
  Spawn() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t set;
    ::sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attributes_, &set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::sigaddset(&set, signal);
    ::posix_spawnattr_setsigdefault(&attributes_, &set);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    set_flags(POSIX_SPAWN_SETPGROUP);
  }
  ~Spawn() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  /// The child leads a session instead of a process group: no terminal is its own.
  void lead_session() { set_flags(POSIX_SPAWN_SETSID); }
  /// The child has `fd` as `as`; with the same number it only loses its close-on-exec flag.
  void give(int fd, int as) { ::posix_spawn_file_actions_adddup2(&actions_, fd, as); }
  void open_nothing(int as) {
    ::posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDONLY, 0);
  }

  Result<pid_t> run(std::vector<std::string> words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t pid = -1;
    const int failed = ::posix_spawn(&pid, words.front().c_str(), &actions_, &attributes_,
                                     pointers.data(), environ);
    if (failed == 0) return pid;
    errno = failed;
    return system_error("start " + printable(words.front()));
  }

 private:
  void set_flags(int group) {
    const int flags = group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<std::string> program_beside_own(const std::string& name) {
  std::array<char, 4096> own{};
  const ssize_t length = ::readlink("/proc/self/exe", own.data(), own.size());
  if (length <= 0 || static_cast<std::size_t>(length) == own.size()) {
    return system_error("find out where this program is");
  }
  const std::string_view path(own.data(), static_cast<std::size_t>(length));
  std::string program = fmt::format("{}/{}", path.substr(0, path.rfind('/')), name);
  if (::access(program.c_str(), X_OK) == 0) return program;
  return Error{ErrorKind::kFailed,
               fmt::format("{} is not where it should be, beside this program: {}", name,
                           printable(program))};
}

Result<ChildProcess> ChildProcess::start(const ChildOptions& options) {
  ChildProcess child;
  child.name_ = options.name;
  child.log_ = options.log;
  Result<Pipe> lifeline = make_pipe();
  if (!lifeline) return lifeline.error();
  Result<Pipe> ready = make_pipe();
  if (!ready) return ready.error();
  const UniqueFd log{::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  if (!log) return system_error("write " + printable(options.log));
  child.log_start_ = static_cast<long>(::lseek(log.get(), 0, SEEK_END));
  Spawn spawn;
  spawn.open_nothing(STDIN_FILENO);
  spawn.give(log.get(), STDOUT_FILENO);
  spawn.give(log.get(), STDERR_FILENO);
  const bool own_lifeline = options.lifeline >= 0;
  const int lifeline_fd = own_lifeline ? options.lifeline : lifeline->read.get();
  spawn.give(lifeline_fd, lifeline_fd);
  if (own_lifeline) spawn.lead_session();
  if (options.tells_ready) spawn.give(ready->write.get(), ready->write.get());
  std::vector<std::string> words = {options.program};
  words.insert(words.end(), options.options.begin(), options.options.end());
  words.insert(words.end(), {"--lifeline", std::to_string(lifeline_fd)});
  if (options.tells_ready) {
    words.insert(words.end(), {"--ready-fd", std::to_string(ready->write.get())});
  }
  Result<pid_t> pid = spawn.run(std::move(words));
  if (!pid) return pid.error();
  child.pid_ = *pid;
  child.process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  child.lifeline_ = std::move(lifeline->write);
  child.ready_ = std::move(ready->read);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : name_(std::move(other.name_)),
      log_(std::move(other.log_)),
      log_start_(other.log_start_),
      pid_(std::exchange(other.pid_, -1)),
      status_(other.status_),
      process_(std::move(other.process_)),
      lifeline_(std::move(other.lifeline_)),
      ready_(std::move(other.ready_)) {}

ChildProcess::~ChildProcess() { end(Duration::zero()); }

bool ChildProcess::reap() {
  if (pid_ < 0) return true;
  const pid_t reaped = ::waitpid(pid_, &status_, WNOHANG);
  if (reaped == 0 || (reaped < 0 && errno == EINTR)) return false;
  pid_ = -1;
  return true;
}

Error ChildProcess::ended_early() const {
  const std::string how = WIFSIGNALED(status_) ? fmt::format("signal {}", WTERMSIG(status_))
                                               : fmt::format("exit {}", WEXITSTATUS(status_));
  std::string message = fmt::format("{} has ended ({})", name_, how);
  const std::vector<std::string> tail = last_lines_of_file(log_, log_start_, kLogLines);
  if (tail.empty()) {
    message += fmt::format("; it logged nothing to {}", printable(log_));
  } else {
    message += fmt::format("; the end of {}:\n  {}", printable(log_), fmt::join(tail, "\n  "));
  }
  return {ErrorKind::kFailed, std::move(message)};
}

Result<void> ChildProcess::wait_until_ready(Duration most) {
  const Instant deadline = read_clocks().steady + most;
  std::string said;
  while (said.find('\n') == std::string::npos) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - read_clocks().steady);
    if (left <= std::chrono::milliseconds::zero()) {
      return Error{ErrorKind::kTimedOut, fmt::format("{} was not ready after {}; see {}", name_,
                                                     format_duration(most), printable(log_))};
    }
    pollfd entry{ready_.get(), POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 64> block{};
    const ssize_t got = ::read(ready_.get(), block.data(), block.size());
    if (got > 0) said.append(block.data(), static_cast<std::size_t>(got));
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    // The pipe is closed: it is about to end, or did not keep to what is agreed.
    pollfd process{process_.get(), POLLIN, 0};
    ::poll(&process, 1, 2000);
    if (reap()) return ended_early();
    return Error{ErrorKind::kFailed, fmt::format("{} did not say that it is ready", name_)};
  }
  ready_.reset();
  return {};
}

Result<void> ChildProcess::check_alive() {
  if (!reap()) return {};
  return ended_early();
}

void ChildProcess::let_go() { pid_ = -1; }

void ChildProcess::end(Duration most) {
  lifeline_.reset();
  if (pid_ < 0) return;
  const Instant deadline = read_clocks().steady + most;
  while (!reap()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - read_clocks().steady);
    if (left <= std::chrono::milliseconds::zero()) {
      ::kill(pid_, SIGKILL);
      while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
      }
      pid_ = -1;
      return;
    }
    pollfd entry{process_.get(), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 1000)));
  }
}

}  // namespace headway::cli
