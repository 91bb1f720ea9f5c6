#include "coordinator/planner/search/ranking_search.h"

#include <algorithm>
#include <numeric>

#include "coordinator/planner/bounds/chains.h"

namespace headway::planner {

RankingSearch::RankingSearch(const Problem& problem, std::uint64_t seed)
    : problem_(problem),
      scheduler_(problem),
      random_(seed),
      chains_(measure_chains(problem).tails),
      sorted_(problem.size()),
      ranks_(problem.size()) {
  for (std::uint32_t i = 0; i < problem.size(); ++i) chains_[i] += problem.durations[i];
}

void RankingSearch::rank(const std::vector<double>& keys) {
  std::iota(sorted_.begin(), sorted_.end(), 0U);
  std::stable_sort(sorted_.begin(), sorted_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
  for (std::uint32_t place = 0; place < sorted_.size(); ++place) ranks_[sorted_[place]] = place;
}

Schedule RankingSearch::schedule_by(const std::vector<double>& keys) {
  const std::uint32_t size = problem_.size();
  Schedule best{std::vector<Ticks>(size), std::vector<std::uint32_t>(size, kNoNumber), 0};
  rank(keys);
  best.makespan = scheduler_.schedule(ranks_, Direction::kForward, best.starts, best.agents);
  ++schedules_;

  // To the right, the last to end first; to the left again, the first to start first.
  Schedule other = best;
  std::vector<double> order(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    order[i] = -static_cast<double>(best.starts[i] + problem_.durations[i]);
  }
  rank(order);
  const Ticks length =
      scheduler_.schedule(ranks_, Direction::kBackward, other.starts, other.agents);
  for (std::uint32_t i = 0; i < size; ++i) {
    order[i] = static_cast<double>(length - (other.starts[i] + problem_.durations[i]));
  }
  rank(order);
  other.makespan = scheduler_.schedule(ranks_, Direction::kForward, other.starts, other.agents);
  schedules_ += 2;
  return other.makespan < best.makespan ? other : best;
}

Schedule RankingSearch::longest_chains_first(const std::vector<std::uint32_t>& wanted) {
  std::vector<double> keys(problem_.size());
  for (std::uint32_t i = 0; i < problem_.size(); ++i) {
    keys[i] = -static_cast<double>(chains_[i]);
    if (i < wanted.size()) {
      keys[i] += 0.5 * static_cast<double>(wanted[i]) / static_cast<double>(wanted.size());
    }
  }
  return schedule_by(keys);
}

Schedule RankingSearch::in_order(const std::vector<std::uint32_t>& wanted) {
  std::vector<double> keys(problem_.size(), static_cast<double>(problem_.size()));
  for (std::uint32_t i = 0; i < wanted.size(); ++i) keys[i] = wanted[i];
  return schedule_by(keys);
}

Schedule RankingSearch::changed(const Schedule& best) {
  std::vector<double> keys(problem_.size());
  if (random_.below(4) == 0) {
    const double spread = 0.3 * random_.share();
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      keys[i] = -static_cast<double>(chains_[i]) * (1 + spread * random_.share());
    }
  } else {
    // Some ten places' worth of time.
    const double spread = random_.share() * 10 * static_cast<double>(best.makespan) /
                          static_cast<double>(problem_.size());
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      keys[i] = static_cast<double>(best.starts[i]) + spread * random_.share();
    }
  }
  return schedule_by(keys);
}

}  // namespace headway::planner
