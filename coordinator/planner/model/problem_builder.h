#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "coordinator/planner/model/agent.h"
#include "coordinator/planner/model/problem.h"
#include "coordinator/planner/model/problem_from_plan.h"

namespace headway::planner {

/// Tickets named in one error; the others are counted.
inline constexpr std::size_t kMaxNamedTickets = 5;

/// Overlapping patterns looked at for one path; see `add_locks`.
inline constexpr std::size_t kMaxPathOverlaps = 256;

/// Makes a problem of a plan, one part after the other; used by `problem_from_plan` alone.
class ProblemBuilder {
 public:
  ProblemBuilder(const Plan& plan, const PlanGraph& graph, const std::vector<PlanAgent>& agents,
                 const ProblemOptions& options)
      : plan_(plan), graph_(graph), agents_(agents), options_(options) {}

  Result<Problem> build();

 private:
  // problem_from_plan.cc
  Result<void> add_durations();
  void add_precedence();
  Result<void> add_counted();
  void add_limit();
  void finish_demands();
  // problem_agents.cc
  Result<void> add_agents();
  Result<std::uint32_t> agent_set(const Ticket& ticket);
  void add_pools();
  [[nodiscard]] std::string requirement_key(const Ticket& ticket) const;
  // problem_locks.cc
  void add_locks();

  std::uint32_t add_resource(ResourceKind kind, std::string name, std::int64_t capacity,
                             bool coarse = false);
  /// Activities of no duration demand nothing.
  void demand(std::uint32_t activity, std::uint32_t resource, std::int64_t amount);

  const Plan& plan_;
  const PlanGraph& graph_;
  const std::vector<PlanAgent>& agents_;
  const ProblemOptions& options_;
  Problem problem_;
  struct Use {
    std::uint32_t activity;
    Demand demand;
  };
  std::vector<Use> uses_;
};

}  // namespace headway::planner
