#include "tests/support/terminal/terminal_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/check.h"

namespace headway::test {

namespace {

winsize size_of(std::size_t columns, std::size_t rows) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = static_cast<unsigned short>(rows);
  return size;
}

/// In the child: becomes the program.
[[noreturn]] void become(std::vector<std::string>& command, const ProcessOptions& options) {
  for (const char* name : {"HEADWAY_COORDINATOR", "HEADWAY_STATE_DIR", "NO_COLOR"})
    ::unsetenv(name);
  ::setenv("TERM", "xterm-256color", 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
  for (const auto& [name, value] : options.env) ::setenv(name.c_str(), value.c_str(), 1);
  if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(127);
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  ::execvp(words.front(), words.data());
  ::_exit(127);
}

}  // namespace

TerminalProcess::TerminalProcess(std::vector<std::string> command, const ProcessOptions& options,
                                 std::size_t columns, std::size_t rows)
    : screen_(columns, rows) {
  const winsize size = size_of(columns, rows);
  int terminal = -1;
  pid_ = ::forkpty(&terminal, nullptr, nullptr, &size);
  HW_CHECK(pid_ >= 0, "no terminal for a test");
  if (pid_ == 0) become(command, options);
  terminal_ = UniqueFd{terminal};
}

TerminalProcess::~TerminalProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void TerminalProcess::type(std::string_view keys) const {
  const ssize_t written = ::write(terminal_.get(), keys.data(), keys.size());
  HW_CHECK(written == static_cast<ssize_t>(keys.size()), "the terminal does not take keys");
}

void TerminalProcess::resize(std::size_t columns, std::size_t rows) {
  screen_.resize(columns, rows);
  const winsize size = size_of(columns, rows);
  HW_CHECK(::ioctl(terminal_.get(), TIOCSWINSZ, &size) == 0, "the terminal keeps its size");
}

void TerminalProcess::send_signal(int signal) const { ::kill(pid_, signal); }

bool TerminalProcess::pump() {
  pollfd entry{terminal_.get(), POLLIN, 0};
  constexpr int kMomentMillis = 20;
  if (::poll(&entry, 1, kMomentMillis) <= 0) return true;
  std::array<char, 65536> block{};
  const ssize_t got = ::read(terminal_.get(), block.data(), block.size());
  if (got > 0) {
    const std::string_view bytes(block.data(), static_cast<std::size_t>(got));
    written_ += bytes;
    screen_.show(bytes);
  }
  return got > 0;
}

bool TerminalProcess::wait_for(std::string_view text, Duration most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (screen().find(text) == std::string::npos) {
    if (!pump() || std::chrono::steady_clock::now() > deadline) {
      return screen().find(text) != std::string::npos;
    }
  }
  return true;
}

bool TerminalProcess::is_as_usual() const {
  termios settings{};
  ::tcgetattr(terminal_.get(), &settings);
  return (settings.c_lflag & ICANON) != 0 && (settings.c_lflag & ECHO) != 0;
}

int TerminalProcess::wait(Duration most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) != pid_) {
    if (std::chrono::steady_clock::now() > deadline) return -1;
    // What it still writes has to be read, or it would never end.
    if (!pump()) ::poll(nullptr, 0, 5);
  }
  pid_ = -1;
  while (pump() && std::chrono::steady_clock::now() < deadline) {
    pollfd entry{terminal_.get(), POLLIN, 0};
    if (::poll(&entry, 1, 0) <= 0) break;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace headway::test
