#pragma once

#include <string>

#include "common/messages/lock_messages.h"
#include "coordinator/cli/show/format.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// Locks with their holders and waiters, a row for each holder and waiter. `now`: to say for how
/// long.
std::string locks_text(const LocksAnswer& answer, WallTime now, Format format, bool colour,
                       std::size_t width);
Json locks_json(const LocksAnswer& answer);

}  // namespace headway::cli
