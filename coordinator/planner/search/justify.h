#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/planner/search/decoder.h"
#include "coordinator/planner/search/individual.h"
#include "coordinator/planner/search/orders.h"

namespace headway::planner {

/// Decodes individuals by justification (Valls, Ballestín and Quintanilla 2005; forward-backward
/// improvement, Tormos and Lova 2001): everything is moved to the right as far as it goes, the last
/// to end first, then to the left again. Moving never makes a schedule longer where no agents are
/// chosen, and often shorter.
class Justifier {
 public:
  /// Both must outlive it.
  Justifier(const Network& network, Decoder& decoder);

  /// Decodes `one.list` from its end backward, with `one.agents` as wishes, and moves everything to
  /// the left. That is one schedule less than decoding forward before it, and loses nothing: a
  /// search whose lists are by ends learns to write them so. Afterwards the list is by ends.
  void decode(Individual& one);

  [[nodiscard]] std::uint64_t schedules() const { return schedules_; }

 private:
  const Network& network_;
  Decoder& decoder_;
  TimeSorter sorter_;
  std::vector<std::uint32_t> order_, by_start_;
  std::vector<Ticks> ends_;
  std::uint64_t schedules_ = 0;
};

}  // namespace headway::planner
