#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// A member of a search's population: an order of activities with the forward schedule that it
/// leads to.
struct Individual {
  std::vector<std::uint32_t> list;  ///< each activity after its predecessors
  std::vector<Ticks> starts;
  std::vector<std::uint32_t> agents;  ///< bits of the network's agents; kNoNumber: none chosen
  Ticks makespan = 0;

  explicit Individual(std::uint32_t size = 0) : list(size), starts(size), agents(size, kNoNumber) {}
};

}  // namespace headway::planner
