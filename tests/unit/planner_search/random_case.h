#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "coordinator/planner/model/agent.h"
#include "coordinator/planner/model/problem.h"
#include "coordinator/planner/model/problem_from_plan.h"

namespace headway::planner {

/// A plan with agents for it, and the problem that both are.
struct Case {
  Plan plan;
  std::vector<PlanAgent> agents;
  std::shared_ptr<const PlanGraph> graph;
  Problem problem;
};

/// What a random case may have.
struct CaseShape {
  std::uint32_t tickets = 8;
  std::uint32_t agents = 3;
  std::uint32_t longest = 5;  ///< minutes
  bool labels = true;
  bool locks = true;
  bool resources = true;
  bool barriers = false;
};

/// The same for the same seed. Every ticket can run.
Case random_case(std::uint64_t seed, const CaseShape& shape);

/// Numbers and builds; fails the test when the plan is no problem.
void finish(Case& made);

/// A ticket with an estimate in minutes.
Ticket ticket(std::string id, int minutes, std::vector<std::string> blocking = {});

}  // namespace headway::planner
