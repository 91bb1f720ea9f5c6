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
  const bool from_registry = run == nullptr && input.ended != nullptr;
  if (from_registry) run = input.ended->find_run(control.run);
  if (run == nullptr) {
    return refuse({ErrorKind::kNotFound, fmt::format("there is no run r{}", control.run.number())});
  }
  if (run->state == RunState::kStopping || run->state == RunState::kCancelled) {
    return refuse(
        {ErrorKind::kFailed, fmt::format("run r{} {}", control.run.number(),
                                         run->state == RunState::kStopping
                                             ? "is stopping; try again when it has stopped"
                                             : "was cancelled for good; run its plan again")});
  }
  const Result<std::vector<TicketIndex>> named = named_tickets(*run, control);
  if (!named) return refuse(named.error());
  if (control.action == TicketAction::kCancel) {
    if (const auto error = cannot_cancel(*run, *named)) return refuse(*error);
    for (const TicketIndex ticket : *named) {
      // One that the end of another took along has ended as it would have anyhow.
      if (!is_final(run->tickets[ticket.index()].state)) {
        cancel_ticket({control.run, ticket},
                      who_and_why(to_text(control.action), control.by, control.comment));
      }
    }
  } else {
    const Result<std::vector<TicketIndex>> all = control.action == TicketAction::kRetry
                                                     ? tickets_to_retry(*run, *named)
                                                     : tickets_to_rerun(*run, *named);
    if (!all) return refuse(all.error());
    if (from_registry) {
      take_run(state_, *input.ended, control.run);
      run = state_.find_run(control.run);
      scheduler_.add_run(*run);
    }
    reopen(*run, *all, who_and_why(to_text(control.action), control.by, control.comment));
  }
  turn_.effects.emplace_back(AnswerControl{input.request, {control.run}});
}

Result<std::vector<TicketIndex>> Core::named_tickets(const Run& run,
                                                     const TicketControl& control) const {
  std::vector<TicketIndex> named;
  for (const std::string& id : control.tickets) {
    const auto ticket = std::ranges::find(run.plan().tickets, id, &Ticket::id);
    if (ticket == run.plan().tickets.end()) {
      return Error{ErrorKind::kNotFound, fmt::format("run r{} has no ticket {}", run.id.number(),
                                                     printable(id.substr(0, kMaxDetailBytes)))};
    }
    named.emplace_back(static_cast<std::uint32_t>(ticket - run.plan().tickets.begin()));
  }
  if (control.tickets.empty() && control.action == TicketAction::kRetry) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketIndex ticket{i};
      if (run.tickets[i].state == TicketState::kFailed && !run.satisfied(ticket)) {
        named.push_back(ticket);
      }
    }
  }
  if (named.empty()) {
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
  stop_cancelled(*state_.find_run(ticket.run));
}

/// Tells the workers of all attempts that are to be cancelled; telling twice does no harm.
void Core::stop_cancelled(const Run& run) {
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& ticket = run.tickets[i];
    if (!ticket.cancelling) continue;
    const std::map<Token, Stop>& stops = links_[ticket.worker].stops;
    const auto known = stops.find(ticket.token);
    if (known != stops.end() && known->second.outcome == Outcome::kCancelled) continue;
    Stop stop;
    stop.token = ticket.token;
    stop.grace = run.ticket(TicketIndex{i}).kill_grace;
    stop.outcome = Outcome::kCancelled;
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
  if (is_final(run.state)) {
    Fact resumed;
    resumed.kind = FactKind::kRunResumed;
    resumed.run = run.id;
    emit(resumed);
  }
  scheduler_.set_open(run.id, run.state == RunState::kRunning && !run.failing);
}

}  // namespace headway
