#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/core/check_order.h"
#include "coordinator/core/core.h"
#include "coordinator/core/reopening.h"
#include "coordinator/core/rollback_order.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/verdict.h"
#include "coordinator/core/who_and_why.h"

/// Putting tickets back: decided when one fails for good or is cancelled, or by a person; carried
/// out one after the other, what ended last goes first.

namespace headway {

/// A ticket has ended for good. It is put back where it did not succeed, or stands on what is to be
/// undone. Nothing has to be put back where nothing of it has run.
void Core::consider_rollback(AttemptRef ended) {
  const Run& run = *state_.find_run(ended.run);
  const TicketRecord& ticket = record(ended);
  const std::optional<Rollback>& rollback = run.ticket(ended.ticket).rollback;
  if (!is_final(ticket.state) || ticket.rollback != RollbackState::kNone) return;
  if (ticket.state == TicketState::kSucceeded) {
    // Its stop came too late.
    if (stands_on_undone(run, ended.ticket)) plan_rollback(ended, "what it stands on is put back");
    return;
  }
  if (!rollback || !ticket.touched) return;
  const std::string why = fmt::format("{} {}", run.ticket(ended.ticket).id, to_text(ticket.state));
  const RollbackPlan plan = rollback_of(run, ended.ticket, rollback->scope);
  plan_rollback(ended, "its own end");
  carry_out(ended.run, plan, why, false);
}

void Core::plan_rollback(AttemptRef ticket, const std::string& why) {
  Fact planned;
  planned.kind = FactKind::kRollbackPlanned;
  planned.run = ticket.run;
  planned.ticket = ticket.ticket;
  planned.detail = why;
  emit(planned);
  scheduler_.claim(ticket);
}

/// What was to begin on what is undone is aborted, unless a person put it back.
void Core::carry_out(RunId id, const RollbackPlan& plan, const std::string& why, bool by_person) {
  const Run& run = *state_.find_run(id);
  for (const TicketIndex ticket : plan.undone) plan_rollback({id, ticket}, why);
  const TicketState not_begun = by_person ? TicketState::kCancelled : TicketState::kAborted;
  const std::string stopped = by_person ? why : "what it stands on is put back: " + why;
  for (const TicketIndex ticket : plan.stopped) {
    const TicketState state = run.tickets[ticket.index()].state;
    if (is_final(state)) continue;
    if (is_alive(state)) {
      cancel_ticket({id, ticket}, stopped);
    } else {
      end_ticket({id, ticket}, not_begun, stopped);
      follow_up({id, ticket});
    }
  }
}

/// Of a run that comes from the journal. What was begun holds its locks, and what could not be put
/// back.
void Core::claim_rollbacks(const Run& run) {
  for (const TicketIndex ticket : run.rollbacks) scheduler_.claim({run.id, ticket});
  if (run.rollbacks.empty()) return;
  const AttemptRef first{run.id, run.rollbacks.front()};
  const bool held = run.rollback_begun || !run.next_rollback();
  if (held && scheduler_.is_free(first)) scheduler_.take_claimed(first);
}

/// Puts back what needs no agent, until something does or must wait.
void Core::advance_rollbacks(RunId id) {
  const Run& run = *state_.find_run(id);
  while (const auto next = run.next_rollback()) {
    if (run.rolling_back != Token{} || !may_put_back(run, *next)) return;
    if (run.ticket(*next).rollback) return;
    end_rollback({id, *next}, {}, Outcome::kSucceeded, "it has no rollback: nothing was run");
  }
}

/// In every run: what was in the way of a rollback that needs no agent may be gone.
void Core::go_on_putting_back() {
  std::vector<RunId> runs;
  for (const auto& [id, run] : state_.runs) {
    if (run.next_rollback() && may_begin(run, CheckKind::kRollback)) runs.push_back(id);
  }
  for (const RunId id : runs) {
    const std::size_t before = state_.run(id).rollbacks.size();
    advance_rollbacks(id);
    if (state_.run(id).rollbacks.size() != before) finish_run_if_done(id);
  }
}

/// Whether nothing that stands on it is alive, and nobody else holds its locks.
bool Core::may_put_back(const Run& run, TicketIndex ticket) {
  for (const Edge edge : run.graph().dependents(ticket)) {
    const bool alive = is_alive(run.tickets[edge.ticket.index()].state);
    if (edge.kind != EdgeKind::kSoft && alive) return false;
  }
  return scheduler_.is_free({run.id, ticket});
}

void Core::end_rollback(AttemptRef ticket, Token token, Outcome outcome,
                        const std::string& detail) {
  Fact ended;
  ended.kind = FactKind::kRollbackEnded;
  ended.run = ticket.run;
  ended.ticket = ticket.ticket;
  ended.token = token;
  ended.outcome = outcome;
  const bool stood = record(ticket).state == TicketState::kSucceeded;
  const bool put_back = outcome == Outcome::kSucceeded;
  if (put_back && stood) ended.ticket_state = TicketState::kUndone;
  ended.detail = detail;
  emit(ended);
  if (!put_back) return;  // its locks stay: nobody may build on what is half put back
  scheduler_.unclaim(ticket);
  if (stood) follow_up(ticket);
}

Result<std::vector<Change>> Core::settle_tickets(const Run& run,
                                                 const std::vector<TicketIndex>& named,
                                                 const TicketInput& input) {
  const TicketControl& control = input.control;
  if (control.by.empty()) {
    return Error{ErrorKind::kUsage, "somebody answers for it: say --by NAME"};
  }
  std::vector<Change> changes;
  for (const TicketIndex ticket : named) {
    const TicketRecord& settled = run.tickets[ticket.index()];
    if (settled.rollback != RollbackState::kFailed) {
      return Error{ErrorKind::kFailed,
                   fmt::format("the rollback of {} is {}: only one that failed is to be settled",
                               run.ticket(ticket).id, to_text(settled.rollback))};
    }
    changes.push_back({fmt::format("rollback of {}", run.ticket(ticket).id), "failed", "settled"});
  }
  if (control.dry_run) return changes;
  bring_back(control.run, input.ended.get());
  const Run& known = *state_.find_run(control.run);
  for (const TicketIndex ticket : named) {
    const bool stood = known.tickets[ticket.index()].state == TicketState::kSucceeded;
    Fact settled;
    settled.kind = FactKind::kRollbackSettled;
    settled.run = control.run;
    settled.ticket = ticket;
    if (stood) settled.ticket_state = TicketState::kUndone;
    settled.detail = who_and_why(to_text(control.action), control.by, control.comment);
    emit(settled);
    scheduler_.unclaim({control.run, ticket});
    if (stood) follow_up({control.run, ticket});
  }
  if (!is_final(known.state)) return changes;
  if (!known.rollbacks.empty()) {
    go_on_to_put_back(known);
  } else if (known.state == RunState::kFailed && has_succeeded(known)) {
    // Nothing else was wrong with it.
    resume_ended(control.run);
    finish_run_if_done(control.run);
  }
  return changes;
}

/// A run that has ended takes up again what is to be put back. One that was stopped for good does
/// so as when it was being stopped: nothing else of it begins, and it ends as it had.
void Core::go_on_to_put_back(const Run& ended) {
  if (ended.state != RunState::kCancelled) return resume_ended(ended.id);
  Fact stopping;
  stopping.kind = FactKind::kRunStopping;
  stopping.run = ended.id;
  stopping.detail = "cancel";
  emit(stopping);
}

/// Everything, or where a ticket is named what has succeeded since that one did.
Result<std::vector<Change>> Core::roll_back(const Run& run, const std::vector<TicketIndex>& named,
                                            const TicketInput& input) {
  const TicketControl& control = input.control;
  if (named.size() > 1) {
    return Error{ErrorKind::kUsage, "a run goes back to one ticket: name one, or none"};
  }
  if (run.alive() > 0) {
    return Error{ErrorKind::kFailed,
                 fmt::format("{} of run r{} {} alive: pause it and wait for the end, or stop it, "
                             "first",
                             counted(run.alive(), "ticket"), run.id.number(),
                             run.alive() == 1 ? "is" : "are")};
  }
  if (const auto busy = being_put_back(run)) return *busy;
  const Result<RollbackPlan> plan =
      rollback_to(run, named.empty() ? std::nullopt : std::optional(named.front()));
  if (!plan) return plan.error();
  std::vector<Change> changes;
  for (const TicketIndex ticket : plan->undone) {
    changes.push_back({run.ticket(ticket).id, "succeeded",
                       run.ticket(ticket).rollback ? "undone" : "undone (it has no rollback)"});
  }
  for (const TicketIndex ticket : plan->stopped) {
    changes.push_back({run.ticket(ticket).id,
                       std::string(to_text(run.tickets[ticket.index()].state)), "cancelled"});
  }
  if (control.dry_run) return changes;
  bring_back(control.run, input.ended.get());
  const Run& known = *state_.find_run(control.run);
  if (is_final(known.state)) go_on_to_put_back(known);
  carry_out(control.run, *plan, who_and_why(to_text(control.action), control.by, control.comment),
            true);
  finish_run_if_done(control.run);
  return changes;
}

}  // namespace headway
