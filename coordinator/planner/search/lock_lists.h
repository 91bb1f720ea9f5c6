#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "coordinator/planner/search/network.h"

namespace headway::planner {

/// Who holds each lock when: locks with few users, each a short list of intervals.
class LockLists {
 public:
  explicit LockLists(const Network& network)
      : network_(network), holders_(network.lock_capacities.size()) {}

  void clear() {
    for (std::vector<Holder>& holders : holders_) holders.clear();
  }

  [[nodiscard]] bool has_uses(std::uint32_t activity) const {
    return network_.lock_uses.starts[activity] != network_.lock_uses.starts[activity + 1];
  }

  /// `start`, or where a holder that is in the way of `activity` there ends.
  [[nodiscard]] Ticks after_holders(std::uint32_t activity, Ticks start, Ticks duration) const {
    Ticks free = start;
    for (const Demand use : network_.lock_uses[activity]) {
      for (const Holder& holder : holders_[use.resource]) {
        const bool excludes = holder.amount + use.amount > network_.lock_capacities[use.resource];
        if (excludes && holder.start < free + duration && free < holder.finish) {
          free = holder.finish;
        }
      }
    }
    return free;
  }

  void take(std::uint32_t activity, Ticks start, Ticks duration) {
    for (const Demand use : network_.lock_uses[activity]) {
      holders_[use.resource].push_back({start, start + duration, use.amount});
    }
  }

 private:
  struct Holder {
    Ticks start;
    Ticks finish;
    std::int64_t amount;
  };

  const Network& network_;
  std::vector<std::vector<Holder>> holders_;
};

}  // namespace headway::planner
