#include <algorithm>

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

/// Its gates that are to be handed out, each with what is left of its rest after a failure.
std::vector<std::pair<CheckRef, Duration>> gates_due(const Run& run, TicketIndex ticket,
                                                     WallTime now) {
  std::vector<std::pair<CheckRef, Duration>> gates;
  for (auto due = run.due.lower_bound({CheckKind::kGate, ticket, 0});
       due != run.due.end() && due->ticket == ticket && due->kind == CheckKind::kGate; ++due) {
    const std::map<std::uint32_t, WallTime>& resting = run.validations.at(ticket).resting;
    const auto rests = resting.find(due->number);
    gates.emplace_back(
        *due, rests == resting.end() ? Duration{} : std::max<Duration>(rests->second - now, {}));
  }
  return gates;
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

/// Of its gates those that the last attempt is known to have passed.
std::uint32_t Status::gates_passed(const Run& run, TicketIndex index) const {
  const TicketRecord& record = run.tickets[index.index()];
  const auto open = run.validations.find(index);
  if (open != run.validations.end()) {
    return static_cast<std::uint32_t>(open->second.passed.size());
  }
  if (record.state == TicketState::kSucceeded || record.state == TicketState::kUndone) {
    return static_cast<std::uint32_t>(run.ticket(index).gates.size());
  }
  const AttemptNote* noted = note(record.token);
  const bool at_gate = noted != nullptr && record.state == TicketState::kValidating &&
                       noted->step.kind == Step::Kind::kGate && noted->step.number > 0;
  return at_gate ? noted->step.number - 1 : 0;
}

/// Whether a gate of it waits for an agent and for nothing else.
bool Status::has_waiting_gate(const Run& run, TicketIndex index) const {
  return may_begin(run, CheckKind::kGate) &&
         std::ranges::any_of(gates_due(run, index, now_.wall),
                             [](const auto& gate) { return gate.second == Duration{}; });
}

void Status::show_validation(const Run& run, TicketIndex index, TicketView& view) const {
  view.step = step(run, index);
  view.gates = static_cast<std::uint32_t>(run.ticket(index).gates.size());
  view.gates_passed = gates_passed(run, index);
  const RollbackState rollback = run.tickets[index.index()].rollback;
  if (rollback != RollbackState::kNone) view.rollback = to_text(rollback);
  view.rejected = was_rejected(run, index);
  const auto open = run.validations.find(index);
  if (open == run.validations.end() || !open->second.review) return;
  view.review_since = open->second.review_since;
  view.review_ends = known(open->second.review_ends);
}

/// `gate 1 'on arm' waits for an agent: no joined worker offers label arm`.
std::string Status::why_no_agent(const Run& run, const CheckRef& check,
                                 const std::string& what) const {
  if (core_ == nullptr) return what + " waits for a coordinator (headway resume)";
  const AgentDemand demand = demand_of_check(run, check);
  const auto offers = core_->scheduler().offers();
  const bool offered =
      std::ranges::any_of(offers, [&](const WorkerOffer& offer) { return matches(demand, offer); });
  return offered ? what + " waits for an agent that is free"
                 : fmt::format("{} waits for an agent: no joined worker offers {}", what,
                               asked_words(demand));
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
        spoken(std::max<Duration>(now_.wall - validation.review_since, Duration{})),
        shell_word(ticket.id)));
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
  for (const auto& [due, rest] : gates_due(run, index, now_.wall)) {
    const std::string gate = gate_words(ticket, due.number);
    said.push_back(rest > Duration{}
                       ? fmt::format("{} failed and is tried again in {}.", gate, spoken(rest))
                       : why_no_agent(run, due, gate) + ".");
  }
  return said;
}

}  // namespace headway
