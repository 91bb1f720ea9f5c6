#include <cstdlib>
#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

/// The wall clock of a machine whose clock is wrong by WALL_CLOCK_SHIFT seconds, which may be
/// negative, and jumps by as much again every other second. Other clocks are left as they are
/// (time_namespaces(7) shift those, and not this one).

namespace {

long shift_seconds() {
  const char* shift = std::getenv("WALL_CLOCK_SHIFT");
  return shift == nullptr ? 0 : std::strtol(shift, nullptr, 10);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
                                                                    timespec* at) noexcept {
  const long failed = ::syscall(SYS_clock_gettime, clock, at);
  if (failed == 0 && clock == CLOCK_REALTIME) {
    at->tv_sec += shift_seconds() * (1 + at->tv_sec % 2);
  }
  return static_cast<int>(failed);
}
