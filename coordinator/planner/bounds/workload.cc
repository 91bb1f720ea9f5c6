#include "coordinator/planner/bounds/workload.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace headway::planner {

namespace {

/// Work in units of ticks times amounts, which can be more than 64 bits hold.
__extension__ using Work = __int128;

Work work_of(const WorkItem& item) { return Work{item.duration} * item.amount; }

Ticks rounded_up(Work work, std::int64_t capacity) {
  return static_cast<Ticks>((work + capacity - 1) / capacity);
}

/// Items up to which both thresholds are varied.
constexpr std::size_t kMostForPairs = 2000;

/// The largest of tail + work / capacity among items from `first` on by falling tails, plus `head`.
Ticks best_with_head(const std::vector<const WorkItem*>& by_tail, Ticks head,
                     std::int64_t capacity) {
  Ticks best = 0;
  Work work = 0;
  for (const WorkItem* item : by_tail) {
    if (item->head < head) continue;
    work += work_of(*item);
    best = std::max(best, head + rounded_up(work, capacity) + item->tail);
  }
  return best;
}

}  // namespace

Ticks threshold_bound(const Workload& load) {
  std::vector<const WorkItem*> by_tail;
  std::vector<Ticks> heads;
  for (const WorkItem& item : load.items) {
    by_tail.push_back(&item);
    heads.push_back(item.head);
  }
  std::stable_sort(by_tail.begin(), by_tail.end(),
                   [](const WorkItem* a, const WorkItem* b) { return a->tail > b->tail; });
  std::sort(heads.begin(), heads.end());
  heads.erase(std::unique(heads.begin(), heads.end()), heads.end());
  Ticks best = 0;
  if (load.items.size() <= kMostForPairs) {
    for (const Ticks head : heads) {
      best = std::max(best, best_with_head(by_tail, head, load.capacity));
    }
    return best;
  }
  best = best_with_head(by_tail, heads.front(), load.capacity);
  std::vector<const WorkItem*> by_head = by_tail;
  std::stable_sort(by_head.begin(), by_head.end(),
                   [](const WorkItem* a, const WorkItem* b) { return a->head > b->head; });
  Work work = 0;
  Ticks least_tail = std::numeric_limits<Ticks>::max();
  for (const WorkItem* item : by_head) {
    work += work_of(*item);
    least_tail = std::min(least_tail, item->tail);
    best = std::max(best, item->head + rounded_up(work, load.capacity) + least_tail);
  }
  return best;
}

bool is_refuted_by_energy(const Workload& load, Ticks length) {
  struct Window {
    Ticks earliest_end, latest_start, duration;
    Work rate;
  };
  std::vector<Window> windows;
  std::vector<Ticks> begins;
  std::vector<Ticks> ends;
  for (const WorkItem& item : load.items) {
    const Ticks earliest_end = item.head + item.duration;
    const Ticks latest_start = length - item.tail - item.duration;
    if (latest_start < item.head) return true;
    windows.push_back({earliest_end, latest_start, item.duration, item.amount});
    begins.insert(begins.end(), {item.head, latest_start});
    ends.insert(ends.end(), {earliest_end, length - item.tail});
  }
  for (std::vector<Ticks>* times : {&begins, &ends}) {
    std::sort(times->begin(), times->end());
    times->erase(std::unique(times->begin(), times->end()), times->end());
  }
  for (const Ticks begin : begins) {
    // As the end moves on, each item's share is flat, grows, and is flat again: the slopes' changes
    // are sorted once for each begin, and the ends are passed in order.
    std::vector<std::pair<Ticks, Work>> bends;
    for (const Window& item : windows) {
      const Ticks most = std::min(item.duration, item.earliest_end - begin);
      if (most <= 0) continue;
      // What must lie in [begin, end): min(most, end - latest_start), and never more than its
      // length.
      const Ticks from = std::max(item.latest_start, begin);
      bends.emplace_back(from, item.rate);
      bends.emplace_back(from + most, -item.rate);
    }
    std::sort(bends.begin(), bends.end());
    Work work = 0;
    Work slope = 0;
    Ticks at = begin;
    std::size_t next = 0;
    for (const Ticks end : ends) {
      if (end <= begin) continue;
      while (next < bends.size() && bends[next].first <= end) {
        work += slope * (bends[next].first - at);
        at = bends[next].first;
        slope += bends[next].second;
        ++next;
      }
      work += slope * (end - at);
      at = end;
      if (work > Work{load.capacity} * (end - begin)) return true;
    }
  }
  return false;
}

}  // namespace headway::planner
