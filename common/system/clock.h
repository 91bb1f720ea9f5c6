#pragma once

#include "common/base/time.h"

namespace headway {

/// Reads both clocks: CLOCK_BOOTTIME and the wall clock.
Now read_clocks();

}  // namespace headway
