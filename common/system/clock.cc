#include "common/system/clock.h"

#include <ctime>

namespace headway {

namespace {

Duration read(clockid_t clock) {
  timespec at{};
  clock_gettime(clock, &at);
  return std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec};
}

}  // namespace

Now read_clocks() {
  return Now{Instant{read(CLOCK_BOOTTIME)},
             WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(read(CLOCK_REALTIME))}};
}

}  // namespace headway
