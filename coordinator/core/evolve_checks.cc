#include "coordinator/core/evolution.h"

/// What becomes of a ticket whose command has ended well: gates in its slot, gates elsewhere, a
/// person's review.

namespace headway {

namespace {

WallTime later(WallTime from, Duration by) {
  return from + std::chrono::duration_cast<WallTime::duration>(by);
}

}  // namespace

ValidationRecord& Evolution::validation() {
  const auto found = run().validations.find(*fact_.ticket);
  HW_CHECK(found != run().validations.end(), "a gate or review of a ticket that has none open");
  return found->second;
}

void Evolution::attempt_validating() {
  HW_CHECK(record().state == TicketState::kRunning, "an attempt is validated that does not run");
  move(run(), *fact_.ticket, TicketState::kValidating);
}

/// The slot is free; locks and what is counted for the whole cluster stay with the ticket.
void Evolution::command_ended() {
  TicketRecord& ended = record();
  Run& of = run();
  HW_CHECK(ended.token == fact_.token && of.at_worker(*fact_.ticket),
           "a command ended that no worker had");
  ended.elapsed = fact_.elapsed.value_or(Duration{});
  ended.detail = fact_.detail;
  if (ended.state != TicketState::kValidating) move(of, *fact_.ticket, TicketState::kValidating);
  ValidationRecord& opened = of.validations[*fact_.ticket];
  opened.cpu = fact_.cpu;
  opened.max_memory = fact_.max_memory;
  for (std::uint32_t gate = 1; gate <= ended.slot_gates; ++gate) opened.passed.insert(gate);
  gates_passed(of, *fact_.ticket, opened);
}

/// The next gates may begin, should they be no person's.
void Evolution::gates_passed(Run& of, TicketIndex ticket, ValidationRecord& validation) {
  if (of.tickets[ticket.index()].is_being_stopped()) return;
  const auto next = next_gates(of.attempt_ticket(ticket), validation);
  if (!next || of.attempt_ticket(ticket).gates[next->first - 1].approval) return;
  for (std::uint32_t number = next->first; number <= next->last; ++number) {
    const CheckRef gate{CheckKind::kGate, ticket, number};
    if (!validation.passed.contains(number)) of.due.insert(gate);
  }
}

void Evolution::check_assigned() {
  Run& of = run();
  const auto kind = from_text<CheckKind>(fact_.digest);
  HW_CHECK(kind.has_value(), "a check of an unknown kind");
  HW_CHECK(fact_.token > state_.last_token, "tokens go backwards");
  state_.last_token = fact_.token;
  const CheckRef check{*kind, fact_.ticket.value_or(TicketIndex{}),
                       static_cast<std::uint32_t>(fact_.number.value_or(0))};
  HW_CHECK(of.due.erase(check) == 1, "a check was handed out that was not due");
  state_.checks[fact_.token] = {
      fact_.run, check, fact_.worker, state_.workers[fact_.worker].incarnation, {}, {}};
  state_.attempts[fact_.token] = {{fact_.run, check.ticket}, 0, true};
  ++of.handed_checks;
  switch (*kind) {
    case CheckKind::kGate:
      validation().handed.insert(fact_.token);
      validation().resting.erase(check.number);
      return;
    case CheckKind::kPlanGate:
      plan_gate_handed_out(of.plan_gates[check.number - 1]);
      return;
    case CheckKind::kRollback:
      of.rolling_back = fact_.token;
      of.rollback_begun = true;
      begin_changing(of.files, of.ticket(check.ticket), check.ticket);
      return;
    case CheckKind::kRequirement:
    case CheckKind::kCheckpoint:
      return;
  }
}

void Evolution::check_started() {
  const auto found = state_.checks.find(fact_.token);
  HW_CHECK(found != state_.checks.end(), "a check started that was not handed out");
  found->second.slot = fact_.slot;
  found->second.started_at = fact_.at;
}

/// One that ran in its attempt's slot is kept for people alone: the attempt's own end follows.
void Evolution::check_ended() {
  const auto found = state_.checks.find(fact_.token);
  if (found == state_.checks.end()) return;
  const HandedCheck ended = found->second;
  state_.checks.erase(found);
  --run().handed_checks;
  switch (ended.check.kind) {
    case CheckKind::kGate:
      return gate_ended(validation(), ended);
    case CheckKind::kPlanGate:
      return plan_gate_handed_back(ended);
    case CheckKind::kRollback:
      return rollback_handed_back(ended);
    case CheckKind::kRequirement:
    case CheckKind::kCheckpoint:
      return;
  }
}

void Evolution::gate_ended(ValidationRecord& open, const HandedCheck& ended) {
  Run& of = run();
  const CheckRef& check = ended.check;
  const Gate& gate = of.attempt_ticket(check.ticket).gates[check.number - 1];
  open.handed.erase(fact_.token);
  const Outcome outcome = fact_.outcome.value_or(Outcome::kWorkerLost);
  if (outcome == Outcome::kSucceeded) {
    open.passed.insert(check.number);
    if (!open.failure.empty()) return;
    const auto next = next_gates(of.attempt_ticket(check.ticket), open);
    if (!next || next->first > check.number) gates_passed(of, check.ticket, open);
    return;
  }
  const bool by_itself = ended_by_itself(outcome) || outcome == Outcome::kKilledWorkers;
  const bool again = !by_itself || may_try_again(gate, outcome, open.failures[check.number]);
  if (by_itself) ++open.failures[check.number];
  if (outcome == Outcome::kWorkerLost && ended.started_at != WallTime{}) ++open.workers_lost;
  if (!again && open.failure.empty()) {
    open.failure = fact_.detail;
    drop_due_gates(of, check.ticket);
  }
  if (!open.failure.empty() || record().is_being_stopped()) return;
  of.due.insert(check);
  if (fact_.delay) open.resting[check.number] = later(fact_.at, *fact_.delay);
}

void Evolution::review_opened() {
  ValidationRecord& open = validation();
  open.review = static_cast<std::uint32_t>(fact_.number.value_or(0));
  open.review_since = fact_.at;
  open.review_ends = fact_.delay
                         ? fact_.at + std::chrono::duration_cast<WallTime::duration>(*fact_.delay)
                         : WallTime{};
  move(run(), *fact_.ticket, TicketState::kReview);
}

void Evolution::review_decided() {
  ValidationRecord& open = validation();
  HW_CHECK(open.review.has_value(), "a review was decided that was not open");
  const std::uint32_t gate = *open.review;
  open.review.reset();
  open.review_ends = {};
  move(run(), *fact_.ticket, TicketState::kValidating);
  if (fact_.outcome == Outcome::kSucceeded) {
    open.passed.insert(gate);
    gates_passed(run(), *fact_.ticket, open);
  } else {
    open.failure = fact_.detail;
  }
}

void Evolution::drop_due_gates(Run& of, TicketIndex ticket) {
  const auto first = of.due.lower_bound({CheckKind::kGate, ticket, 0});
  const auto last = of.due.lower_bound({CheckKind::kGate, TicketIndex{ticket.number() + 1}, 0});
  of.due.erase(first, last);
}

void Evolution::drop_validation(Run& of, TicketIndex ticket) {
  const auto found = of.validations.find(ticket);
  if (found == of.validations.end()) return;
  HW_CHECK(found->second.handed.empty(), "a ticket ended while a gate of it may be alive");
  drop_due_gates(of, ticket);
  of.validations.erase(found);
}

}  // namespace headway
