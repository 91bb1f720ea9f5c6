#pragma once

#include <cstdint>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// A start for each activity of a problem, from 0, and an agent where the activity chooses one
/// (kNoNumber elsewhere).
struct Schedule {
  std::vector<Ticks> starts;
  std::vector<std::uint32_t> agents;
  Ticks makespan = 0;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// What a schedule says of one ticket. `agent` is a place in the list of agents.
struct ScheduledTicket {
  TicketIndex ticket;
  std::uint32_t agent = 0;
  Duration start{};
  Duration finish{};
  friend bool operator==(const ScheduledTicket&, const ScheduledTicket&) = default;
};

/// The schedule in the plan's terms, by start, then ticket. Gives each ticket that needs any of a
/// pool of agents one that is idle; they are numbered so that those with the smallest numbers work
/// most.
std::vector<ScheduledTicket> scheduled_tickets(const Problem& problem, const Schedule& schedule);

}  // namespace headway::planner
