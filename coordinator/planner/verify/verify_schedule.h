#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/plan/plan.h"
#include "coordinator/planner/model/agent.h"
#include "coordinator/planner/model/schedule.h"

namespace headway::planner {

/// What a schedule is held against, beside the plan.
struct VerifyOptions {
  std::optional<std::int32_t> max_parallel;  ///< instead of the plan's
  std::size_t most = 20;                     ///< findings told; further ones are not looked for
};

/// Everything that is wrong with `schedule` as a schedule of all tickets of `plan` on `agents`, one
/// sentence each with the tickets and times concerned; none: it may be executed as it is.
///
/// Checks against the plan as it was read, not against what planning derived from it, and shares no
/// code with planning: every ticket once, with its estimate's length, after what it waits for; one
/// ticket an agent at a time, which may run it; locks, paths, declared conflicts, isolation,
/// counted resources, the limit of tickets alive; with barriers one group after the other. A ticket
/// that takes no time is beside nothing. The time grows with the tickets times those alive at once.
std::vector<std::string> verify_schedule(const Plan& plan, const std::vector<PlanAgent>& agents,
                                         const std::vector<ScheduledTicket>& schedule,
                                         const VerifyOptions& options = {});

/// The same for the schedule that a plan carries, as far as it goes without knowing its agents:
/// each is taken to be able to run every ticket. Tickets that the schedule leaves out are a
/// finding. Nothing where there is no schedule.
std::vector<std::string> verify_planned_schedule(const Plan& plan,
                                                 const VerifyOptions& options = {});

}  // namespace headway::planner
