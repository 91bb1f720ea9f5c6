#include "coordinator/planner/bounds/chains.h"

#include <algorithm>

namespace headway::planner {

Chains measure_chains(const Problem& problem) {
  Chains chains;
  chains.heads.assign(problem.size(), 0);
  chains.tails.assign(problem.size(), 0);
  for (const std::uint32_t i : problem.order) {
    for (const std::uint32_t before : problem.predecessors[i]) {
      chains.heads[i] = std::max(chains.heads[i], chains.heads[before] + problem.durations[before]);
    }
    chains.longest = std::max(chains.longest, chains.heads[i] + problem.durations[i]);
  }
  for (auto i = problem.order.rbegin(); i != problem.order.rend(); ++i) {
    for (const std::uint32_t after : problem.successors[*i]) {
      chains.tails[*i] = std::max(chains.tails[*i], chains.tails[after] + problem.durations[after]);
    }
  }
  return chains;
}

}  // namespace headway::planner
