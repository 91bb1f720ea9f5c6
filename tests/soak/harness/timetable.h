#pragma once

#include <functional>
#include <map>
#include <utility>

#include "common/system/clock.h"

namespace headway::soak {

/// What is to be done later, by the steady clock. One thread.
class Timetable {
 public:
  void after(Duration delay, std::function<void()> deed) {
    deeds_.emplace(read_clocks().steady + delay, std::move(deed));
  }

  /// Does what is due; deeds may add others.
  void run_due() {
    const Instant now = read_clocks().steady;
    while (!deeds_.empty() && deeds_.begin()->first <= now) {
      const std::function<void()> deed = std::move(deeds_.begin()->second);
      deeds_.erase(deeds_.begin());
      deed();
    }
  }

  [[nodiscard]] bool empty() const { return deeds_.empty(); }
  void clear() { deeds_.clear(); }

 private:
  std::multimap<Instant, std::function<void()>> deeds_;
};

}  // namespace headway::soak
