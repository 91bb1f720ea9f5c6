#include "tests/sim/checkers/milestone_rules.h"

#include <algorithm>

namespace headway::sim {

namespace {

/// Whether gate `number` may begin: all before it have passed, but for those that run beside it.
bool is_its_turn(const Ticket& ticket, const ReadTicket& read, std::uint32_t number) {
  const auto side_by_side = [&](std::uint32_t gate) {
    return ticket.gates[gate - 1].parallel && !ticket.gates[gate - 1].approval;
  };
  bool beside = side_by_side(number);
  for (std::uint32_t before = number - 1; before > 0; --before) {
    beside = beside && side_by_side(before);
    if (!beside && !read.passed.contains(before)) return false;
  }
  return !read.passed.contains(number);
}

bool all_passed(const Ticket& ticket, const ReadTicket& read) {
  for (std::uint32_t gate = 1; gate <= ticket.gates.size(); ++gate) {
    if (!read.passed.contains(gate)) return false;
  }
  return true;
}

/// Whether one has failed more often than it is tried again, or there is no hope otherwise.
bool has_failed(const Ticket& ticket, const ReadTicket& read) {
  return read.hopeless || std::ranges::any_of(read.gate_failures, [&](const auto& failed) {
           const std::int32_t most = ticket.gates[failed.first - 1].retry.max;
           return failed.second > static_cast<std::uint32_t>(std::max(most, 0));
         });
}

}  // namespace

bool goes_on(const ReadRun& run) {
  return run.state == RunState::kRunning || run.state == RunState::kPaused;
}

void MilestoneRules::check(const Fact& fact) {
  if (fact.run != RunId{} && reading_.run(fact.run) == nullptr) return;
  switch (fact.kind) {
    case FactKind::kAttemptValidating:
      return validating(fact);
    case FactKind::kCommandEnded:
      return command_ended(fact);
    case FactKind::kCheckAssigned:
      return check_assigned(fact);
    case FactKind::kCheckStarted:
      return check_started(fact);
    case FactKind::kCheckEnded:
      return check_ended(fact);
    case FactKind::kReviewOpened:
      return review_opened(fact);
    case FactKind::kReviewDecided:
      return review_decided(fact);
    case FactKind::kRollbackPlanned:
      return rollback_planned(fact);
    case FactKind::kRollbackEnded:
      return rollback_ended(fact);
    case FactKind::kRollbackSettled:
      return rollback_settled(fact);
    case FactKind::kPlanGateDue:
    case FactKind::kPlanGateEnded:
      return plan_gate(fact);
    case FactKind::kEpochStarted:
    case FactKind::kRunSubmitted:
    case FactKind::kRunPaused:
    case FactKind::kRunResumed:
    case FactKind::kRunStopping:
    case FactKind::kRunEnded:
    case FactKind::kRunLoad:
    case FactKind::kRunSteered:
    case FactKind::kParallelismSet:
    case FactKind::kResourceSet:
    case FactKind::kPlanChanged:
    case FactKind::kPrioritySet:
    case FactKind::kTicketPinned:
    case FactKind::kLockWait:
    case FactKind::kTicketAssigned:
    case FactKind::kAttemptStarted:
    case FactKind::kAttemptEnded:
    case FactKind::kRegistryVerified:
    case FactKind::kRegistryPruned:
    case FactKind::kArtifact:
    case FactKind::kFileLeft:
    case FactKind::kCheckpoint:
    case FactKind::kTicketEnded:
    case FactKind::kTicketCancelling:
    case FactKind::kTicketReopened:
    case FactKind::kWorkerJoined:
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
    case FactKind::kWorkerDraining:
      return;
  }
}

// ---- Gates

void MilestoneRules::validating(const Fact& fact) {
  const ReadTicket& ticket = *reading_.ticket({fact.run, *fact.ticket});
  if (ticket.state == TicketState::kRunning && ticket.token == fact.token) return;
  problems_.add(17, "token {} is validated and does not run", fact.token.number());
}

void MilestoneRules::command_ended(const Fact& fact) {
  const ReadTicket& ticket = *reading_.ticket({fact.run, *fact.ticket});
  const Ticket& told = reading_.run(fact.run)->told(*fact.ticket);
  const bool there = ticket.alive && !ticket.left_slot && ticket.started;
  if (!there || ticket.token != fact.token) {
    problems_.add(17, "the command of token {} ends, which is not there", fact.token.number());
  }
  for (std::uint32_t gate = 1; gate <= ticket.slot_gates; ++gate) {
    if (ticket.passed.contains(gate)) continue;
    problems_.add(17, "token {} leaves its slot without gate {}", fact.token.number(), gate);
  }
  if (ticket.slot_gates >= told.gates.size()) {
    problems_.add(17, "token {} is over and waits for a gate", fact.token.number());
  }
}

void MilestoneRules::check_assigned(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const auto kind = from_text<CheckKind>(fact.digest);
  if (kind == CheckKind::kGate) return gate_assigned(fact, run);
  if (kind == CheckKind::kRollback) return rollback_assigned(fact, run);
  if (kind == CheckKind::kPlanGate) return plan_gate_assigned(fact, run);
  problems_.add(17, "token {} is a {} that is handed out by itself", fact.token.number(),
                fact.digest);
}

void MilestoneRules::gate_assigned(const Fact& fact, const ReadRun& run) {
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  const Ticket& told = run.told(*fact.ticket);
  const auto number = static_cast<std::uint32_t>(*fact.number);
  const bool open = goes_on(run) && ticket.left_slot && !ticket.cancelling && !ticket.moving &&
                    ticket.state == TicketState::kValidating && !has_failed(told, ticket);
  const bool turn = number >= 1 && number <= told.gates.size() &&
                    !told.gates[number - 1].approval && is_its_turn(told, ticket, number);
  if (!open || !turn) {
    problems_.add(17, "gate {} of {} is handed out and {}", number, told.id,
                  open ? "it is not its turn" : "its ticket waits for none");
  }
  for (const auto& [token, key] : reading_.held()) {
    const ReadAttempt& other = *reading_.attempt(token);
    const bool same = other.check && other.check->kind == CheckKind::kGate &&
                      key == TicketKey{fact.run, *fact.ticket} && other.check->number == number;
    if (same) problems_.add(17, "gate {} of {} is handed out twice", number, told.id);
  }
}

void MilestoneRules::check_started(const Fact& fact) {
  const ReadAttempt* attempt = reading_.attempt(fact.token);
  if (attempt != nullptr && attempt->check && attempt->alive && !attempt->started) return;
  problems_.add(17, "token {} starts as a check, and is none that is waited for",
                fact.token.number());
}

void MilestoneRules::check_ended(const Fact& fact) {
  const ReadAttempt* attempt = reading_.attempt(fact.token);
  if (attempt == nullptr || !attempt->alive || attempt->worker != fact.worker) {
    return problems_.add(17, "a check of token {} ends, which is over", fact.token.number());
  }
  if (attempt->check && fact.outcome == Outcome::kSucceeded && !attempt->started) {
    problems_.add(17, "token {} succeeds and was never started", fact.token.number());
  }
}

void MilestoneRules::attempt_ended(const Fact& fact, const ReadRun& run, const ReadTicket& ticket) {
  const Ticket& told = run.told(*fact.ticket);
  const Outcome outcome = *fact.outcome;
  if (outcome == Outcome::kSucceeded && !all_passed(told, ticket)) {
    problems_.add(17, "token {} of {} succeeds before its gates have passed", fact.token.number(),
                  told.id);
  }
  if (!ticket.left_slot) return;
  if (is_handed(fact.run, CheckKind::kGate, *fact.ticket)) {
    problems_.add(17, "token {} ends while a worker has a gate of it", fact.token.number());
  }
  const bool right = outcome == Outcome::kSucceeded || outcome == Outcome::kCancelled ||
                     (outcome == Outcome::kTakenBack && ticket.moving) ||
                     (outcome == Outcome::kGate && has_failed(told, ticket));
  if (!right) {
    problems_.add(17, "token {} was validated and ends as {}", fact.token.number(),
                  to_text(outcome));
  }
}

bool MilestoneRules::is_handed(RunId run, CheckKind kind, TicketIndex ticket) const {
  return std::ranges::any_of(reading_.held(), [&](const auto& held) {
    const ReadAttempt& attempt = *reading_.attempt(held.first);
    return attempt.check && attempt.check->kind == kind && held.second == TicketKey{run, ticket};
  });
}

// ---- Reviews

void MilestoneRules::review_opened(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  const Ticket& told = run.told(*fact.ticket);
  const auto number = static_cast<std::uint32_t>(*fact.number);
  const bool open = ticket.left_slot && ticket.state == TicketState::kValidating &&
                    ticket.token == fact.token && !has_failed(told, ticket) &&
                    !is_handed(fact.run, CheckKind::kGate, *fact.ticket);
  const bool turn = number >= 1 && number <= told.gates.size() && told.gates[number - 1].approval &&
                    is_its_turn(told, ticket, number);
  if (!open || !turn) problems_.add(17, "gate {} of {} is nobody's to review", number, told.id);
}

/// Once, and without a person not before its time.
void MilestoneRules::review_decided(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const ReadTicket& ticket = run.tickets[fact.ticket->index()];
  const Ticket& told = run.told(*fact.ticket);
  if (ticket.state != TicketState::kReview || ticket.review != fact.number ||
      ticket.token != fact.token) {
    return problems_.add(17, "a review of {} is decided that is not open", told.id);
  }
  if (fact.detail.find("nobody decided in time") == std::string::npos) return;
  const Gate& gate = told.gates[*ticket.review - 1];
  const bool approved = fact.outcome == Outcome::kSucceeded;
  if (!gate.timeout || approved != (gate.on_timeout == OnReviewTimeout::kApprove)) {
    problems_.add(17, "a review of {} is decided by nobody", told.id);
  }
}

// ---- The plan's gates

void MilestoneRules::plan_gate_assigned(const Fact& fact, const ReadRun& run) {
  const auto number = static_cast<std::size_t>(*fact.number);
  const bool known = number >= 1 && number <= run.plan_gates.size();
  if (known && goes_on(run) && run.plan_gates[number - 1].due &&
      run.plan_gates[number - 1].handed == Token{}) {
    return;
  }
  problems_.add(17, "gate {} of r{} is handed out and is not due", number, fact.run.number());
}

void MilestoneRules::plan_gate(const Fact& fact) {
  const ReadRun& run = *reading_.run(fact.run);
  const auto number = static_cast<std::size_t>(fact.number.value_or(0));
  if (number < 1 || number > run.plan_gates.size()) {
    return problems_.add(17, "r{} has no gate {}", fact.run.number(), number);
  }
  if (fact.kind == FactKind::kPlanGateEnded && run.plan_gates[number - 1].handed != Token{}) {
    problems_.add(17, "gate {} of r{} ends while a worker has it", number, fact.run.number());
  }
}

void MilestoneRules::run_ended(const Fact& fact, const ReadRun& run) {
  const auto add = [&](std::string_view what) {
    problems_.add(17, "run r{} ends as {} and {}", fact.run.number(), to_text(*fact.run_state),
                  what);
  };
  for (const auto& [token, key] : reading_.held()) {
    if (key.run == fact.run) add("a worker has something of it");
  }
  const auto has = [&](RollbackState state) {
    return std::ranges::find(run.tickets, state, &ReadTicket::rollback) != run.tickets.end();
  };
  const bool ended = is_final(*fact.run_state);
  if (ended && has(RollbackState::kPlanned) && !has(RollbackState::kFailed)) {
    add("something is still to be put back");
  }
  if (*fact.run_state == RunState::kStopped || *fact.run_state == RunState::kCancelled) return;
  Sequence last_end;
  for (const ReadTicket& ticket : run.tickets) {
    if (ticket.state != TicketState::kUndone) last_end = std::max(last_end, ticket.settled);
  }
  for (std::size_t i = 0; i < run.plan_gates.size(); ++i) {
    const ReadPlanGate& gate = run.plan_gates[i];
    if (gate.due || gate.handed != Token{}) add("a gate of its plan is due");
    const bool at_end = std::holds_alternative<AtEnd>(run.source->plan.plan_gates[i].every);
    if (at_end && gate.due_since < last_end) add("the gate at its end was not run");
  }
}

}  // namespace headway::sim
