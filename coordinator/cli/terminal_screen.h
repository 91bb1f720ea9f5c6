#pragma once

#include <memory>
#include <optional>
#include <string>
#include <termios.h>
#include <vector>

#include "common/base/result.h"
#include "common/system/unique_fd.h"
#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/key.h"

namespace headway::cli {

/// The terminal for as long as this lives: frames onto it, keys and changes of its size out of it.
/// It decides nothing. One a process, used by one thread.
///
/// However the process leaves it, the terminal is as it was: by the destructor; before it is
/// stopped (SIGTSTP, and taken again when it goes on); in the handlers of the signals that end a
/// process for a fault (SIGABRT, with which an exception that nobody catches ends, SIGSEGV...). The
/// signals of a person who wants to end it (SIGINT, SIGTERM, SIGHUP) are left to `Interrupts`:
/// whoever heeds them comes to the destructor.
class TerminalScreen {
 public:
  /// Keys come from standard input, or from /dev/tty where that is something else. Errors: there is
  /// no terminal.
  static Result<std::unique_ptr<TerminalScreen>> open(bool colour);
  ~TerminalScreen();
  TerminalScreen(const TerminalScreen&) = delete;
  TerminalScreen& operator=(const TerminalScreen&) = delete;

  [[nodiscard]] GridSize size() const;
  /// Sends what has changed since the last frame.
  void show(const Grid& grid);
  /// The next frame is sent whole: something else may have written on the screen.
  void forget() { shown_.reset(); }

  /// Readable when there are keys.
  [[nodiscard]] int input_fd() const { return input_; }
  /// The keys that are there. `complete`: nothing came for a while, so that what has begun is
  /// whole.
  std::vector<Key> read_keys(bool complete);
  /// Whether a key has begun that may be longer: it is complete when nothing comes soon.
  [[nodiscard]] bool awaits_rest() const { return !pending_.empty(); }
  /// The terminal has gone: there will be no key any more.
  [[nodiscard]] bool has_gone() const { return gone_; }

  /// Readable when `heed_signals` has something to do.
  [[nodiscard]] int signal_fd() const { return signals_.get(); }
  /// After a change of the size, or to be stopped and to go on. The next frame is sent whole.
  void heed_signals();

 private:
  TerminalScreen(bool colour, UniqueFd tty, UniqueFd signals, const termios& before);
  void enter();
  void leave();

  bool colour_;
  UniqueFd tty_;  ///< where standard input is no terminal
  int input_;
  UniqueFd signals_;
  termios before_;
  std::optional<Grid> shown_;
  std::string pending_;
  bool gone_ = false;
};

/// Whether the terminal takes UTF-8, by the locale of the environment (LC_ALL, LC_CTYPE, LANG).
bool terminal_takes_utf8();
/// Whether it can place its cursor: TERM is set, and not to `dumb`.
bool terminal_moves_cursor();

}  // namespace headway::cli
