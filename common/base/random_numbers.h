#pragma once

#include <cstdint>

namespace headway {

/// Random numbers that are the same on every machine for the same seed: xoshiro256** (Blackman and
/// Vigna 2018), seeded by splitmix64.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
      mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
      word = mixed ^ (mixed >> 31U);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// 0 .. limit - 1; `limit` from 1. The bias (Lemire 2019, without his correction) is below 2^-32.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((next() >> 32U) * limit) >> 32U);
  }
  /// From 0 to below 1.
  double share() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

 private:
  static std::uint64_t rotate(std::uint64_t word, unsigned by) {
    return (word << by) | (word >> (64U - by));
  }

  std::uint64_t state_[4] = {};
};

}  // namespace headway
