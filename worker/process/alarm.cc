#include "worker/process/alarm.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

#include "common/base/check.h"

namespace headway::worker {

Result<Alarm> Alarm::make() {
  UniqueFd timer{::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)};
  if (!timer) {
    return Error{ErrorKind::kFailed,
                 "cannot make a timer: " + std::generic_category().message(errno)};
  }
  return Alarm(std::move(timer));
}

void Alarm::ring_by(std::optional<Instant> at) {
  if (!at || (set_ && *set_ <= *at)) return;
  // Zero would switch it off; any instant that has passed rings at once.
  const Duration since_boot = std::max(at->time_since_epoch(), Duration{1});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  itimerspec when{};
  when.it_value.tv_sec = seconds.count();
  when.it_value.tv_nsec = (since_boot - seconds).count();
  HW_CHECK(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr) == 0,
           "a timer cannot be set");
  set_ = at;
}

void Alarm::acknowledge() {
  std::uint64_t times = 0;
  if (::read(timer_.get(), &times, sizeof times) == sizeof times) set_.reset();
}

}  // namespace headway::worker
