#pragma once

#include <vector>

#include "coordinator/planner/bounds/chains.h"
#include "coordinator/planner/bounds/workload.h"
#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// Raises the heads and tails of `chains` by the resources: an activity cannot start before all
/// that it waits for, directly or not, has been done with what there is (a bound of
/// `threshold_bound`'s kind over its predecessors alone). Takes time with the cube of the
/// activities.
void strengthen(const Problem& problem, const std::vector<Workload>& loads, Chains& chains);

}  // namespace headway::planner
