#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"

namespace headway {

/// With what a schedule is simulated.
struct SimulationOptions {
  std::uint32_t agents = 1;                  ///< alike, each able to run every ticket; at least 1
  std::optional<std::int32_t> max_parallel;  ///< instead of the plan's
  std::vector<std::uint32_t>
      groups;  ///< from 1; empty: all. What they need from others counts as done
};

struct SimulatedTicket {
  TicketIndex ticket;
  std::uint32_t agent = 0;  ///< from 1
  Duration start{};         ///< since the run's beginning
  Duration finish{};
  friend bool operator==(const SimulatedTicket&, const SimulatedTicket&) = default;
};

struct SimulatedSchedule {
  std::vector<SimulatedTicket> tickets;  ///< by start, then agent
  Duration total{};                      ///< until the last one has finished
  Duration sequential{};                 ///< if one ticket at a time were alive
  std::uint32_t most_alive = 0;
  std::uint32_t without_estimate = 0;  ///< tickets for which kDefaultEstimate was assumed
  friend bool operator==(const SimulatedSchedule&, const SimulatedSchedule&) = default;
};

/// What a run would do if every ticket succeeded at once and took as long as its estimate says:
/// list scheduling (Graham 1969) in the order of `PlanGraph::rank`, under the plan's dependencies,
/// locks, counted resources, barriers and limits. Soft dependencies are in the rank. The graph is
/// that of the plan.
SimulatedSchedule simulate_schedule(const Plan& plan, const PlanGraph& graph,
                                    const SimulationOptions& options);

}  // namespace headway
