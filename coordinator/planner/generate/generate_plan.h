#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/planner/analysis/analysis.h"
#include "coordinator/planner/model/agent.h"

namespace headway::planner {

/// How far a search is; see `SearchProgress`.
struct GenerateProgress {
  std::uint64_t schedules = 0;
  Duration duration{};  ///< of the best so far
  Duration lower_bound{};
};

/// With what a plan is generated.
struct GenerateOptions {
  Strategy strategy = Strategy::kBalanced;
  /// Who there is. With `Strategy::kMaximum` it may be empty: then there are as many alike as are
  /// useful.
  std::vector<PlanAgent> agents;
  /// Whether every one of `agents` may run every ticket, so that only their number matters.
  bool alike = true;
  /// Labels that an agent type asks for besides those of a ticket.
  std::map<std::string, std::vector<std::string>> type_labels;
  Crew crew;  ///< the same agents, for recommendations
  /// How the search for a short schedule goes (`SearchOptions`); none with
  /// `Strategy::kSequential`.
  std::uint64_t seed = 1;
  std::uint64_t max_iterations = std::numeric_limits<std::uint64_t>::max();
  std::function<bool()> enough;
  std::function<void(const GenerateProgress&)> progress;
};

/// A plan with its `execution_plan`, and what is worth saying about it.
struct GeneratedPlan {
  Plan plan;
  std::uint32_t agents = 1;  ///< that the schedule uses
  Duration duration{};
  Duration sequential{};  ///< if one ticket at a time were alive
  Duration lower_bound{};
  std::string bound_reason;
  bool is_optimal = false;
  std::uint64_t iterations = 0;
  std::uint64_t schedules = 0;
  /// What a run would take that hands tickets out by priority class first, as the coordinator does;
  /// none where the agents are not alike.
  std::optional<Duration> by_priority;
  /// That asked for more were simulated or named; see `Analysis`.
  std::vector<std::string> recommendations;
};

/// Makes the plan that executes the tickets of `plan` best by a strategy:
///
/// - maximum: as short as with an agent for each ticket, by as few agents as were found to do it;
/// - balanced: the shortest schedule on `agents` that the search finds;
/// - sequential: one ticket at a time, important and blocking ones first.
///
/// The same plan and options give the same plan, if the search ends by its number of iterations.
/// Every schedule is held against the plan by `verify_schedule`. `generated_at` and `source_hash`
/// are left to the caller.
///
/// Errors (kInvalidPlan): the tickets have no graph (a cycle, an unknown id), nobody may run one,
/// one asks for more of a resource than there is. kUsage: no agents.
Result<GeneratedPlan> generate_plan(Plan plan, const GenerateOptions& options);

/// Iterations that take about a second; few for tickets so many that the first schedules do.
std::uint64_t usual_iterations(std::size_t tickets);

}  // namespace headway::planner
