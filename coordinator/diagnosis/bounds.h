#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/diagnosis/picture.h"

/// What else than a chain of dependencies keeps a run from ending sooner.

namespace headway::diagnosis {

/// Tickets that are left and need one lock for themselves: they go one after another.
struct LockLine {
  std::uint32_t lock = 0;  ///< an index into the graph's `lock_names`
  double seconds = 0;      ///< of them all, as far as that is known; 0: there is no such line
  std::vector<TicketIndex> tickets;
};

/// The line that takes longest. Takes one pass over the run's tickets.
LockLine longest_lock_line(const Picture& picture);

/// Seconds that what is left takes at least for its amount, on all agents that have joined; 0 where
/// there is none.
double seconds_of_all_agents(const Picture& picture);

}  // namespace headway::diagnosis
