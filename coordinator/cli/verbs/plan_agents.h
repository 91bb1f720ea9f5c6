#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"
#include "coordinator/planner/analysis/analysis.h"
#include "coordinator/planner/model/agent.h"

namespace headway::cli {

/// For whom a plan is made.
struct AgentsToPlanFor {
  std::vector<planner::PlanAgent> agents;  ///< empty: as many as are useful
  bool alike = true;                       ///< each may run every ticket
  Crew crew;                               ///< the same, for an analysis
  std::string words;                       ///< what they are, for people: `4 agents`
};

/// Reads `--agents N`, `--agents LABEL=N,...`, `--agents-from FILE` (of agents, or an iMOPSE
/// instance) and `--from-coordinator`, which exclude each other. Without any: one agent for the
/// strategy sequential, as many as are useful for maximum, else as many as a run here would embed.
///
/// Of labels and types: an agent of a type that `plan` or the configuration names offers this type
/// alone with its labels, else it has the word as its label and runs every type.
Result<AgentsToPlanFor> agents_to_plan_for(const Arguments& arguments,
                                           const Environment& environment, Strategy strategy,
                                           const Plan& plan);

}  // namespace headway::cli
