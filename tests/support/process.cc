#include "tests/support/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"

extern char** environ;

namespace headway::test {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  HW_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe for a test");
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

std::vector<std::string> environment(const ProcessOptions& options) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (text.starts_with("HEADWAY_") || text.starts_with("XDG_CONFIG_HOME=")) continue;
    result.emplace_back(text);
  }
  result.emplace_back("XDG_CONFIG_HOME=/nonexistent");
  for (const auto& [name, value] : options.env) {
    const std::string beginning = name + "=";
    std::erase_if(result, [&](const std::string& entry) { return entry.starts_with(beginning); });
    result.push_back(beginning + value);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Reads once; false at the end.
bool read_some(UniqueFd& fd, std::string& into) {
  std::array<char, 65536> block{};
  const ssize_t got = ::read(fd.get(), block.data(), block.size());
  if (got > 0) into.append(block.data(), static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EINTR)) fd.reset();
  return static_cast<bool>(fd);
}

}  // namespace

Process::Process(std::vector<std::string> command, const ProcessOptions& options) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), STDERR_FILENO);
  if (!options.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<std::string> variables = environment(options);
  const int failed = ::posix_spawnp(&pid_, command.front().c_str(), &actions, &attributes,
                                    pointers(command).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  HW_CHECK(failed == 0, "cannot start " + command.front());
  in.read.reset();
  // What does not fit a pipe's buffer would make the test wait for a program that waits for it.
  HW_CHECK(options.input.size() < 65536, "the input of a test's program is too large");
  const ssize_t written = ::write(in.write.get(), options.input.data(), options.input.size());
  HW_CHECK(written == static_cast<ssize_t>(options.input.size()), "the input was not taken");
  out_pipe_ = std::move(out.read);
  err_pipe_ = std::move(err.read);
}

Process::~Process() {
  if (status_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool Process::reap() {
  if (status_) return true;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  status_ = status;
  return true;
}

bool Process::pump(SteadyTime deadline) {
  std::vector<pollfd> polled;
  if (out_pipe_) polled.push_back({out_pipe_.get(), POLLIN, 0});
  if (err_pipe_) polled.push_back({err_pipe_.get(), POLLIN, 0});
  if (polled.empty()) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  // A child of the program may hold the pipes open: look now and then whether it has ended itself.
  const int wait_millis = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 50));
  if (::poll(polled.data(), polled.size(), wait_millis) <= 0) return true;
  for (const pollfd& entry : polled) {
    if (entry.revents == 0) continue;
    if (out_pipe_ && entry.fd == out_pipe_.get()) {
      read_some(out_pipe_, out_);
    } else if (err_pipe_) {
      read_some(err_pipe_, err_);
    }
  }
  return true;
}

bool Process::contains(std::string_view text) const {
  return out_.find(text) != std::string::npos || err_.find(text) != std::string::npos;
}

bool Process::wait_for(std::string_view text, Duration most) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + most;
  while (!contains(text)) {
    if (!pump(deadline) || std::chrono::steady_clock::now() >= deadline) return contains(text);
  }
  return true;
}

Finished Process::wait(Duration most) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + most;
  Finished finished;
  while (!reap()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      finished.timed_out = true;
      ::kill(-pid_, SIGKILL);
      int status = 0;
      while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
      }
      status_ = status;
      break;
    }
    if (!pump(deadline)) {
      // Both ends are closed; what is left is its end.
      ::poll(nullptr, 0, 5);
    }
  }
  // What it wrote last; not what its children may write yet.
  const SteadyTime soon = std::chrono::steady_clock::now() + std::chrono::milliseconds{100};
  while (pump(soon) && std::chrono::steady_clock::now() < soon) {
  }
  finished.exit_code = WIFEXITED(*status_) ? WEXITSTATUS(*status_) : -1;
  finished.signal = WIFSIGNALED(*status_) ? WTERMSIG(*status_) : 0;
  finished.out = out_;
  finished.err = err_;
  return finished;
}

void Process::send_signal(int signal) const { ::kill(pid_, signal); }

Finished run_process(std::vector<std::string> command, const ProcessOptions& options,
                     Duration most) {
  return Process(std::move(command), options).wait(most);
}

}  // namespace headway::test
