#pragma once

#include "coordinator/planner/analysis/analysis.h"

namespace headway {

/// Fills in the recommendations of an analysis that is otherwise complete: of each change that
/// could help the plan so changed is simulated, and those that save time are kept. At most `tries`
/// simulations.
void recommend(Analysis& analysis, const Crew& crew, std::size_t tries);

}  // namespace headway
