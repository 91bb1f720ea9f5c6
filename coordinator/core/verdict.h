#pragma once

#include <cstdint>
#include <optional>

#include "coordinator/core/state.h"

namespace headway {

/// Whether a run whose tickets have all ended succeeded: each of them did, or its failure is
/// allowed, nothing is left to be put back, and no gate of the plan fails it. What was removed from
/// the plan speaks for nothing.
bool has_succeeded(const Run& run);

/// The failure after which `fail_fast` handed out nothing more; none: the run is not failing, or a
/// gate of the plan made it fail.
std::optional<TicketIndex> failure_that_ended_it(const Run& run);

/// How often more a ticket that failed would have been tried, had its run not been failing by then.
std::uint32_t retries_dropped(const Run& run, TicketIndex ticket);

}  // namespace headway
