#include "coordinator/planner/search/justify.h"

#include <algorithm>

namespace headway::planner {

Justifier::Justifier(const Network& network, Decoder& decoder)
    : network_(network),
      decoder_(decoder),
      order_(network.size),
      by_start_(network.size),
      ends_(network.size) {}

void Justifier::decode(Individual& one) {
  const std::uint32_t size = network_.size;
  const Ticks* const durations = network_.durations.data();
  Ticks* const ends = ends_.data();
  Ticks* const starts = one.starts.data();

  std::reverse_copy(one.list.begin(), one.list.end(), order_.begin());
  const Ticks length = decoder_.decode(order_, Direction::kBackward, ends_, one.agents);
  for (std::uint32_t i = 0; i < size; ++i) starts[i] = length - (ends[i] + durations[i]);

  // Sorting is stable, so that activities of no duration keep their places among others.
  std::reverse(order_.begin(), order_.end());
  sorter_.sort(order_, one.starts, length, by_start_);
  one.makespan = decoder_.decode(by_start_, Direction::kForward, one.starts, one.agents);

  for (std::uint32_t i = 0; i < size; ++i) ends[i] = starts[i] + durations[i];
  sorter_.sort(by_start_, ends_, one.makespan, one.list);
  schedules_ += 2;
}

}  // namespace headway::planner
