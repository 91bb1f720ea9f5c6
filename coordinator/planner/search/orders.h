#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// Sorts activities by times, stably: by counting where the times are few, else by comparing.
class TimeSorter {
 public:
  /// Writes to `sorted` the activities of `list` by `times`, 0 .. `last`; equal ones in `list`'s
  /// order.
  void sort(std::span<const std::uint32_t> list, std::span<const Ticks> times, Ticks last,
            std::span<std::uint32_t> sorted);

 private:
  struct Key {
    Ticks time;
    std::uint32_t place;
    std::uint32_t activity;
  };

  std::vector<std::uint32_t> counts_;
  std::vector<Key> keys_;
};

}  // namespace headway::planner
