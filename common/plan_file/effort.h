#pragma once

#include <string_view>

#include "common/base/result.h"
#include "common/base/time.h"

namespace headway {

/// Reads an effort as ticket folders have it: a duration (`1h 30m`), or a number and a word (`2
/// hours`, `30 min`, `1 day`). A range (`2-4 hours`, `2 to 4 hours`) means its upper end. A day is
/// 24 hours: agents do not sleep.
Result<Duration> parse_effort(std::string_view text);

}  // namespace headway
