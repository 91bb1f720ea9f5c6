#include "coordinator/planner/search/decoder.h"

#include "common/base/check.h"
#include "coordinator/planner/search/dense_timetable.h"
#include "coordinator/planner/search/event_timetable.h"
#include "coordinator/planner/search/lock_lists.h"

namespace headway::planner {

namespace {

template <class Timetable, bool kHasLocks>
class SerialDecoder final : public Decoder {
 public:
  explicit SerialDecoder(const Network& network)
      : network_(network), timetable_(network), locks_(network) {}

  Ticks decode(std::span<const std::uint32_t> list, Direction direction, std::span<Ticks> starts,
               std::span<std::uint32_t> agents) override {
    HW_CHECK(list.size() == network_.size && starts.size() == network_.size &&
                 agents.size() == network_.size,
             "a list of another network");
    timetable_.clear();
    if constexpr (kHasLocks) locks_.clear();
    const Rows<std::uint32_t>& rows =
        direction == Direction::kForward ? network_.before : network_.after;
    const std::uint32_t* const row_starts = rows.starts.data();
    const std::uint32_t* const row_values = rows.values.data();
    const Ticks* const durations = network_.durations.data();
    Ticks* const begins = starts.data();
    Ticks length = 0;
    for (const std::uint32_t activity : list) {
      Ticks from = 0;
      for (std::uint32_t i = row_starts[activity]; i < row_starts[activity + 1]; ++i) {
        const std::uint32_t other = row_values[i];
        from = std::max(from, begins[other] + durations[other]);
      }
      const Ticks duration = durations[activity];
      if (duration > 0) from = place(activity, from, duration, agents.data()[activity]);
      begins[activity] = from;
      length = std::max(length, from + duration);
    }
    return length;
  }

 private:
  Ticks place(std::uint32_t activity, Ticks from, Ticks duration, std::uint32_t& agent) {
    std::uint32_t chosen = agent;
    Ticks start = timetable_.earliest(activity, from, duration, chosen);
    if constexpr (kHasLocks) {
      if (locks_.has_uses(activity)) {
        while (true) {
          const Ticks after = locks_.after_holders(activity, start, duration);
          if (after == start) break;
          chosen = agent;
          start = timetable_.earliest(activity, after, duration, chosen);
        }
        locks_.take(activity, start, duration);
      }
    }
    agent = chosen;
    timetable_.take(activity, start, duration, chosen);
    return start;
  }

  const Network& network_;
  Timetable timetable_;
  LockLists locks_;
};

/// Ticks of all durations together up to which they are walked one by one, and of one activity on
/// average: beyond, events are fewer than ticks.
constexpr Ticks kMostDenseTicks = 1 << 16;
constexpr Ticks kLongestDense = 24;

template <class Timetable>
std::unique_ptr<Decoder> with_timetable(const Network& network) {
  if (network.lock_capacities.empty()) {
    return std::make_unique<SerialDecoder<Timetable, false>>(network);
  }
  return std::make_unique<SerialDecoder<Timetable, true>>(network);
}

}  // namespace

std::unique_ptr<Decoder> make_decoder(const Network& network) {
  if (network.agent_words == 0 && network.words == 1) {
    const bool is_dense = network.total <= kMostDenseTicks &&
                          network.total <= kLongestDense * std::int64_t{network.size};
    if (is_dense) return with_timetable<DenseTimetable>(network);
    return with_timetable<EventTimetable<1, 0>>(network);
  }
  if (network.agent_words == 1 && network.words == 1) {
    return with_timetable<EventTimetable<1, 1>>(network);
  }
  return with_timetable<EventTimetable<-1, -1>>(network);
}

}  // namespace headway::planner
