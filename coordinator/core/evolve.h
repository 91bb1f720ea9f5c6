#pragma once

#include <memory>
#include <vector>

#include "coordinator/core/fact.h"
#include "coordinator/core/state.h"

namespace headway {

/// What a fact changed beside the record that it names. The scheduler follows these; a recovery
/// throws them away and builds the scheduler from the state.
struct Changes {
  std::vector<AttemptRef> ready;    ///< have become ready
  std::vector<AttemptRef> unready;  ///< were ready and are not any more
  std::vector<TallyKey> tallies;    ///< of the track record
};

/// Makes a run known whose `run submitted` fact follows.
void add_run(State& state, RunId id, std::shared_ptr<const RunPlan> source);

/// Makes a version of a run's plan known whose `plan changed` fact follows.
void offer_plan(State& state, RunId run, std::shared_ptr<const RunPlan> version);

/// State + Fact -> State: the only code that changes durable state, in life and in recovery. A fact
/// that does not fit the state is a broken invariant: facts come from our own journal.
void evolve(State& state, const Fact& fact, Changes& changes);

/// Forgets a run that has ended; the registry keeps it.
void drop_run(State& state, RunId id);

/// Brings back a run that had ended, from a state that has it.
void take_run(State& state, const State& from, RunId id);

}  // namespace headway
