#pragma once

#include "coordinator/planner/analysis/analysis.h"

namespace headway {

/// Fills in the critical path with the slack of each ticket, the groups, and what waits behind each
/// ticket (exactly, in blocks of tickets: n^2/64 steps, little memory). The graph is there.
void measure_critical_path(Analysis& analysis);
void measure_groups(Analysis& analysis);
void measure_bottlenecks(Analysis& analysis);

}  // namespace headway
