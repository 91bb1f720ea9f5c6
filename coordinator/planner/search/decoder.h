#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "coordinator/planner/search/network.h"

namespace headway::planner {

/// Makes schedules of orders: the serial schedule generation scheme (Kelley 1963; Kolisch 1996),
/// which starts one activity after the other as early as those before it in the order let it. Some
/// order always leads to an optimal schedule.
///
/// Keeps a timetable of what is free between calls, so that nothing is allocated in one.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Schedules all activities in the order of `list`, in which each comes after those it must wait
  /// for in this direction. Writes `starts` in this direction's own time: backward 0 is the end,
  /// and a start is where the activity ends. Of `agents` (numbers of bits) each is read as the
  /// agent that the activity would rather have and replaced by the one that it gets. Returns the
  /// length.
  virtual Ticks decode(std::span<const std::uint32_t> list, Direction direction,
                       std::span<Ticks> starts, std::span<std::uint32_t> agents) = 0;
};

/// The quickest decoder for a network, which must outlive it.
std::unique_ptr<Decoder> make_decoder(const Network& network);

}  // namespace headway::planner
