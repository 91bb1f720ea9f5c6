#include <algorithm>

#include "coordinator/planner/bounds/workload.h"

namespace headway::planner {

namespace {

/// Rows looked at: of longer ones the work alone says nearly as much.
constexpr std::size_t kLongestRow = 12;

/// What the longest of `durations` (falling) need on `agents`: the most over all k.
Ticks longest_row(const std::vector<Ticks>& durations, std::size_t agents) {
  Ticks most = 0;
  for (std::size_t k = 1; k < kLongestRow && k * agents < durations.size(); ++k) {
    Ticks sum = 0;
    for (std::size_t at = k * agents - k; at <= k * agents; ++at) sum += durations[at];
    most = std::max(most, sum);
  }
  return most;
}

std::vector<Ticks> distinct(std::vector<Ticks> times) {
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

}  // namespace

Ticks packing_bound(const Workload& load) {
  if (load.items.size() > kMostForPacking || load.capacity < 2) return 0;
  std::vector<WorkItem> by_duration = load.items;
  std::vector<Ticks> heads;
  std::vector<Ticks> tails;
  for (const WorkItem& item : load.items) {
    if (item.amount != 1) return 0;
    heads.push_back(item.head);
    tails.push_back(item.tail);
  }
  std::stable_sort(by_duration.begin(), by_duration.end(),
                   [](const WorkItem& a, const WorkItem& b) { return a.duration > b.duration; });
  const auto agents = static_cast<std::size_t>(load.capacity);
  Ticks best = 0;
  std::vector<Ticks> durations;
  tails = distinct(std::move(tails));
  for (const Ticks head : distinct(std::move(heads))) {
    for (const Ticks tail : tails) {
      durations.clear();
      for (const WorkItem& item : by_duration) {
        if (item.head >= head && item.tail >= tail) durations.push_back(item.duration);
      }
      if (durations.size() <= agents) break;  // a larger tail leaves fewer still
      best = std::max(best, head + longest_row(durations, agents) + tail);
    }
  }
  return best;
}

}  // namespace headway::planner
