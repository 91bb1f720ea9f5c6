#include <fmt/format.h>

#include "coordinator/core/check_order.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/status.h"

/// What people are shown of a ticket's checks.

namespace headway {

namespace {

std::string of_all(std::string_view what, std::uint32_t number, std::size_t all) {
  return fmt::format("{} {}/{}", what, number, all);
}

}  // namespace

/// What its attempt is busy with beside its command; empty: nothing.
std::string Status::step(const Run& run, TicketIndex index) const {
  const TicketRecord& record = run.tickets[index.index()];
  const Ticket& ticket = run.attempt_ticket(index);
  const auto open = run.validations.find(index);
  if (open != run.validations.end()) {
    if (open->second.review) return of_all("gate", *open->second.review, ticket.gates.size());
    const auto next = next_gates(ticket, open->second);
    return next ? of_all("gate", next->first, ticket.gates.size()) : "";
  }
  const AttemptNote* noted = note(record.token);
  if (noted == nullptr || !is_alive(record.state)) return "";
  switch (noted->step.kind) {
    case Step::Kind::kRequirement:
      return of_all("requirement", noted->step.number, ticket.require.size());
    case Step::Kind::kGate:
      return of_all("gate", noted->step.number, ticket.gates.size());
    case Step::Kind::kCommand:
      break;
  }
  return "";
}

void Status::show_validation(const Run& run, TicketIndex index, TicketView& view) const {
  view.step = step(run, index);
  const auto open = run.validations.find(index);
  if (open == run.validations.end() || !open->second.review) return;
  view.review_since = open->second.review_since;
  view.review_ends = known(open->second.review_ends);
}

std::vector<std::string> Status::validation_reasons(const Run& run, TicketIndex index) const {
  const TicketRecord& record = run.tickets[index.index()];
  const Ticket& ticket = run.attempt_ticket(index);
  const auto open = run.validations.find(index);
  std::vector<std::string> said;
  const std::string agent = state_.agent_name(record.worker, record.slot);
  if (open == run.validations.end()) {
    const std::string busy = step(run, index);
    said.push_back(
        fmt::format("Its command has ended well on {}, attempt {}; its gates run there{}.", agent,
                    record.attempts, busy.empty() ? "" : ": " + busy));
    return said;
  }
  const ValidationRecord& validation = open->second;
  said.push_back(
      fmt::format("Its command has ended well on {}, attempt {}; {} of its {} gates have "
                  "passed.",
                  agent, record.attempts, validation.passed.size(), ticket.gates.size()));
  if (validation.review) {
    said.push_back(fmt::format(
        "{} is a person's, and has been open for {}: headway ticket approve {} --by NAME, or "
        "reject.",
        gate_words(ticket, *validation.review),
        spoken(std::max<Duration>(now_.wall - validation.review_since, Duration{})), ticket.id));
    if (validation.review_ends != WallTime{}) {
      const Gate& gate = ticket.gates[*validation.review - 1];
      said.push_back(
          fmt::format("In {} it counts as {}.",
                      spoken(std::max<Duration>(validation.review_ends - now_.wall, Duration{})),
                      gate.on_timeout == OnReviewTimeout::kApprove ? "approved" : "rejected"));
    }
    return said;
  }
  for (const Token token : validation.handed) {
    const HandedCheck& check = state_.checks.at(token);
    said.push_back(fmt::format("{} {} {}.", gate_words(ticket, check.check.number),
                               check.started_at == WallTime{} ? "was handed to" : "runs on",
                               state_.agent_name(check.worker, check.slot)));
  }
  const auto first = run.due.lower_bound({CheckKind::kGate, index, 0});
  for (auto due = first;
       due != run.due.end() && due->ticket == index && due->kind == CheckKind::kGate; ++due) {
    const auto rests = validation.resting.find(due->number);
    if (rests != validation.resting.end() && rests->second > now_.wall) {
      said.push_back(fmt::format("{} failed and is tried again in {}.",
                                 gate_words(ticket, due->number),
                                 spoken(rests->second - now_.wall)));
    } else {
      said.push_back(fmt::format("{} waits for an agent.", gate_words(ticket, due->number)));
    }
  }
  return said;
}

}  // namespace headway
