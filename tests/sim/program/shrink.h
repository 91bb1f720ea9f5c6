#pragma once

#include <string>
#include <vector>

#include "tests/sim/world/scenario.h"

namespace headway::sim {

/// What of a failing scenario can be left out while the same invariant still breaks: halves first,
/// then smaller pieces (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input",
/// 2002). Stops after `patience`; a scenario that does not fail is left as it is.
std::vector<std::string> shrink(const Scenario& scenario, Duration patience);

}  // namespace headway::sim
