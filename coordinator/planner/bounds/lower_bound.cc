#include "coordinator/planner/bounds/lower_bound.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "coordinator/planner/bounds/chains.h"
#include "coordinator/planner/bounds/strengthen.h"
#include "coordinator/planner/bounds/workload.h"

namespace headway::planner {

namespace {

/// The smallest length from `from` on that energetic reasoning does not refute.
Ticks smallest_not_refuted(const Workload& load, Ticks from) {
  if (!is_refuted_by_energy(load, from)) return from;
  Ticks refuted = from;
  Ticks step = 1;
  while (is_refuted_by_energy(load, refuted + step)) {
    refuted += step;
    step *= 2;
  }
  Ticks possible = refuted + step;
  while (possible - refuted > 1) {
    const Ticks middle = refuted + (possible - refuted) / 2;
    (is_refuted_by_energy(load, middle) ? refuted : possible) = middle;
  }
  return possible;
}

std::string reason_of(const Workload& load) { return "the work for " + load.name; }

}  // namespace

LowerBound lower_bound(const Problem& problem) {
  Chains chains = measure_chains(problem);
  LowerBound best{chains.longest, "the critical path"};
  std::vector<Workload> loads = workloads(problem, chains);
  if (problem.size() <= kMostForEnergy) {
    strengthen(problem, loads, chains);
    if (chains.longest > best.length) {
      best = {chains.longest, "the critical path with the work that must come before"};
    }
    loads = workloads(problem, chains);
  }
  for (const Workload& load : loads) {
    const Ticks length = std::max(threshold_bound(load), packing_bound(load));
    if (length > best.length) best = {length, reason_of(load)};
  }
  if (problem.size() > kMostForEnergy) return best;
  for (const Workload& load : loads) {
    const Ticks length = smallest_not_refuted(load, best.length);
    if (length > best.length) best = {length, reason_of(load)};
  }
  return best;
}

}  // namespace headway::planner
