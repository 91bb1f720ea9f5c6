#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "coordinator/planner/search/network.h"

namespace headway::planner {

/// What is free at each tick, for problems with one word of amounts, few ticks and no choice of
/// agents: there a walk from tick to tick is quicker than anything cleverer.
class DenseTimetable {
 public:
  explicit DenseTimetable(const Network& network)
      : network_(network), free_(static_cast<std::size_t>(network.total) + 1, network.full[0]) {}

  void clear() {
    std::fill_n(free_.begin(), used_, network_.full[0]);
    used_ = 0;
  }

  /// The first time from `from` on at which `activity` finds what it needs for all of its duration.
  Ticks earliest(std::uint32_t activity, Ticks from, Ticks duration, std::uint32_t& /*agent*/) {
    const std::uint64_t demand = network_.demands[activity];
    const std::uint64_t guard = network_.guards[0];
    const std::uint64_t* const free = free_.data();
    Ticks start = from;
    Ticks known = from;  // all from `start` to here is known to do
    while (true) {
      // From the end, so that a tick which does not do rules out as many starts as it can.
      Ticks at = start + duration;
      const Ticks end = at;
      while (at > known && ((free[at - 1] - demand) & guard) == guard) --at;
      if (at == known) return start;
      known = std::max(end, at);
      start = at;
    }
  }

  void take(std::uint32_t activity, Ticks start, Ticks duration, std::uint32_t /*agent*/) {
    const std::uint64_t demand = network_.demands[activity];
    std::uint64_t* const free = free_.data();
    const Ticks end = start + duration;
    for (Ticks at = start; at < end; ++at) free[at] -= demand;
    used_ = std::max(used_, static_cast<std::size_t>(end));
  }

 private:
  const Network& network_;
  std::vector<std::uint64_t> free_;
  std::size_t used_ = 0;  ///< beyond it nothing is taken
};

}  // namespace headway::planner
