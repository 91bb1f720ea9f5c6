#pragma once

#include <cstdint>
#include <vector>

#include "common/base/random_numbers.h"
#include "coordinator/planner/search/network.h"

namespace headway::planner {

/// Draws activity lists by regret-based biased random sampling (Drexl 1991; Kolisch 1995): the next
/// activity is drawn among those whose predecessors are in the list, the likelier the longer the
/// chain that begins with it.
class Sampler {
 public:
  /// `network` must outlive it.
  explicit Sampler(const Network& network);

  void draw(RandomNumbers& random, std::vector<std::uint32_t>& list);

 private:
  const Network& network_;
  std::vector<Ticks> chains_;  ///< the longest that begins with each activity
  std::vector<std::uint32_t> waiting_, ready_;
  std::vector<double> sums_;
};

}  // namespace headway::planner
