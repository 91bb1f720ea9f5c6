#pragma once

#include <optional>
#include <vector>

#include "common/base/result.h"
#include "coordinator/core/state.h"

namespace headway {

/// Which tickets go along when a person opens some again, or why that may not be. Pure questions
/// about one run; the core acts on the answers.

/// What stands against doing anything to single tickets of a run, but putting them back once it is
/// over: it is stopping, or was cancelled for good; none: nothing.
std::optional<Error> past_steering(const Run& run);

/// What stands against opening anything again while tickets are put back; none: nothing.
std::optional<Error> being_put_back(const Run& run);

/// What stands against cancelling these tickets; none: nothing. One that is cancelled already is no
/// obstacle.
std::optional<Error> cannot_cancel(const Run& run, const std::vector<TicketIndex>& named);

/// The named tickets, which failed, were aborted or cancelled, and those that were aborted for
/// them: each only if all that it depends on has succeeded, may still succeed, or is opened again
/// as well. After `fail_fast` everything that was aborted counts as aborted for them.
Result<std::vector<TicketIndex>> tickets_to_retry(const Run& run,
                                                  const std::vector<TicketIndex>& named);

/// `headway ticket retry A B`: of this ticket, and of what has ended badly or was undone below it,
/// in the plan's order. Empty where that would be refused as things are, or takes more names than a
/// person types.
std::string retry_command(const Run& run, TicketIndex ticket);

/// The named tickets, which succeeded, and all that succeeded on top of them.
Result<std::vector<TicketIndex>> tickets_to_rerun(const Run& run,
                                                  const std::vector<TicketIndex>& named);

}  // namespace headway
