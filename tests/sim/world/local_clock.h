#pragma once

#include "common/base/time.h"

namespace headway::sim {

/// A machine's own monotonic clock: it began at another moment, and runs a little too fast or too
/// slow. Within what the margin of a lease allows for: two clocks run apart by less than one part
/// in a hundred.
class LocalClock {
 public:
  static constexpr std::int64_t kMostDrift = 4'000;  ///< parts in a million

  LocalClock() = default;
  LocalClock(Duration offset, std::int64_t drift) : offset_(offset), drift_(drift) {}

  [[nodiscard]] Instant local(Instant at) const {
    const auto elapsed = at.time_since_epoch();
    return Instant{offset_ + elapsed + elapsed * drift_ / kMillion};
  }
  /// The first true moment at which this clock shows `local_at` or more.
  [[nodiscard]] Instant truly(Instant local_at) const {
    if (local_at == Instant::max()) return local_at;
    const Duration shown = local_at.time_since_epoch() - offset_;
    const std::int64_t rate = kMillion + drift_;
    Instant at{shown / rate * kMillion + shown % rate * kMillion / rate};
    while (local(at) > local_at) at -= std::chrono::microseconds{1};
    while (local(at) < local_at) at += std::chrono::microseconds{1};
    return at;
  }

 private:
  static constexpr std::int64_t kMillion = 1'000'000;
  Duration offset_{};
  std::int64_t drift_ = 0;
};

}  // namespace headway::sim
