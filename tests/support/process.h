#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::test {

/// How a program is started.
struct ProcessOptions {
  std::string folder;                                    ///< to start in; empty: this one
  std::vector<std::pair<std::string, std::string>> env;  ///< beside those of the test
  std::string input;                                     ///< of its standard input
};

/// How a program ended.
struct Finished {
  bool timed_out = false;  ///< it did not end in time and was killed
  int exit_code = -1;      ///< -1: it was ended by a signal
  int signal = 0;
  std::string out;
  std::string err;
};

/// A program that a test runs: what it writes is collected while the test waits for something. It
/// is a process group of its own, so that a test can send it what a terminal would; at the end of
/// its life the group is killed. Its environment is the test's without `HEADWAY_*` and without the
/// user's configuration.
class Process {
 public:
  explicit Process(std::vector<std::string> command, const ProcessOptions& options = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Waits for its end, at most so long; then kills it.
  Finished wait(Duration most = std::chrono::seconds{30});
  /// Waits until standard output and error together contain `text`; false where it ended or the
  /// time is up before.
  bool wait_for(std::string_view text, Duration most = std::chrono::seconds{30});
  void send_signal(int signal) const;

  [[nodiscard]] const std::string& out() const { return out_; }
  [[nodiscard]] const std::string& err() const { return err_; }

 private:
  [[nodiscard]] bool contains(std::string_view text) const;
  /// Reads what is there or comes until `deadline`; false: both pipes are at their end.
  bool pump(std::chrono::steady_clock::time_point deadline);
  /// Whether it has ended.
  bool reap();

  pid_t pid_ = -1;
  UniqueFd out_pipe_;
  UniqueFd err_pipe_;
  std::string out_;
  std::string err_;
  std::optional<int> status_;
};

/// Runs a program to its end.
Finished run_process(std::vector<std::string> command, const ProcessOptions& options = {},
                     Duration most = std::chrono::seconds{30});

}  // namespace headway::test
