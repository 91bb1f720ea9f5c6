#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "coordinator/planner/model/problem.h"
#include "coordinator/planner/model/schedule.h"

namespace headway::planner {

/// How far a search is.
struct SearchProgress {
  std::uint64_t iterations = 0;
  std::uint64_t schedules = 0;  ///< schedules generated
  Ticks makespan = 0;           ///< of the best so far
  Ticks lower_bound = 0;
};

struct SearchOptions {
  std::uint64_t seed = 1;
  /// Steps of the search after the first list schedules; 0: those alone.
  std::uint64_t max_iterations = std::numeric_limits<std::uint64_t>::max();
  /// Asked before each step: the time is over, or somebody wants no more. The best is kept.
  std::function<bool()> enough;
  /// Told after the first schedules, whenever a better one is found, and now and then.
  std::function<void(const SearchProgress&)> progress;
  /// Places in an order that people want where it costs nothing, one for each ticket
  /// (`PlanGraph::rank`); may be empty.
  std::vector<std::uint32_t> ranks;
};

struct SearchResult {
  Schedule schedule;
  Ticks lower_bound = 0;
  std::string bound_reason;  ///< why no schedule can be shorter than the bound
  bool is_optimal = false;   ///< the makespan is the bound
  std::uint64_t iterations = 0;
  std::uint64_t schedules = 0;
};

/// Activities beyond which the search keeps to list schedules: the others take time with the
/// square.
inline constexpr std::uint32_t kMostForGenetic = 3000;

/// Looks for the shortest schedule: list schedules by longest chains, forward and backward, then a
/// genetic search (or, for very many activities, list schedules of changed rankings) until it is
/// enough or the lower bound is reached. The same for the same problem, options and number of
/// iterations; give `iterations` of a result as `max_iterations` to repeat one that was stopped.
SearchResult optimize(const Problem& problem, const SearchOptions& options = {});

}  // namespace headway::planner
