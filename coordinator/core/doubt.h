#pragma once

#include <string>
#include <vector>

#include "coordinator/core/core.h"

namespace headway {

/// Whether it is not known that the ticket's attempt is alive: no coordinator is (`core` is null),
/// its worker is silent or gone, or began a new life without it. False of a ticket that has no
/// attempt. Of such an attempt nobody can say how long it takes.
bool is_in_doubt(const Core* core, const Run& run, TicketIndex ticket, Now now);

/// What is known of such an attempt, and what gets its ticket going again, in sentences; none where
/// it is known to be alive.
std::vector<std::string> doubts(const State& state, const Core* core, const Run& run,
                                TicketIndex ticket, Now now);

/// A person's word that a worker is dead: `headway worker remove build-03 --confirm-dead`.
std::string confirm_dead_command(const std::string& worker);

}  // namespace headway
