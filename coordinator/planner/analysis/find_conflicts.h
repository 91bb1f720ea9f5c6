#pragma once

#include "coordinator/planner/analysis/analysis.h"

namespace headway {

/// Fills in the conflicts of an analysis whose graph and schedule are there. Time and memory are
/// linear in the uses of locks but for a bounded search for what dependencies keep apart anyway.
void find_conflicts(Analysis& analysis);

/// What a lock is for people: a path or a name as it is; `MOD-1 <-> MOD-2`; for the locks that
/// `execution_strategy` makes, what that means.
std::string lock_text(const Plan& plan, const LockName& name);

/// What the writers of a lock take one after the other.
std::vector<Duration> lock_loads(const Plan& plan, const PlanGraph& graph);

}  // namespace headway
