#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/plan/graph.h"
#include "common/plan/plan.h"

namespace headway {

/// The place of each ticket in the order of handing out, 0 first, by its index: as
/// `PlanGraph::rank` says, with these priorities instead of the plan's. Takes time n log n.
std::vector<std::uint32_t> rank_tickets(const Plan& plan, const PlanGraph& graph,
                                        std::span<const Priority> priorities);

}  // namespace headway
