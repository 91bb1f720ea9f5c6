#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/planner/model/problem.h"

namespace headway::planner {

/// Which end of the schedule a decoder begins at. Backward, successors come before predecessors,
/// and times count from the end.
enum class Direction : std::uint8_t { kForward, kBackward };

/// A problem laid out for decoders, which go through it some hundred thousand times a second: flat
/// arrays, and all counted resources packed side by side into a few words, so that one subtraction
/// takes or compares all of them.
///
/// Each resource has a lane of bits in a word: its amount, and above it a guard bit which is set in
/// what is free. After `free - demand` the guard of a lane is still set exactly if enough was free
/// (a lane never borrows from the next). Locks with few users are no lanes: their uses are kept as
/// lists of intervals.
struct Network {
  std::uint32_t size = 0;
  std::vector<Ticks> durations;
  Rows<std::uint32_t> before;  ///< predecessors
  Rows<std::uint32_t> after;   ///< successors

  std::uint32_t words = 1;             ///< of packed amounts for each activity, at least 1
  std::vector<std::uint64_t> full;     ///< what is free where nothing runs, with the guards set
  std::vector<std::uint64_t> guards;   ///< the guard bits
  std::vector<std::uint64_t> demands;  ///< `words` for each activity

  Rows<Demand> lock_uses;  ///< of each activity; `resource` is a number of a lock
  std::vector<std::int64_t> lock_capacities;

  /// Agents as bits, the least wanted one first: which is taken when several are idle.
  std::uint32_t agent_words = 0;  ///< 0: no activity chooses an agent
  std::vector<std::uint32_t> agent_of_bit;
  std::vector<std::uint32_t> bit_of_agent;
  std::vector<std::uint64_t>
      agent_masks;  ///< `agent_words` for each activity; all zero: any or none

  Ticks total = 0;  ///< of all durations
};

/// `problem` must outlive nothing: all is copied.
Network make_network(const Problem& problem);

}  // namespace headway::planner
