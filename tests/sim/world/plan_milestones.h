#pragma once

#include "common/plan/plan.h"
#include "tests/sim/world/random.h"

namespace headway::sim {

/// Gives a ticket something that is to be shown: requirements, checkpoints, gates and a rollback;
/// of each mostly nothing.
void add_milestones(Random& random, Ticket& ticket);

/// Some gates of a plan, or none.
std::vector<PlanGate> draw_plan_gates(Random& random);

}  // namespace headway::sim
