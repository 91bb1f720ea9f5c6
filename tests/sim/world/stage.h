#pragma once

#include "tests/sim/checkers/journal_rules.h"
#include "tests/sim/checkers/outputs.h"
#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/processes.h"
#include "tests/sim/checkers/promises.h"
#include "tests/sim/checkers/reading.h"
#include "tests/sim/world/event_queue.h"
#include "tests/sim/world/fault.h"
#include "tests/sim/world/random.h"
#include "tests/sim/world/scenario.h"
#include "tests/sim/world/trace.h"

namespace headway::sim {

/// At most so long after something has happened does the process concerned look at it.
constexpr Duration kLateness = std::chrono::milliseconds{2};

/// What all parts of one world share: time, what was decided beforehand, who watches, and the
/// record of what happened.
struct Stage {
  Stage(const Scenario& decided, bool told) : scenario(decided), trace(told) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  void count(Fault fault) { ++faults[static_cast<std::size_t>(fault)]; }
  /// Whether a fault that happens once in `rate` happens now.
  bool happens(Fault fault, std::uint32_t rate, Random& random) {
    if (healed || rate == 0 || !random.one_in(rate)) return false;
    count(fault);
    return true;
  }

  const Scenario& scenario;
  EventQueue queue;
  Trace trace;
  FaultCounts faults{};
  bool healed = false;
  Instant moved{};  ///< when a run last got on
  std::uint64_t messages = 0;

  Problems problems{queue.now()};
  Reading reading;
  JournalRules rules{reading, problems};
  Processes processes{reading, problems};
  Promises promises{reading, problems};
  Outputs outputs{reading, problems};
};

}  // namespace headway::sim
