#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "coordinator/core/core.h"
#include "coordinator/core/reopening.h"
#include "coordinator/core/who_and_why.h"

/// What a person does to single tickets: cancelling one, and opening one again after its end. All
/// that are named or none.

namespace headway {

void Core::on_ticket_control(const TicketInput& input) {
  const TicketControl& control = input.control;
  const auto refuse = [&](Error error) {
    turn_.effects.emplace_back(AnswerError{input.request, std::move(error)});
  };
  const Run* run = state_.find_run(control.run);
  if (run == nullptr && input.ended != nullptr) run = input.ended->find_run(control.run);
  if (run == nullptr) {
    return refuse({ErrorKind::kNotFound, fmt::format("there is no run r{}", control.run.number())});
  }
  // What a run has done can be put back however it ended.
  const bool puts_back =
      control.action == TicketAction::kSettle || control.action == TicketAction::kRollback;
  if (!puts_back || !is_final(run->state)) {
    if (const auto over = past_steering(*run)) return refuse(*over);
  }
  const Result<std::vector<TicketIndex>> named = named_tickets(*run, control);
  if (!named) return refuse(named.error());
  Result<std::vector<Change>> changes = control_tickets(*run, *named, input);
  if (!changes) return refuse(changes.error());
  turn_.effects.emplace_back(AnswerControl{input.request, {control.run}, std::move(*changes)});
}

/// What changed, or with `dry_run` would change.
Result<std::vector<Change>> Core::control_tickets(const Run& run,
                                                  const std::vector<TicketIndex>& named,
                                                  const TicketInput& input) {
  const TicketControl& control = input.control;
  switch (control.action) {
    case TicketAction::kCancel:
      return cancel_tickets(run, named, control);
    case TicketAction::kRetry:
    case TicketAction::kRerun:
      return reopen_tickets(run, named, input);
    case TicketAction::kApprove:
    case TicketAction::kReject:
      return review_tickets(run, named, control);
    case TicketAction::kSettle:
      return settle_tickets(run, named, input);
    case TicketAction::kRollback:
      return roll_back(run, named, input);
    case TicketAction::kReassign:
      return reassign_tickets(run, named, control);
    case TicketAction::kPriority:
      return prioritise_tickets(run, named, control);
  }
  return Error{ErrorKind::kUsage, "an unknown action"};
}

Result<std::vector<Change>> Core::cancel_tickets(const Run& run,
                                                 const std::vector<TicketIndex>& named,
                                                 const TicketControl& control) {
  if (const auto error = cannot_cancel(run, named)) return *error;
  const std::vector<Change> changes = state_changes(run, named, TicketState::kCancelled);
  if (control.dry_run) return changes;
  for (const TicketIndex ticket : named) {
    // One that the end of another took along has ended as it would have anyhow.
    if (is_final(run.tickets[ticket.index()].state)) continue;
    cancel_ticket({control.run, ticket},
                  who_and_why(to_text(control.action), control.by, control.comment));
  }
  return changes;
}

Result<std::vector<Change>> Core::reopen_tickets(const Run& run,
                                                 const std::vector<TicketIndex>& named,
                                                 const TicketInput& input) {
  const TicketControl& control = input.control;
  const Result<std::vector<TicketIndex>> all = control.action == TicketAction::kRetry
                                                   ? tickets_to_retry(run, named)
                                                   : tickets_to_rerun(run, named);
  if (!all) return all.error();
  const std::vector<Change> changes = state_changes(run, *all, TicketState::kWaiting);
  if (control.dry_run) return changes;
  bring_back(control.run, input.ended.get());
  reopen(*state_.find_run(control.run), *all,
         who_and_why(to_text(control.action), control.by, control.comment));
  return changes;
}

Result<std::vector<TicketIndex>> Core::named_tickets(const Run& run,
                                                     const TicketControl& control) const {
  std::vector<TicketIndex> named;
  for (const std::string& id : control.tickets) {
    const TicketIndex* ticket = run.graph().find(id);
    if (ticket == nullptr) return no_ticket(run, id);
    // What it did may have to be settled all the same.
    if (run.is_removed(*ticket) && control.action != TicketAction::kSettle) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("{} is not in the plan of run r{} any more", id, run.id.number())};
    }
    named.push_back(*ticket);
  }
  if (control.tickets.empty() && control.action == TicketAction::kRetry) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketIndex ticket{i};
      if (run.tickets[i].state == TicketState::kFailed && !run.satisfied(ticket)) {
        named.push_back(ticket);
      }
    }
  }
  if (named.empty() && control.action != TicketAction::kRollback) {
    return Error{ErrorKind::kNotFound,
                 control.action == TicketAction::kRetry
                     ? fmt::format("no ticket of run r{} has failed", run.id.number())
                     : "no ticket is named"};
  }
  std::ranges::sort(named);
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

void Core::cancel_ticket(AttemptRef ticket, const std::string& why) {
  const TicketRecord& cancelled = record(ticket);
  if (!is_alive(cancelled.state)) {
    end_ticket(ticket, TicketState::kCancelled, why);
    follow_up(ticket);
    return;
  }
  if (cancelled.cancelling) return;
  Fact cancelling;
  cancelling.kind = FactKind::kTicketCancelling;
  cancelling.run = ticket.run;
  cancelling.ticket = ticket.ticket;
  cancelling.token = cancelled.token;
  cancelling.detail = why;
  emit(cancelling);
  stop_marked(*state_.find_run(ticket.run));
}

/// Tells the workers of all attempts that are to be cancelled, or to begin anew elsewhere; telling
/// twice does no harm.
void Core::stop_marked(const Run& run) {
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& ticket = run.tickets[i];
    if (!ticket.cancelling && !ticket.moving) continue;
    if (!run.at_worker(TicketIndex{i})) {
      stop_validating({run.id, TicketIndex{i}});
      continue;
    }
    const Outcome outcome = ticket.cancelling ? Outcome::kCancelled : Outcome::kTakenBack;
    const std::map<Token, Stop>& stops = links_[ticket.worker].stops;
    const auto known = stops.find(ticket.token);
    const bool told = known != stops.end() && (known->second.outcome == outcome ||
                                               known->second.outcome == Outcome::kCancelled);
    if (told) continue;
    Stop stop;
    stop.token = ticket.token;
    stop.grace = run.attempt_ticket(TicketIndex{i}).kill_grace;
    stop.outcome = outcome;
    order_stop(ticket.worker, stop);
  }
}

void Core::reopen(const Run& run, const std::vector<TicketIndex>& tickets, const std::string& why) {
  for (const TicketIndex ticket : tickets) {
    Fact reopened;
    reopened.kind = FactKind::kTicketReopened;
    reopened.run = run.id;
    reopened.ticket = ticket;
    reopened.ticket_state = TicketState::kWaiting;
    reopened.detail = why;
    emit(reopened);
  }
  if (is_final(run.state)) return resume_ended(run.id);
  scheduler_.set_open(run.id, run.state == RunState::kRunning && !run.failing);
}

/// Should it have ended, it comes from the registry.
void Core::bring_back(RunId id, const State* ended) {
  if (state_.find_run(id) != nullptr) return;
  take_run(state_, *ended, id);
  const Run& run = *state_.find_run(id);
  scheduler_.add_run(run);
  claim_rollbacks(run);
}

void Core::resume_ended(RunId id) {
  Fact resumed;
  resumed.kind = FactKind::kRunResumed;
  resumed.run = id;
  emit(resumed);
  const Run& run = *state_.find_run(id);
  scheduler_.set_open(id, !run.failing);
  arm_plan_gates(id);
}

}  // namespace headway
