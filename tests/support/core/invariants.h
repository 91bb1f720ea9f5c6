#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/core.h"

namespace headway {

/// The journal of a test: facts in order, and the plans of the runs in it.
struct Journal {
  std::vector<Fact> facts;
  std::map<RunId, std::shared_ptr<const RunPlan>> plans;  ///< as they were submitted
  /// Their later versions.
  std::map<std::pair<RunId, std::uint32_t>, std::shared_ptr<const RunPlan>> versions;

  /// Appends what a turn made durable.
  void commit(const Turn& turn);
  /// Makes known what a fact rests on that follows.
  void prepare(State& state, const Fact& fact) const;
};

/// The state that a coordinator starts with: all facts folded from nothing, without the runs that
/// have ended.
State fold(const Journal& journal);

/// How two states differ, one sentence each; empty when they are the same.
std::vector<std::string> differences(const State& memory, const State& folded);

/// Whether two tickets may not be alive together, worked out from what their plans say alone.
bool must_not_meet(const RunPlan& a, TicketIndex first, const RunPlan& b, TicketIndex second,
                   bool same_run);

/// What is broken about a core between two turns (architecture, section 7): counts that do not
/// agree with the records, attempts that nobody holds, conflicts, resources, slots and limits.
std::vector<std::string> broken_invariants(const Core& core);

}  // namespace headway
