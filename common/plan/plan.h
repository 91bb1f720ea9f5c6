#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/plan/ticket.h"

namespace headway {

enum class Strategy : std::uint8_t { kMaximum, kBalanced, kSequential };
enum class OnFailure : std::uint8_t { kContinue, kFailFast };

/// When a plan gate is due.
struct EveryGroup {
  friend bool operator==(EveryGroup, EveryGroup) = default;
};
struct AtEnd {
  friend bool operator==(AtEnd, AtEnd) = default;
};
struct EveryTickets {
  std::int32_t count = 1;
  friend bool operator==(EveryTickets, EveryTickets) = default;
};
using PlanGateSchedule = std::variant<AtEnd, EveryGroup, Duration, EveryTickets>;

/// A check of the whole tree while other tickets go on.
struct PlanGate {
  std::string name;
  Command command;
  PlanGateSchedule every;
  std::optional<Duration> timeout;
  OnPlanGateFail on_fail = OnPlanGateFail::kWarn;
  friend bool operator==(const PlanGate&, const PlanGate&) = default;
};

/// What the generator derived (`execution_plan`). Verified against the tickets when a plan carries
/// one.
struct PlannedGroup {
  std::int32_t id = 0;
  std::vector<std::string> tickets;
  std::optional<Duration> estimated_duration;
  std::optional<std::int32_t> agents_required;
  friend bool operator==(const PlannedGroup&, const PlannedGroup&) = default;
};
struct PlannedConflict {
  std::string type;  ///< file | resource
  std::vector<std::string> tickets;
  std::vector<std::string> files;
  std::string about;  ///< what it is for, where that is no file
  std::string resolution;
  friend bool operator==(const PlannedConflict&, const PlannedConflict&) = default;
};
struct PlannedBottleneck {
  std::string ticket;
  std::int32_t blocks = 0;
  friend bool operator==(const PlannedBottleneck&, const PlannedBottleneck&) = default;
};
struct PlannedStart {
  std::string ticket;
  std::string agent;  ///< a number or a name
  Duration start{};
  Duration finish{};
  friend bool operator==(const PlannedStart&, const PlannedStart&) = default;
};
/// The largest count that every reader of JSON and YAML keeps exactly.
inline constexpr std::uint64_t kMostCounted = (std::uint64_t{1} << 53U) - 1;

/// What repeats a search for a schedule: the same tickets, agents, seed and number of iterations
/// give the same schedule.
struct PlannedSearch {
  std::uint64_t seed = 0;        ///< at most `kMostCounted`
  std::uint64_t iterations = 0;  ///< at most `kMostCounted`
  friend bool operator==(const PlannedSearch&, const PlannedSearch&) = default;
};
struct ExecutionPlan {
  std::string generated_at;
  std::string source_hash;
  std::optional<std::int32_t> agents;
  std::optional<Duration> estimated_duration;
  std::optional<Duration> sequential_duration;
  std::optional<double> parallelism_factor;
  std::optional<Duration> lower_bound;  ///< no schedule on these agents is shorter
  std::string bound_reason;             ///< why
  std::optional<PlannedSearch> search;
  std::vector<PlannedGroup> groups;
  std::vector<PlannedConflict> conflicts;
  std::vector<std::string> critical_path;
  std::optional<Duration> critical_path_duration;
  std::vector<PlannedBottleneck> bottlenecks;
  std::vector<PlannedStart> schedule;
  std::vector<std::string> recommendations;
  friend bool operator==(const ExecutionPlan&, const ExecutionPlan&) = default;
};

/// A set of tickets to execute: immutable once validated. A ticket's index in `tickets` is its
/// `TicketIndex`.
struct Plan {
  std::int32_t version = 1;
  std::string name;
  Strategy strategy = Strategy::kBalanced;
  std::optional<std::int32_t> max_parallel;
  bool barriers = false;
  OnFailure on_failure = OnFailure::kContinue;
  std::vector<ResourceAmount> resources;  ///< capacities, cluster-wide
  std::vector<Ticket> tickets;
  std::vector<PlanGate> plan_gates;
  std::optional<ExecutionPlan> execution_plan;

  /// Tickets alive at once: what it says, else one at a time with the strategy `sequential`.
  [[nodiscard]] std::optional<std::int32_t> most_alive() const {
    if (max_parallel || strategy != Strategy::kSequential) return max_parallel;
    return 1;
  }

  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace headway
