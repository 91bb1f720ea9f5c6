#include "coordinator/cli/terminal_screen.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "coordinator/cli/dashboard/frame.h"

namespace headway::cli {

namespace {

/// Larger screens than this are not drawn to their edges: a frame has to be cheap.
constexpr std::size_t kMostColumns = 500;
constexpr std::size_t kMostRows = 300;

constexpr std::array kFaults = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT};
constexpr std::array kScreenSignals = {SIGWINCH, SIGTSTP, SIGCONT};

/// A handler that is gone once it is called, and may be interrupted by its own signal.
constexpr int kOnce = static_cast<int>(SA_RESETHAND | static_cast<unsigned>(SA_NODEFER));

/// What handlers need; valid while a screen is open.
std::atomic<int> screen_wake{-1};
std::atomic<bool> screen_stop_asked{false};
std::atomic<bool> screen_goes_on{false};
std::atomic<bool> screen_taken{false};
termios screen_before{};

/// As many bytes as the terminal takes. Nobody can be told of an error here: it is the terminal
/// that has gone.
void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd entry{STDOUT_FILENO, POLLOUT, 0};
      ::poll(&entry, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

void on_screen_signal(int signal) {
  const int error = errno;
  if (signal == SIGTSTP) screen_stop_asked.store(true);
  if (signal == SIGCONT) screen_goes_on.store(true);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(screen_wake.load(), &one, sizeof(one));
  errno = error;
}

/// The handler is gone when this is called (SA_RESETHAND): raising the signal again ends the
/// process as if nobody had looked.
void on_fault(int signal) {
  if (screen_taken.load()) {
    write_all(leave_screen_bytes());
    ::tcsetattr(STDOUT_FILENO, TCSANOW, &screen_before);
  }
  ::raise(signal);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

Result<std::unique_ptr<TerminalScreen>> TerminalScreen::open(bool colour) {
  UniqueFd tty;
  if (::isatty(STDIN_FILENO) != 1) {
    tty = UniqueFd{::open("/dev/tty", O_RDONLY | O_CLOEXEC)};
    if (!tty) return Error{ErrorKind::kUsage, "there is no terminal to read keys from"};
  }
  termios before{};
  if (::tcgetattr(STDOUT_FILENO, &before) != 0) {
    return Error{ErrorKind::kUsage, "standard output is no terminal"};
  }
  UniqueFd signals{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!signals) return Error{ErrorKind::kFailed, "the system gives no eventfd"};
  std::unique_ptr<TerminalScreen> screen(
      new TerminalScreen(colour, std::move(tty), std::move(signals), before));
  screen->enter();
  return screen;
}

TerminalScreen::TerminalScreen(bool colour, UniqueFd tty, UniqueFd signals, const termios& before)
    : colour_(colour),
      tty_(std::move(tty)),
      input_(tty_ ? tty_.get() : STDIN_FILENO),
      signals_(std::move(signals)),
      before_(before) {
  screen_before = before;
  screen_stop_asked.store(false);
  screen_goes_on.store(false);
  screen_wake.store(signals_.get());
  for (const int signal : kScreenSignals) handle(signal, &on_screen_signal, SA_RESTART);
  for (const int signal : kFaults) handle(signal, &on_fault, kOnce);
}

TerminalScreen::~TerminalScreen() {
  leave();
  for (const int signal : kScreenSignals) handle(signal, SIG_DFL, 0);
  for (const int signal : kFaults) handle(signal, SIG_DFL, 0);
  screen_wake.store(-1);
}

void TerminalScreen::enter() {
  screen_taken.store(true);
  termios raw = before_;
  // Keys as they come and unseen; the keys that send signals go on sending them.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
  raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL | INLCR | IGNCR);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDOUT_FILENO, TCSADRAIN, &raw);
  write_all(enter_screen_bytes());
  shown_.reset();
}

void TerminalScreen::leave() {
  write_all(leave_screen_bytes());
  ::tcsetattr(STDOUT_FILENO, TCSADRAIN, &before_);
  screen_taken.store(false);
}

GridSize TerminalScreen::size() const {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return {.columns = 80, .rows = 24};
  }
  return {.columns = std::min<std::size_t>(size.ws_col, kMostColumns),
          .rows = std::min<std::size_t>(size.ws_row, kMostRows)};
}

void TerminalScreen::show(const Grid& grid) {
  write_all(frame_bytes(shown_ ? &*shown_ : nullptr, grid, colour_));
  shown_ = grid;
}

std::vector<Key> TerminalScreen::read_keys(bool complete) {
  if (!complete) {
    std::array<char, 4096> block{};
    const ssize_t got = ::read(input_, block.data(), block.size());
    if (got > 0) pending_.append(block.data(), static_cast<std::size_t>(got));
    gone_ = got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
  }
  return take_keys(pending_, complete);
}

void TerminalScreen::heed_signals() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t got = ::read(signals_.get(), &ignored, sizeof(ignored));
  if (screen_stop_asked.exchange(false)) {
    leave();
    ::raise(SIGSTOP);
  }
  // Also where somebody else stopped it: the shell has had the terminal meanwhile.
  if (screen_goes_on.exchange(false)) enter();
  shown_.reset();
}

bool terminal_takes_utf8() {
  std::setlocale(LC_CTYPE, "");
  return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
}

bool terminal_moves_cursor() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && *terminal != '\0' && std::string_view(terminal) != "dumb";
}

}  // namespace headway::cli
