#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "tests/sim/world/world.h"

namespace headway::sim {

/// The sums of a long run, in memory that its processes share.
struct Totals {
  std::atomic<std::uint64_t> schedules{0};
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> facts{0};
  std::atomic<std::uint64_t> played_millis{0};
  std::atomic<std::uint64_t> violations{0};
  std::array<std::atomic<std::uint64_t>, kFaults> faults{};

  void add(const Verdict& verdict) {
    ++schedules;
    events += verdict.events;
    messages += verdict.messages;
    facts += verdict.facts;
    played_millis += static_cast<std::uint64_t>(verdict.played / std::chrono::milliseconds{1});
    for (std::size_t i = 0; i < kFaults; ++i) faults[i] += verdict.faults[i];
  }
};

}  // namespace headway::sim
