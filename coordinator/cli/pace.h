#pragma once

#include <algorithm>

#include "common/base/time.h"

namespace headway::cli {

/// Keeps what is done again and again from being done all the time: so many at once, and from then
/// on one in each period. What was not used comes back with time, but never more than the burst.
class Pace {
 public:
  Pace(int burst, Duration period) : credit_(burst * period), period_(period) {}

  /// Takes the next; how long to wait with it.
  Duration take(Instant now) {
    due_ = std::max(due_, now - credit_) + period_;
    return std::max(due_ - now, Duration::zero());
  }

 private:
  Duration credit_;
  Duration period_;
  Instant due_{};  ///< of the one that was taken last
};

}  // namespace headway::cli
