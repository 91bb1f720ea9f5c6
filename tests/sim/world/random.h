#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/time.h"

namespace headway::sim {

/// The only source of chance: SplitMix64 (Steele, Lea, Flood 2014), the same on every machine.
/// Each part of a world draws from a stream of its own, so that leaving one part out changes as
/// little as possible of the others.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::string_view stream = {}) : state_(seed) {
    for (const char letter : stream) {
      state_ = (state_ ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
    }
    next();
  }

  std::uint64_t next() {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  /// 0 to `n` - 1; 0 where `n` is 0.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  std::uint32_t below32(std::uint32_t n) { return static_cast<std::uint32_t>(below(n)); }
  /// True once in `n`.
  bool one_in(std::uint64_t n) { return next() % n == 0; }
  /// From nothing to `most`, both included.
  Duration up_to(Duration most) {
    return Duration{static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.count()) + 1))};
  }
  Duration between(Duration least, Duration most) { return least + up_to(most - least); }
  /// One of an array's values.
  template <class Array>
  auto pick(const Array& values) {
    return values[below(values.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace headway::sim
