#include <algorithm>

#include "tests/sim/checkers/meeting.h"
#include "tests/sim/checkers/reading.h"

/// What the journal says of gates, reviews, rollbacks and the plan's gates.

namespace headway::sim {

namespace {

/// Whether it ended by what it did: it says something, then.
bool says_something(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSucceeded:
    case Outcome::kExit:
    case Outcome::kSignal:
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
    case Outcome::kCouldNotStart:
    case Outcome::kRequirement:
    case Outcome::kGate:
    case Outcome::kKilledWorkers:
      return true;
    case Outcome::kWorkerLost:
    case Outcome::kCancelled:
    case Outcome::kTakenBack:
      return false;
  }
  return false;
}

}  // namespace

void Reading::read_check(const Fact& fact, ReadTicket* ticket) {
  if (fact.kind == FactKind::kCheckEnded) return check_ended(fact, ticket);
  if (fact.kind == FactKind::kCheckStarted) {
    attempts_[fact.token].started = true;
    return;
  }
  if (fact.kind == FactKind::kCommandEnded) {
    if (ticket == nullptr) return;
    ticket->state = TicketState::kValidating;
    ticket->left_slot = true;
    attempts_[fact.token].alive = false;
    attempts_[fact.token].outcome = Outcome::kSucceeded;
    held_.erase(fact.token);
    return;
  }
  const TicketKey key{fact.run, fact.ticket.value_or(TicketIndex{})};
  const CheckRef check{from_text<CheckKind>(fact.digest).value_or(CheckKind::kGate), key.ticket,
                       static_cast<std::uint32_t>(fact.number.value_or(0))};
  attempts_[fact.token] = {key, fact.worker, true, std::nullopt, check};
  attempts_[fact.token].life = workers_[fact.worker].incarnation;
  held_[fact.token] = key;
  if (check.kind == CheckKind::kPlanGate) {
    ReadPlanGate& gate = runs_[fact.run].plan_gates.at(check.number - 1);
    gate.due = false;
    gate.handed = fact.token;
  } else if (check.kind == CheckKind::kRollback && ticket != nullptr) {
    ticket->rollback_begun = true;
  }
}

void Reading::check_ended(const Fact& fact, ReadTicket* ticket) {
  ReadAttempt& attempt = attempts_[fact.token];
  const Outcome outcome = fact.outcome.value_or(Outcome::kWorkerLost);
  const auto number = static_cast<std::uint32_t>(fact.number.value_or(0));
  if (!attempt.check) {
    const bool gate = fact.digest == to_text(CheckKind::kGate);
    if (gate && outcome == Outcome::kSucceeded) ticket->passed.insert(number);
    return;
  }
  attempt.alive = false;
  attempt.outcome = outcome;
  held_.erase(fact.token);
  if (attempt.check->kind == CheckKind::kGate) {
    if (outcome == Outcome::kSucceeded) {
      ticket->passed.insert(number);
    } else if (says_something(outcome)) {
      ++ticket->gate_failures[number];
      if (outcome == Outcome::kKilledWorkers) ticket->hopeless = true;
    }
  } else if (attempt.check->kind == CheckKind::kPlanGate) {
    ReadPlanGate& gate = runs_[fact.run].plan_gates.at(number - 1);
    gate.handed = {};
    if (!says_something(outcome)) gate.due = true;
  } else if (outcome == Outcome::kSucceeded) {
    ticket->rollback_ran = true;
  }
}

void Reading::read_review(const Fact& fact, ReadTicket& ticket, Instant now) {
  const auto number = static_cast<std::uint32_t>(fact.number.value_or(0));
  if (fact.kind == FactKind::kReviewOpened) {
    ticket.state = TicketState::kReview;
    ticket.review = number;
    ticket.review_since = now;
    return;
  }
  ticket.state = TicketState::kValidating;
  ticket.review.reset();
  if (fact.outcome == Outcome::kSucceeded) {
    ticket.passed.insert(number);
  } else {
    ticket.hopeless = true;
  }
}

void Reading::read_rollback(const Fact& fact, ReadTicket& ticket) {
  if (fact.kind == FactKind::kRollbackPlanned) {
    ticket.rollback = RollbackState::kPlanned;
    return;
  }
  if (fact.kind == FactKind::kRollbackSettled) {
    ticket.rollback = RollbackState::kSettled;
  } else {
    ticket.rollback =
        fact.outcome == Outcome::kSucceeded ? RollbackState::kDone : RollbackState::kFailed;
  }
  if (!fact.ticket_state) return;
  ticket.state = *fact.ticket_state;
  ticket.settled = fact.sequence;
}

void Reading::read_plan_gate(const Fact& fact) {
  ReadRun& run = runs_[fact.run];
  const auto index = static_cast<std::size_t>(fact.number.value_or(1) - 1);
  ReadPlanGate& gate = run.plan_gates.at(index);
  if (fact.kind == FactKind::kPlanGateDue) {
    gate.due = true;
    gate.due_since = fact.sequence;
    return;
  }
  gate.failing = fact.outcome != Outcome::kSucceeded;
  ++(gate.failing ? gate.failed : gate.passed);
  const bool fails = run.source->plan.plan_gates[index].on_fail == OnPlanGateFail::kFail;
  if (gate.failing && fails) run.failing = true;
}

/// Whoever lets a run go on wants to know whether the gates pass now that have paused it.
void Reading::run_resumed(RunId id) {
  ReadRun& run = runs_[id];
  run.state = RunState::kRunning;
  for (std::size_t i = 0; i < run.plan_gates.size(); ++i) {
    ReadPlanGate& gate = run.plan_gates[i];
    if (!gate.failing || run.source->plan.plan_gates[i].on_fail != OnPlanGateFail::kPause) continue;
    gate.failing = false;
    if (gate.handed == Token{}) gate.due = true;
  }
}

void Reading::run_ended(const Fact& fact) {
  ReadRun& run = runs_[fact.run];
  run.state = fact.run_state.value_or(RunState::kRunning);
}

/// Other gates than before count from now on.
void Reading::take_plan_gates(ReadRun& run, const std::vector<PlanGate>& former, Sequence now) {
  if (run.source->plan.plan_gates == former) return;
  run.plan_gates.assign(run.source->plan.plan_gates.size(), ReadPlanGate{});
  for (ReadPlanGate& gate : run.plan_gates) gate.due_since = now;
}

}  // namespace headway::sim
