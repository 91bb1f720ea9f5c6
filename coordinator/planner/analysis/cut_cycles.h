#pragma once

#include "coordinator/planner/analysis/analysis.h"

namespace headway {

/// Makes a plan of which a graph can be built: takes out dependencies on tickets that are nowhere
/// and cuts cycles, each where least is lost by it. A ticket without an id, or with that of
/// another, gets one of its own. Says in `analysis` what it did; `analysis.plan` is the plan.
void make_buildable(Analysis& analysis);

}  // namespace headway
