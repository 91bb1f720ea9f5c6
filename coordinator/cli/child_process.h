#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::cli {

/// How a program is started as a child.
struct ChildOptions {
  std::string name;                  ///< for messages: `headway-worker`
  std::string program;               ///< its path
  std::vector<std::string> options;  ///< beside --lifeline (and --ready-fd), which are added
  std::string log;                   ///< gets its standard output and error, appended
  bool tells_ready = false;          ///< give it --ready-fd
  /// A descriptor of this process that becomes readable when the child is to end, such as a pidfd;
  /// -1: a pipe that this process holds. With one the child gets a session of its own.
  int lifeline = -1;
};

/// A program of Headway that this process started: a process group of its own (a terminal's Ctrl-C
/// is not for it), which ends when the lifeline closes, that is, at the latest with this process,
/// however that ends.
///
/// The child gets `--lifeline FD`, the read end of a pipe of which only this process holds the
/// other end, and `--ready-fd FD`, to which it writes the line `ready` once it is at work. With a
/// lifeline to something else (`ChildOptions::lifeline`) it can be let go, and ends with that.
class ChildProcess {
 public:
  static Result<ChildProcess> start(const ChildOptions& options);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  /// Waits for the line `ready`. Errors: it ended before (with what it logged last), or the time is
  /// up. Only of a child that was started with `tells_ready`.
  Result<void> wait_until_ready(Duration most);
  /// An error once it has ended, with what it logged last.
  Result<void> check_alive();
  /// Closes the lifeline, waits so long for its end, then kills it.
  void end(Duration most);
  /// It goes on without this process, until its own lifeline is cut. Only of a child that was
  /// started with one.
  void let_go();

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  ChildProcess() = default;
  [[nodiscard]] Error ended_early() const;
  bool reap();

  std::string name_;
  std::string log_;
  long log_start_ = 0;  ///< where in the log this child's part begins
  pid_t pid_ = -1;      ///< -1: there is none any more
  int status_ = 0;
  UniqueFd process_;  ///< pidfd
  UniqueFd lifeline_;
  UniqueFd ready_;
};

/// The path of a program in the folder of this process's own.
Result<std::string> program_beside_own(const std::string& name);

}  // namespace headway::cli
