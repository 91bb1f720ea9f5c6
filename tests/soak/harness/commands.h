#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/soak/harness/cluster.h"

namespace headway::soak {

/// The `headway` commands that are under way: several at a time, beside everything else. One
/// thread.
class Commands {
 public:
  /// How a command ended; -1: it was killed for taking longer than 90 s.
  using Then = std::function<void(int exit_code, const std::string& output)>;

  Commands(const Options& options, Cluster& cluster, Diary& diary)
      : options_(options), cluster_(cluster), diary_(diary) {}

  /// Starts `headway` with these words and the coordinator's address.
  void start(std::vector<std::string> words, Then then);
  bool ended(const Ended& child);
  /// Kills what takes too long.
  void turn();
  [[nodiscard]] bool empty() const { return running_.empty(); }

 private:
  struct Running {
    pid_t pid = -1;
    std::string what;
    std::string output;  ///< path
    Instant deadline;
    Then then;
  };

  const Options& options_;
  Cluster& cluster_;
  Diary& diary_;
  std::vector<Running> running_;
  unsigned started_ = 0;
};

}  // namespace headway::soak
