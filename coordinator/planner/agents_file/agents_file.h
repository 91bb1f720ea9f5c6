#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "coordinator/planner/model/agent.h"

namespace headway::planner {

/// Agents in a file, and in a list read from one.
inline constexpr std::size_t kMaxAgents = 10'000;

/// Reads agents that differ, as `headway plan --agents-from FILE` takes them:
///
///     agents:
///       - {name: anna, worker: build-01, types: [builder], labels: [linux, gcc]}
///       - {name: writers, count: 3, labels: [docs]}
///
/// All but the list itself may be left out: a missing name is the agent's place from 1, `count`
/// makes so many alike (`writers/1`...), no types means every type. Errors (kInvalidPlan) name the
/// line: not YAML, an unknown key, a name that is there twice, a count that is none, no agents at
/// all.
Result<std::vector<PlanAgent>> read_agents(const std::string& text);

/// What `read_agents` reads as the same agents (their `resources` are not written).
std::string write_agents(const std::vector<PlanAgent>& agents);

}  // namespace headway::planner
