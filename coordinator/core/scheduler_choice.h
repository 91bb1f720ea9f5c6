#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "coordinator/core/track_record.h"

namespace headway {

/// Workers that offer what is asked for, by load in thousandths of their slots, the least busy
/// first.
using WorkersByLoad = std::set<std::pair<std::uint32_t, WorkerId>>;

/// At most so many that are equally busy are compared, those with the smallest numbers: what a
/// choice costs does not grow with the workers that are idle.
inline constexpr std::size_t kMostCompared = 64;

/// Of the workers that `fits` (WorkerId -> bool), the least busy; of several, the one with the best
/// record in the category; of several, the one with the smallest number. A busier one never wins by
/// its record, and so nothing ever waits for it. None: nobody fits. `category` (-> string) is asked
/// where it matters: the ticket that knows it lies far away. A template with one call of `fits`,
/// which the compiler puts in its place: where all are nearly full, many are asked.
template <class Category, class Fits>
std::optional<WorkerId> choose_among(const WorkersByLoad& workers, const TrackRecord& record,
                                     const Category& category, const Fits& fits) {
  std::optional<WorkerId> best;
  std::uint32_t best_load = 0;
  std::uint32_t best_score = 0;
  std::size_t compared = 0;
  const CategoryRecord* known = nullptr;
  for (const auto& [load, worker] : workers) {
    std::uint32_t score = 0;
    if (best) {
      if (load != best_load || ++compared == kMostCompared) break;
      if (known == nullptr) {
        known = record.find(category());
        if (known == nullptr) break;
        best_score = known->score(*best);
      }
      score = known->score(worker);
      if (score <= best_score) continue;
    }
    if (!fits(worker)) continue;
    best = worker;
    best_load = load;
    best_score = score;
  }
  return best;
}

}  // namespace headway
