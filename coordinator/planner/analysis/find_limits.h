#pragma once

#include "coordinator/planner/analysis/analysis.h"

namespace headway {

/// Fills in what no schedule can be shorter than, and why: the longest chain; all work by the
/// agents; what must go one after the other; what shares a counted resource. The graph is there.
void find_limits(Analysis& analysis, const Crew& crew);

}  // namespace headway
