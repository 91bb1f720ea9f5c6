#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "common/base/time.h"
#include "common/system/unique_fd.h"
#include "tests/support/process.h"
#include "tests/support/terminal/toy_terminal.h"

namespace headway::test {

/// A program on a terminal of its own (a pseudoterminal, pty(7)), with a person at it: the test
/// sees what it writes, types, and changes the size. At the end of its life the program is killed.
class TerminalProcess {
 public:
  TerminalProcess(std::vector<std::string> command, const ProcessOptions& options,
                  std::size_t columns, std::size_t rows);
  ~TerminalProcess();
  TerminalProcess(const TerminalProcess&) = delete;
  TerminalProcess& operator=(const TerminalProcess&) = delete;

  void type(std::string_view keys) const;
  void resize(std::size_t columns, std::size_t rows);
  void send_signal(int signal) const;
  /// Waits until the screen shows `text`; false: the time is up, or it ended before.
  bool wait_for(std::string_view text, Duration most = std::chrono::seconds{30});
  /// What the screen shows.
  [[nodiscard]] std::string screen() const { return screen_.text(); }
  /// All bytes that were written so far.
  [[nodiscard]] const std::string& written() const { return written_; }
  /// Whether the terminal gathers lines and shows what is typed, as a shell wants it.
  [[nodiscard]] bool is_as_usual() const;
  /// Waits for its end; -1: it was ended by a signal, or killed because the time was up.
  int wait(Duration most = std::chrono::seconds{30});

 private:
  /// Reads what is there or comes within a moment; false: nobody has the terminal any more.
  bool pump();

  UniqueFd terminal_;
  pid_t pid_ = -1;
  std::string written_;
  ToyTerminal screen_;
};

}  // namespace headway::test
