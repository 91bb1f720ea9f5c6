#pragma once

#include <string_view>

#include "common/base/result.h"
#include "common/base/time.h"

namespace headway {

/// Reads an effort as ticket folders have it: a duration (`1h 30m`), or numbers and words (`2
/// hours`, `30 min`, `1 day`, `1 hour 30 minutes`). A range (`2-4 hours`, `6h-8h`, `2 to 4 hours`)
/// means its upper end; `~`, `about` and a remark in parentheses are passed over. A day is 24 hours
/// and a week seven days: agents do not sleep.
Result<Duration> parse_effort(std::string_view text);

}  // namespace headway
