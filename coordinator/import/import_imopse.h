#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/import/instance_plan.h"
#include "coordinator/planner/model/agent.h"

namespace headway {

/// A plan and the agents that it is for.
struct ImportedPlan {
  Plan plan;
  std::vector<planner::PlanAgent> agents;  ///< empty: any, all alike
};

/// A plan of a multi-skill project scheduling instance of iMOPSE (Myszkowski et al. 2015), as in
/// its
/// `.def` files: each task is a ticket called by its number, and asks for the label of its skill at
/// its level (`Q4-1`). Each worker is an agent `worker-1`... that has the labels of all levels it
/// has reached in a skill, from 0. A unit of time is an hour. Salaries are left out: what is looked
/// for is the shortest schedule.
///
/// Errors name the line: a section that is missing, a number that is none or out of range, a task
/// or worker that is listed twice or is missing, an unknown predecessor, a skill that is not
/// written `Q1: 2`, a cycle.
Result<ImportedPlan> import_imopse(const std::string& text, const std::string& name,
                                   const InstanceOptions& options = {});

}  // namespace headway
