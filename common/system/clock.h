#pragma once

#include "common/base/time.h"

namespace headway {

/// Reads both clocks: CLOCK_BOOTTIME and the wall clock.
Now read_clocks();

/// Only the first of them: what deadlines and pauses are reckoned by.
inline Instant steady_now() { return read_clocks().steady; }

}  // namespace headway
