#pragma once

#include <cstdint>

#include "common/base/time.h"

namespace headway::soak {

/// What the soak draws its violence from: SplitMix64 (Steele, Lea, Flood 2014), the same on every
/// machine. Real processes do not repeat a run exactly; the same seed does the same things to them.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  /// 0 to `n` - 1; 0 where `n` is 0.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Duration between(Duration least, Duration most) {
    return least + Duration{static_cast<Duration::rep>(
                       below(static_cast<std::uint64_t>((most - least).count()) + 1))};
  }

 private:
  std::uint64_t state_;
};

}  // namespace headway::soak
