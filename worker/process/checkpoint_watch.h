#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.h"
#include "common/messages/check_messages.h"

namespace headway::worker {

/// Which of an attempt's declared checkpoints are reached, each once: at a share of progress, after
/// a time, or when the command names it, whichever comes first. They are taken one after the other
/// in the order in which they were reached, so that the last one reported is the last one reached.
/// Pure.
class CheckpointWatch {
 public:
  CheckpointWatch() = default;
  explicit CheckpointWatch(const std::vector<CheckpointOrder>& orders);

  void at_share(double share);
  /// So long after the command was started.
  void at_time(Duration elapsed);
  /// False: no such checkpoint is declared. One that was reached before is not reached again.
  bool at_name(std::string_view name);
  /// The time after which the next one is reached; none: no other waits for a time.
  [[nodiscard]] std::optional<Duration> next_time() const;

  [[nodiscard]] bool has_reached() const { return !reached_.empty(); }
  /// The next that was reached, as its index among the orders.
  std::optional<std::size_t> take();
  /// The attempt is over: what was not taken never will be.
  void give_up();

 private:
  struct Checkpoint {
    std::string name;
    std::optional<double> share;
    std::optional<Duration> after;
    bool reached = false;
  };

  void reach(std::size_t index);

  std::vector<Checkpoint> checkpoints_;
  std::deque<std::size_t> reached_;  ///< and not taken
};

}  // namespace headway::worker
