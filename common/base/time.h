#pragma once

#include <chrono>
#include <cstdint>

namespace headway {

/// Every duration in the program. 292 years fit.
using Duration = std::chrono::nanoseconds;

/// The clock by which deadlines are counted: monotonic, and it goes on while the machine sleeps
/// (CLOCK_BOOTTIME). Only the shells read it (common/system/clock.h); the cores get it as an
/// argument.
struct SteadyClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SteadyClock>;
  static constexpr bool is_steady = true;
};
using Instant = SteadyClock::time_point;

/// The calendar's time, for people and for records; no deadline depends on it. Milliseconds since
/// 1970, UTC.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// Both clocks, read together by a shell at the start of a turn.
struct Now {
  Instant steady;
  WallTime wall;
};

/// Milliseconds since 1970 of a wall time, and back.
constexpr std::int64_t to_millis(WallTime at) { return at.time_since_epoch().count(); }
constexpr WallTime wall_from_millis(std::int64_t millis) {
  return WallTime{std::chrono::milliseconds{millis}};
}

template <class Rep, class Period>
constexpr double to_seconds(std::chrono::duration<Rep, Period> duration) {
  return std::chrono::duration<double>(duration).count();
}
/// A duration of so many seconds, to the nearest nanosecond; `seconds` must be within 292 years.
constexpr Duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}
/// 0 where there is nothing to take the mean of.
template <class Rep, class Period>
constexpr double mean_seconds(std::chrono::duration<Rep, Period> sum, std::uint64_t count) {
  return count == 0 ? 0 : to_seconds(sum) / static_cast<double>(count);
}

}  // namespace headway
