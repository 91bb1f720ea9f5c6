#pragma once

#include <vector>

#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// The longest chains of activities around each one.
struct Chains {
  std::vector<Ticks> heads;  ///< before it starts
  std::vector<Ticks> tails;  ///< after it ends
  Ticks longest = 0;
};

Chains measure_chains(const Problem& problem);

}  // namespace headway::planner
