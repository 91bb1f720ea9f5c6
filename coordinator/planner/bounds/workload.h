#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/planner/bounds/chains.h"
#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// A part of a resource's work.
struct WorkItem {
  std::uint32_t activity = 0;
  Ticks head = 0;  ///< it cannot start before
  Ticks duration = 0;
  Ticks tail = 0;  ///< so much must follow its end
  std::int64_t amount = 0;
};

/// What must be done by one resource, or by one set of agents.
struct Workload {
  std::string name;
  std::int64_t capacity = 0;
  std::vector<WorkItem> items;
};

/// The workloads of a problem: one for each resource that is not coarse and has more users than it
/// can serve at once, and `kMostAgentSets` at most for the sets of agents with the most work for
/// each of them. Such a set is the union of those that some activities ask for, found by adding to
/// each of these the one that makes the work of an agent most, and the next, as long as there are
/// any.
inline constexpr std::size_t kMostAgentSets = 64;
std::vector<Workload> workloads(const Problem& problem, const Chains& chains);

/// Carlier and Latapie's bound: the largest of h + work / capacity + t. For many items only one of
/// h and t is varied.
Ticks threshold_bound(const Workload& load);

/// Where every item takes one of the capacity, as with agents: among k * capacity + 1 items, k + 1
/// follow each other on one agent, and last at least as long as the k + 1 shortest. Tried with the
/// longest items that have a head of at least h and a tail of at least t, which are added; 0 for
/// other workloads, and for more than `kMostForPacking` items.
Ticks packing_bound(const Workload& load);
inline constexpr std::size_t kMostForPacking = 300;

/// Whether energetic reasoning finds that no schedule has length `length`: its intervals are those
/// between the earliest starts, earliest ends, latest starts and latest ends of the items.
bool is_refuted_by_energy(const Workload& load, Ticks length);

}  // namespace headway::planner
