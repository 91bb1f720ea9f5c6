#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"

namespace headway::planner {

/// A field, before and after, as YAML; empty: it was not written, or is not any more.
struct ChangedField {
  std::string name;
  std::string before;
  std::string after;
  friend bool operator==(const ChangedField&, const ChangedField&) = default;
};

struct ChangedTicket {
  std::string id;
  std::vector<ChangedField> fields;
  friend bool operator==(const ChangedTicket&, const ChangedTicket&) = default;
};

/// A ticket of both plans' schedules that starts at another time.
struct MovedTicket {
  std::string id;
  Duration before{};
  Duration after{};
  friend bool operator==(const MovedTicket&, const MovedTicket&) = default;
};

/// What a plan amounts to. Without a schedule there is no duration.
struct PlanMeasures {
  std::size_t tickets = 0;
  std::size_t groups = 0;
  std::optional<std::int32_t> agents;
  std::optional<Duration> duration;
  std::optional<Duration> lower_bound;
  Duration work{};  ///< all estimates
  std::vector<std::string> critical_path;
  Duration critical_path_duration{};
};

/// How one plan became another.
struct PlanDiff {
  std::vector<ChangedField> plan;  ///< fields of the plan itself
  std::vector<std::string> added;
  std::vector<std::string> removed;
  std::vector<ChangedTicket> changed;
  std::vector<MovedTicket> moved;  ///< the largest moves first
  PlanMeasures before;
  PlanMeasures after;

  /// Whether both plans have the same tickets and are executed alike.
  [[nodiscard]] bool same_tickets() const {
    return plan.empty() && added.empty() && removed.empty() && changed.empty();
  }
};

/// Compares two valid plans, ticket by ticket by their ids; each with its graph. What was derived
/// (`execution_plan`) is compared as schedule and measures only. Where a ticket stands in its file
/// is no change.
PlanDiff diff_plans(const Plan& before, const PlanGraph& graph_before, const Plan& after,
                    const PlanGraph& graph_after);

}  // namespace headway::planner
