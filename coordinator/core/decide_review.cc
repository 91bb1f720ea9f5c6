#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/core.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/who_and_why.h"

/// A gate that is a person's: opened when it is its turn, decided by approval, rejection, or the
/// end of its time. No agent waits for it.

namespace headway {

namespace {

/// It is decided already, too late, or not its turn yet.
Error not_in_review(const Run& run, TicketIndex ticket, std::string_view wish) {
  const TicketRecord& record = run.tickets[ticket.index()];
  const Ticket& definition = run.ticket(ticket);
  if (std::ranges::none_of(definition.gates, &Gate::approval)) {
    return {ErrorKind::kFailed, fmt::format("{} has no gate that a person decides: it cannot be {}",
                                            definition.id, wish)};
  }
  const bool decided = record.state == TicketState::kFailed && record.outcome == Outcome::kGate;
  return {ErrorKind::kFailed,
          fmt::format("{} is {}: only a ticket in review can be {}{}", definition.id,
                      record.cancelling ? "being cancelled" : spoken(record.state), wish,
                      decided ? fmt::format(" ({})", record.detail) : "")};
}

}  // namespace

void Core::open_review(AttemptRef ticket, std::uint32_t number) {
  const Run& run = *state_.find_run(ticket.run);
  const Gate& gate = run.attempt_ticket(ticket.ticket).gates[number - 1];
  Fact opened;
  opened.kind = FactKind::kReviewOpened;
  opened.run = ticket.run;
  opened.ticket = ticket.ticket;
  opened.token = record(ticket).token;
  opened.ticket_state = TicketState::kReview;
  opened.number = number;
  opened.delay = gate.timeout;
  opened.detail = gate.name;
  emit(opened);
  arm_review(ticket);
}

/// Its end is a time of the wall clock; whatever that did meanwhile, no more than the gate's
/// timeout is left.
void Core::arm_review(AttemptRef ticket) {
  const Run& run = *state_.find_run(ticket.run);
  const ValidationRecord& validation = run.validations.at(ticket.ticket);
  const auto& timeout = run.attempt_ticket(ticket.ticket).gates[*validation.review - 1].timeout;
  if (!timeout) return;
  const Duration left =
      std::clamp<Duration>(validation.review_ends - now_.wall, Duration{}, *timeout);
  set_timer(left, ReviewTimer{ticket, record(ticket).token, *validation.review});
}

void Core::fire(const ReviewTimer& timer) {
  const Run* run = state_.find_run(timer.ticket.run);
  if (run == nullptr || record(timer.ticket).token != timer.token) return;
  const auto open = run->validations.find(timer.ticket.ticket);
  if (open == run->validations.end() || open->second.review != timer.gate) return;
  const Gate& gate = run->attempt_ticket(timer.ticket.ticket).gates[timer.gate - 1];
  const bool approved = gate.on_timeout == OnReviewTimeout::kApprove;
  decide_review(timer.ticket, approved, "nobody decided in time");
}

void Core::decide_review(AttemptRef ticket, bool approved, const std::string& why) {
  const Run& run = *state_.find_run(ticket.run);
  const std::uint32_t gate = *run.validations.at(ticket.ticket).review;
  Fact decided;
  decided.kind = FactKind::kReviewDecided;
  decided.run = ticket.run;
  decided.ticket = ticket.ticket;
  decided.token = record(ticket).token;
  decided.ticket_state = TicketState::kValidating;
  decided.number = gate;
  decided.outcome = approved ? Outcome::kSucceeded : Outcome::kGate;
  decided.detail = approved ? why
                            : fmt::format("{} was rejected: {}",
                                          gate_words(run.attempt_ticket(ticket.ticket), gate), why);
  emit(decided);
  go_on_validating(ticket);
}

Result<std::vector<Change>> Core::review_tickets(const Run& run,
                                                 const std::vector<TicketIndex>& named,
                                                 const TicketControl& control) {
  const bool approved = control.action == TicketAction::kApprove;
  if (control.by.empty()) {
    return Error{ErrorKind::kUsage, "an approval or rejection is somebody's: say --by NAME"};
  }
  std::vector<Change> changes;
  for (const TicketIndex ticket : named) {
    const TicketRecord& reviewed = run.tickets[ticket.index()];
    if (reviewed.state != TicketState::kReview || reviewed.cancelling) {
      return not_in_review(run, ticket, approved ? "approved" : "rejected");
    }
    changes.push_back(
        {run.attempt_ticket(ticket).id, "review", approved ? "approved" : "rejected"});
  }
  if (control.dry_run) return changes;
  for (const TicketIndex ticket : named) {
    // The end of another may have taken it along.
    if (run.tickets[ticket.index()].state != TicketState::kReview) continue;
    decide_review({run.id, ticket}, approved,
                  who_and_why(to_text(control.action), control.by, control.comment));
  }
  return changes;
}

}  // namespace headway
