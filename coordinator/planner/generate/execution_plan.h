#pragma once

#include <vector>

#include "common/plan/plan.h"
#include "coordinator/planner/analysis/analysis.h"
#include "coordinator/planner/model/agent.h"
#include "coordinator/planner/model/schedule.h"

namespace headway::planner {

/// What a plan's file says of its execution: the groups, conflicts, critical path, bottlenecks and
/// recommendations of an analysis of the plan, with the schedule. Totals are left to the caller.
ExecutionPlan execution_plan(const Analysis& analysis, const std::vector<ScheduledTicket>& schedule,
                             const std::vector<PlanAgent>& agents);

/// The fewest agents that were found to do tickets of these durations, which nothing keeps apart,
/// within `most`: each goes where it fits, the longest first (Johnson 1973: first fit decreasing,
/// at most 11/9 of the fewest and one).
std::uint32_t agents_for(std::vector<Duration> durations, Duration most);

}  // namespace headway::planner
