#pragma once

#include <vector>

#include "common/plan/graph.h"
#include "common/plan/plan.h"

namespace headway::planner {

/// All tickets one after the other, none before what it waits for: of those that nothing holds back
/// the one that `PlanGraph::rank` puts first (important and blocking ones first). With `barriers`
/// one group after the other.
std::vector<TicketIndex> sequential_order(const Plan& plan, const PlanGraph& graph);

}  // namespace headway::planner
