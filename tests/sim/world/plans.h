#pragma once

#include "common/plan/plan.h"
#include "coordinator/core/state.h"
#include "tests/sim/world/random.h"

namespace headway::sim {

/// What all random plans agree on, so that a later run never takes away what an earlier one uses.
inline constexpr std::int64_t kLicenses = 3;
/// What every worker offers of the resource `cpus`.
inline constexpr std::int64_t kCpus = 4;

/// The command of a ticket that kills whatever worker it runs at, each time.
inline constexpr const char* kKillerCommand = "kill -KILL $PPID";

/// The command of a ticket that always fails.
inline constexpr const char* kFailingCommand = "false";

/// A small plan with something of everything: dependencies of each kind, locks, overlapping paths,
/// resources, barriers, isolation, retries, timeouts, agents, priorities, limits. Where it is
/// crowded, many tickets read one lock, which a few wait for to write.
Plan draw_plan(Random& random, bool with_proof, bool crowded);

/// Takes a ticket out of a plan, and all mention of it.
void drop_ticket(Plan& plan, std::size_t index);

/// The plan with tickets taken away, added and changed, so that agents can still run each: it has
/// no other needs than it had.
Plan redraw_plan(Random& random, const Plan& plan);

/// With its graph, ready to be submitted.
std::shared_ptr<const RunPlan> prepare(const Plan& plan);

}  // namespace headway::sim
