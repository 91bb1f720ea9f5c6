#pragma once

#include <map>

#include "coordinator/core/core.h"
#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// Invariant 11: what the coordinator has in memory is what the journal says.
void check_memory(const Core& core, const Reading& reading, Problems& problems);

/// Invariant 11, for what is kept beside the facts: the registry's tallies of workers are what the
/// facts say.
void check_tallies(const std::map<TallyKey, KeptTally>& kept, const Reading& reading,
                   Problems& problems);

/// Invariant 8, between two turns: what is to be stopped is told to its worker until that has
/// answered.
void check_stops(const Core& core, const Reading& reading, Problems& problems);

/// Invariant 13, between two turns: a coordinator keeps nothing of attempts that have ended, but
/// for output that is still on its way.
void check_bounds(const Core& core, const Reading& reading, Problems& problems);

}  // namespace headway::sim
