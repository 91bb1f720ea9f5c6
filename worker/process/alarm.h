#pragma once

#include <optional>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::worker {

/// A descriptor that becomes readable at an instant (timerfd_create(2), CLOCK_BOOTTIME: it counts
/// suspend, which poll's own timeout does not). Set lazily: one that is set earlier than needed
/// stays as it is and wakes its owner for nothing, which is cheaper than setting it at every
/// change.
class Alarm {
 public:
  static Result<Alarm> make();

  [[nodiscard]] int fd() const { return timer_.get(); }
  /// Rings at `at` at the latest.
  void ring_by(std::optional<Instant> at);
  /// Takes note that it rang.
  void acknowledge();

 private:
  explicit Alarm(UniqueFd timer) : timer_(std::move(timer)) {}

  UniqueFd timer_;
  std::optional<Instant> set_;
};

}  // namespace headway::worker
