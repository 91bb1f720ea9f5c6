#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "coordinator/planner/model/agent.h"
#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// How a plan is turned into a problem, where the plan itself does not say.
struct ProblemOptions {
  std::optional<std::int32_t> max_parallel;  ///< tickets alive at once, instead of the plan's
};

/// The problem of scheduling all tickets of `plan`, whose graph is `graph`, on `agents`. Takes time
/// and memory near to linear in tickets, edges, locks and kinds of requirements.
///
/// Blocking and sequential dependencies become precedence; soft ones none. Counted resources, locks
/// and conflicts, isolation and the limit of tickets alive become resources. With barriers a
/// milestone stands between two groups. A ticket without an estimate takes `kDefaultEstimate`.
///
/// Errors (kInvalidPlan), all tickets concerned named together up to a few: no agent may run a
/// ticket (and what it asks for), a ticket asks for more of a resource than there is, the estimates
/// together are longer than a duration can be. kUsage: no agents.
Result<Problem> problem_from_plan(const Plan& plan, const PlanGraph& graph,
                                  const std::vector<PlanAgent>& agents,
                                  const ProblemOptions& options = {});

}  // namespace headway::planner
