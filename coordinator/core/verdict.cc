#include "coordinator/core/verdict.h"

#include "coordinator/core/backoff.h"
#include "coordinator/core/check_order.h"
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

std::optional<TicketIndex> failure_that_ended_it(const Run& run) {
  if (!run.failing || failed_by_plan_gate(run)) return std::nullopt;
  std::optional<TicketIndex> first;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (run.tickets[i].state != TicketState::kFailed || run.ticket(ticket).allow_failure) continue;
    if (!first || run.tickets[i].settled < run.tickets[first->index()].settled) first = ticket;
  }
  return first;
}

std::uint32_t retries_dropped(const Run& run, TicketIndex ticket) {
  const TicketRecord& record = run.tickets[ticket.index()];
  if (record.state != TicketState::kFailed || !record.outcome || was_rejected(run, ticket))
    return 0;
  if (run.plan().on_failure != OnFailure::kFailFast && !failed_by_plan_gate(run)) return 0;
  return retries_left(run.ticket(ticket).retry, *record.outcome, record.retries_used);
}

}  // namespace headway
