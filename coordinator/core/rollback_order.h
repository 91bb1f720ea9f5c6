#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "coordinator/core/state.h"

namespace headway {

/// Which tickets are put back together. Pure questions about one run.

/// Puts a ticket into the line of those that are to be put back, whose first `fixed` stay where
/// they are: what ended last goes first, and what stands on a ticket goes before it, though it may
/// have ended earlier (a ticket whose failure is allowed can succeed after those that went on
/// without it). The order follows from who is in the line, not from who came first.
void put_in_line(const Run& run, std::vector<TicketIndex>& line, std::size_t fixed,
                 TicketIndex ticket);

struct RollbackPlan {
  std::vector<TicketIndex> undone;   ///< succeeded, and are to be undone, in the order of the line
  std::vector<TicketIndex> stopped;  ///< have not ended, and would stand on what is undone
};

/// What goes along when the ticket is put back because it failed or was cancelled. Everything that
/// succeeded on top of what is undone is undone as well, since it stands on nothing then. What
/// stands on the ticket alone is left to what its end means for it: a failure may be allowed.
RollbackPlan rollback_of(const Run& run, TicketIndex ticket, RollbackScope scope);

/// Whether something that it comes after is to be undone, or could not be.
bool stands_on_undone(const Run& run, TicketIndex ticket);

/// A person's wish: undo all that has succeeded, or what did so after `keep`.
Result<RollbackPlan> rollback_to(const Run& run, std::optional<TicketIndex> keep);

}  // namespace headway
