#include "coordinator/core/verdict.h"

#include "coordinator/core/plan_gates.h"

namespace headway {

bool has_succeeded(const Run& run) {
  // The failures of what was removed are all allowed.
  return run.count(TicketState::kFailed) == run.totals.failures_allowed &&
         run.count_planned(TicketState::kAborted) == 0 &&
         run.count_planned(TicketState::kCancelled) == 0 &&
         run.count_planned(TicketState::kUndone) == 0 && !failed_by_plan_gate(run) &&
         run.rollbacks.empty();
}

}  // namespace headway
