#include "journal_checker.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway {

void JournalChecker::problem(const Fact& fact, const std::string& what) {
  problems_.push_back(
      fmt::format("fact {} ({}): {}", fact.sequence.number(), to_text(fact.kind), what));
}

void JournalChecker::read(const Fact& fact) {
  if (fact.sequence.number() != last_.number() + 1) problem(fact, "a number was left out");
  last_ = fact.sequence;
  switch (fact.kind) {
    case FactKind::kTicketAssigned:
      return assigned(fact);
    case FactKind::kAttemptStarted: {
      Seen& seen = tickets_[{fact.run, *fact.ticket}];
      if (!seen.alive || seen.token != fact.token || seen.started) problem(fact, "not handed out");
      seen.started = true;
      return;
    }
    case FactKind::kAttemptEnded:
      return attempt_ended(fact);
    case FactKind::kTicketEnded: {
      Seen& seen = tickets_[{fact.run, *fact.ticket}];
      if (seen.alive) problem(fact, "it is alive");
      if (seen.end) problem(fact, "it has ended before");
      seen.end = fact.ticket_state;
      return;
    }
    case FactKind::kRunEnded:
      return run_ended(fact);
    case FactKind::kTicketCancelling:
      if (!tickets_[{fact.run, *fact.ticket}].alive) problem(fact, "it is not alive");
      return;
    case FactKind::kTicketReopened:
      if (!tickets_[{fact.run, *fact.ticket}].end) problem(fact, "it has not ended");
      tickets_[{fact.run, *fact.ticket}] = {};
      reopened_.insert(fact.run);
      return;
    case FactKind::kRunResumed:
      // Of a run that has ended only when a ticket of it was opened again.
      if (is_final(runs_[fact.run]) && !reopened_.contains(fact.run)) problem(fact, "it has ended");
      runs_[fact.run] = RunState::kRunning;
      return;
    case FactKind::kRunSubmitted:
      if (runs_.contains(fact.run) && is_final(runs_[fact.run])) problem(fact, "it has ended");
      runs_[fact.run] = RunState::kRunning;
      return;
    case FactKind::kRunPaused:
      runs_[fact.run] = RunState::kPaused;
      return;
    case FactKind::kRunStopping:
      if (is_final(runs_[fact.run])) problem(fact, "it has ended");
      runs_[fact.run] = RunState::kStopping;
      return;
    case FactKind::kEpochStarted:
    case FactKind::kLockWait:
    case FactKind::kArtifact:
    case FactKind::kCheckpoint:
    case FactKind::kWorkerJoined:
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
    case FactKind::kWorkerDraining:
      return;
  }
}

bool JournalChecker::met(RunId run, const Edge& edge) {
  const std::optional<TicketState> end = tickets_[{run, edge.ticket}].end;
  switch (edge.kind) {
    case EdgeKind::kSoft:
      return true;
    case EdgeKind::kSequential:
      return end.has_value();
    case EdgeKind::kBlocking:
      return end == TicketState::kSucceeded ||
             (end == TicketState::kFailed &&
              plans_[run]->plan.tickets[edge.ticket.index()].allow_failure);
  }
  return false;
}

void JournalChecker::assigned(const Fact& fact) {
  if (fact.token <= last_token_) problem(fact, "the token did not grow");
  last_token_ = fact.token;
  if (runs_[fact.run] != RunState::kRunning) problem(fact, "its run is not running");
  Seen& seen = tickets_[{fact.run, *fact.ticket}];
  if (seen.alive) problem(fact, "it has an attempt that is alive");
  if (seen.end) problem(fact, "it has ended");
  const RunPlan& plan = *plans_[fact.run];
  for (const Edge edge : plan.graph->dependencies(*fact.ticket)) {
    if (!met(fact.run, edge)) problem(fact, "a dependency has not ended as required");
  }
  // A group that was opened stays open when a ticket before it is opened again.
  if (plan.plan.barriers && !reopened_.contains(fact.run)) {
    for (std::uint32_t i = 0; i < plan.graph->size(); ++i) {
      const bool before = plan.graph->group(TicketIndex{i}) < plan.graph->group(*fact.ticket);
      if (before && !tickets_[{fact.run, TicketIndex{i}}].end) {
        problem(fact, "a group before its own has not ended");
      }
    }
  }
  seen.token = fact.token;
  seen.alive = true;
  seen.started = false;
}

void JournalChecker::attempt_ended(const Fact& fact) {
  Seen& seen = tickets_[{fact.run, *fact.ticket}];
  if (!seen.alive || seen.token != fact.token) problem(fact, "no such attempt is alive");
  seen.alive = false;
  const Ticket& ticket = plans_[fact.run]->plan.tickets[fact.ticket->index()];
  const bool failed = fact.outcome == Outcome::kExit || fact.outcome == Outcome::kTimeout;
  if (failed && ++seen.failures > ticket.retry.max + 1) problem(fact, "it was tried too often");
  if (fact.ticket_state == TicketState::kReady) return;
  if (seen.end) problem(fact, "it has ended before");
  seen.end = fact.ticket_state;
}

void JournalChecker::run_ended(const Fact& fact) {
  if (is_final(runs_[fact.run])) problem(fact, "it has ended before");
  runs_[fact.run] = *fact.run_state;
  for (std::uint32_t i = 0; i < plans_[fact.run]->graph->size(); ++i) {
    const Seen& seen = tickets_[{fact.run, TicketIndex{i}}];
    if (seen.alive) problem(fact, "a ticket of it is alive");
    if (is_final(*fact.run_state) && !seen.end) problem(fact, "a ticket of it has not ended");
  }
}

}  // namespace headway
