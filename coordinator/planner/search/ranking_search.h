#pragma once

#include <cstdint>
#include <vector>

#include "common/base/random_numbers.h"
#include "coordinator/planner/model/problem.h"
#include "coordinator/planner/model/schedule.h"
#include "coordinator/planner/search/list_scheduler.h"

namespace headway::planner {

/// Schedules of rankings, each moved to the right and to the left again with the list scheduler:
/// the first ones of every search, and for very many activities the whole of it.
///
/// The same for the same problem, seed and calls.
class RankingSearch {
 public:
  /// `problem` must outlive it.
  RankingSearch(const Problem& problem, std::uint64_t seed);

  /// By the longest chain that begins with each activity; `wanted` (may be empty) decides among
  /// equals.
  Schedule longest_chains_first(const std::vector<std::uint32_t>& wanted);
  /// In the order of `wanted` alone, those before others that these need.
  Schedule in_order(const std::vector<std::uint32_t>& wanted);
  /// The best schedule's order with each place changed a little, or the longest chains.
  Schedule changed(const Schedule& best);

  [[nodiscard]] std::uint64_t schedules() const { return schedules_; }

 private:
  /// `keys`: smaller ones first; ties by number.
  Schedule schedule_by(const std::vector<double>& keys);
  void rank(const std::vector<double>& keys);

  const Problem& problem_;
  ListScheduler scheduler_;
  RandomNumbers random_;
  std::vector<Ticks> chains_;
  std::vector<std::uint32_t> sorted_, ranks_;
  std::uint64_t schedules_ = 0;
};

}  // namespace headway::planner
