#include "coordinator/planner/search/orders.h"

#include <algorithm>

namespace headway::planner {

namespace {

/// Times up to so many for each activity are counted.
constexpr Ticks kCountedTimes = 16;

}  // namespace

void TimeSorter::sort(std::span<const std::uint32_t> list, std::span<const Ticks> times, Ticks last,
                      std::span<std::uint32_t> sorted) {
  const std::size_t size = list.size();
  if (last <= kCountedTimes * static_cast<Ticks>(size)) {
    counts_.assign(static_cast<std::size_t>(last) + 2, 0);
    std::uint32_t* const counts = counts_.data();
    const Ticks* const time = times.data();
    for (const std::uint32_t activity : list) ++counts[time[activity] + 1];
    for (Ticks t = 0; t <= last; ++t) counts[t + 1] += counts[t];
    std::uint32_t* const out = sorted.data();
    for (const std::uint32_t activity : list) out[counts[time[activity]]++] = activity;
    return;
  }
  keys_.resize(size);
  for (std::uint32_t place = 0; place < size; ++place) {
    keys_[place] = {times[list[place]], place, list[place]};
  }
  std::sort(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) {
    return a.time != b.time ? a.time < b.time : a.place < b.place;
  });
  for (std::uint32_t place = 0; place < size; ++place) sorted[place] = keys_[place].activity;
}

}  // namespace headway::planner
