#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/plan/rows.h"

namespace headway::planner {

/// A time or a length in a problem's own unit (`Problem::tick`), so that the numbers stay small.
using Ticks = std::int64_t;

enum class ResourceKind : std::uint8_t {
  kCounted,   ///< of the plan's `resources`
  kParallel,  ///< tickets alive at once
  kAgents,    ///< agents that are alike for every ticket that may use any of them
  kLock,      ///< a writer takes all of it, a reader one
};

/// Something of which there is so much at any time, and which comes back when a ticket ends.
struct Resource {
  ResourceKind kind = ResourceKind::kCounted;
  std::string name;
  std::int64_t capacity = 0;
  /// Stands for more than the plan asks (see lock_resources.h): a schedule must respect it, a lower
  /// bound must not count on it.
  bool coarse = false;
};

struct Demand {
  std::uint32_t resource = 0;
  std::int64_t amount = 0;  ///< 1 .. the resource's capacity
  friend bool operator==(Demand, Demand) = default;
};

/// Agents one of which a ticket needs, as numbers into the list of agents, ascending.
using AgentSet = std::vector<std::uint32_t>;

inline constexpr std::uint32_t kNoNumber = std::numeric_limits<std::uint32_t>::max();

/// A resource-constrained project scheduling problem (Pritsker, Watters and Wolfe 1969) whose
/// activities each need one agent out of a set: what planning knows of a plan. Find a start for
/// each activity, and an agent, so that the last one ends as early as possible.
///
/// Plain data, made by `problem_from_plan`; activities are numbered in the plan's order, milestones
/// after them. Activities of no duration need nothing: they only wait for others.
struct Problem {
  Duration tick{1};
  std::vector<Ticks> durations;
  Rows<std::uint32_t> predecessors;
  Rows<std::uint32_t> successors;
  std::vector<std::uint32_t> order;  ///< predecessors before successors
  std::vector<Resource> resources;
  Rows<Demand> demands;            ///< of each activity; each resource once
  std::uint32_t ticket_count = 0;  ///< the first activities; the others are milestones

  std::uint32_t agent_count = 0;
  std::vector<AgentSet> agent_sets;
  std::vector<std::uint32_t> agent_set_of;  ///< of each activity; kNoNumber: needs none
  /// Of each set: the resource that stands for it, where no other set has one of its agents, so
  /// that which of them is taken can be decided at the end; else kNoNumber.
  std::vector<std::uint32_t> pool_of_set;

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(durations.size()); }
  [[nodiscard]] Duration time(Ticks ticks) const { return tick * ticks; }
  /// Whether the activity must be given one agent of several that are not alike.
  [[nodiscard]] bool chooses_agent(std::uint32_t activity) const {
    const std::uint32_t set = agent_set_of[activity];
    return set != kNoNumber && pool_of_set[set] == kNoNumber && durations[activity] > 0;
  }
};

/// Derives `successors` and `order` from `predecessors`, which must have no cycle.
void fill_successors(Problem& problem);

}  // namespace headway::planner
