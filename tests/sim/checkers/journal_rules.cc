#include "tests/sim/checkers/journal_rules.h"

#include <algorithm>
#include <set>

/// JournalRules: which fact is looked at how, and what has ended.

namespace headway::sim {

namespace {

constexpr std::uint32_t kMostLosses = 3;
/// Before a ticket goes out again that a worker has refused.
constexpr Duration kAfterRefusal = std::chrono::seconds{1};

std::optional<RetryCause> cause_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kExit:
      return RetryCause::kExit;
    case Outcome::kSignal:
      return RetryCause::kSignal;
    case Outcome::kTimeout:
      return RetryCause::kTimeout;
    case Outcome::kOutOfMemory:
      return RetryCause::kOutOfMemory;
    case Outcome::kCouldNotStart:
      return RetryCause::kCouldNotStart;
    case Outcome::kRequirement:
      return RetryCause::kRequirement;
    case Outcome::kGate:
      return RetryCause::kGate;
    case Outcome::kSucceeded:
    case Outcome::kWorkerLost:
    case Outcome::kKilledWorkers:
    case Outcome::kCancelled:
    case Outcome::kTakenBack:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Whether a ticket comes, over whatever has not ended, after one that is to be undone.
bool stands_on_put_back(const ReadRun& run, TicketIndex ticket) {
  std::vector<TicketIndex> open = {ticket};
  std::set<TicketIndex> seen = {ticket};
  while (!open.empty()) {
    const TicketIndex next = open.back();
    open.pop_back();
    for (const Edge edge : run.source->graph->dependencies(next)) {
      if (edge.kind == EdgeKind::kSoft || !seen.insert(edge.ticket).second) continue;
      const ReadTicket& base = run.tickets[edge.ticket.index()];
      const bool undone =
          base.state == TicketState::kSucceeded && base.rollback != RollbackState::kNone;
      if (undone) return true;
      open.push_back(edge.ticket);
    }
  }
  return false;
}

}  // namespace

bool is_failure(Outcome outcome) { return cause_of(outcome).has_value(); }

void JournalRules::check(const Fact& fact) {
  if (fact.sequence.number() != last_sequence_.number() + 1) {
    problems_.add(11, "fact {} follows fact {}", fact.sequence.number(), last_sequence_.number());
  }
  last_sequence_ = fact.sequence;
  if (reopened_for_rollback_ != RunId{} && fact.run == reopened_for_rollback_) {
    // A person wants something put back, or settled the last thing that was wrong with the run.
    const bool succeeds =
        fact.kind == FactKind::kRunEnded && fact.run_state == RunState::kSucceeded;
    if (fact.kind != FactKind::kRollbackPlanned && !succeeds) {
      problems_.add(4, "run r{} goes on and has nothing left", fact.run.number());
    }
    reopened_for_rollback_ = {};
  }
  milestones_.check(fact);
  switch (fact.kind) {
    case FactKind::kTicketAssigned:
      return assigned(fact);
    case FactKind::kAttemptStarted: {
      const ReadTicket* ticket = reading_.ticket({fact.run, *fact.ticket});
      if (ticket == nullptr || !ticket->alive || ticket->started || ticket->token != fact.token) {
        problems_.add(2, "fact {}: token {} starts, which is not handed out",
                      fact.sequence.number(), fact.token.number());
      }
      return;
    }
    case FactKind::kAttemptEnded:
      return attempt_ended(fact);
    case FactKind::kTicketEnded:
      return ticket_ended(fact);
    case FactKind::kRunEnded:
      return run_ended(fact);
    case FactKind::kRunPaused:
      return about_open_run(fact);
    case FactKind::kRunStopping:
      return run_stopping(fact);
    case FactKind::kTicketReopened: {
      const ReadTicket* ticket = reading_.ticket({fact.run, *fact.ticket});
      if (ticket == nullptr || !is_final(ticket->state)) {
        problems_.add(4, "fact {}: a ticket is opened again that has not ended",
                      fact.sequence.number());
      }
      return;
    }
    case FactKind::kCheckpoint: {
      const ReadTicket* ticket = reading_.ticket({fact.run, *fact.ticket});
      const bool there = ticket != nullptr && ticket->alive && !ticket->left_slot;
      if (!there || fact.number != ticket->checkpoints + 1) {
        problems_.add(4, "fact {}: checkpoint {} is out of order", fact.sequence.number(),
                      fact.number.value_or(0));
      }
      return;
    }
    case FactKind::kArtifact:
    case FactKind::kFileLeft:
      if (!reading_.alive().contains(fact.token)) {
        problems_.add(4, "fact {}: a file of token {}, which is not alive", fact.sequence.number(),
                      fact.token.number());
      }
      return;
    case FactKind::kRunSubmitted:
      if (reading_.run(fact.run) != nullptr) {
        problems_.add(1, "run r{} is submitted twice", fact.run.number());
      }
      return;
    case FactKind::kTicketCancelling: {
      const ReadTicket* ticket = reading_.ticket({fact.run, *fact.ticket});
      if (ticket == nullptr || !ticket->alive || ticket->token != fact.token) {
        problems_.add(4, "fact {}: token {} is to be cancelled, which is not alive",
                      fact.sequence.number(), fact.token.number());
      }
      return stopped_for_a_rollback(fact);
    }
    case FactKind::kRunResumed:
      return run_resumed(fact);
    case FactKind::kCheckAssigned:
      token_grows(fact);
      return at_worker(fact, true);
    case FactKind::kPlanChanged:
      about_open_run(fact);
      return plan_changed(fact);
    case FactKind::kRunLoad:
    case FactKind::kRunSteered:
    case FactKind::kParallelismSet:
    case FactKind::kResourceSet:
    case FactKind::kPrioritySet:
    case FactKind::kTicketPinned:
    case FactKind::kAttemptValidating:
    case FactKind::kCommandEnded:
    case FactKind::kReviewOpened:
    case FactKind::kReviewDecided:
    case FactKind::kRollbackPlanned:
    case FactKind::kRollbackEnded:
    case FactKind::kPlanGateDue:
    case FactKind::kPlanGateEnded:
      return about_open_run(fact);
    case FactKind::kEpochStarted:
    case FactKind::kLockWait:
    case FactKind::kCheckStarted:
    case FactKind::kCheckEnded:
    case FactKind::kRollbackSettled:
    case FactKind::kRegistryPruned:
    case FactKind::kRegistryVerified:
    case FactKind::kWorkerJoined:
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
    case FactKind::kWorkerDraining:
      return;
  }
}

void JournalRules::about_open_run(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr || is_final(run->state)) {
    problems_.add(4, "fact {}: {} of a run that has ended", fact.sequence.number(),
                  to_text(fact.kind));
  }
}

/// One that has ended goes on with tickets that were opened again, or to be put back.
void JournalRules::run_resumed(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr) return problems_.add(4, "r{} goes on and is unknown", fact.run.number());
  const auto has_work = [](const ReadTicket& each) {
    return !is_final(each.state) || each.rollback == RollbackState::kPlanned;
  };
  if (is_final(run->state) && std::ranges::none_of(run->tickets, has_work)) {
    reopened_for_rollback_ = fact.run;
  }
}

/// One that was stopped for good is stopped once more while what it did is put back.
void JournalRules::run_stopping(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr || run->state != RunState::kCancelled) return about_open_run(fact);
  if (fact.detail != "cancel") {
    problems_.add(8, "r{} was stopped for good and stops as {}", fact.run.number(), fact.detail);
  }
  run_resumed(fact);
}

void JournalRules::attempt_ended(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  const ReadTicket* ticket = reading_.ticket({fact.run, *fact.ticket});
  if (ticket == nullptr || !ticket->alive || ticket->token != fact.token) {
    problems_.add(4, "fact {}: token {} ends, which is not alive", fact.sequence.number(),
                  fact.token.number());
    return;
  }
  const ReadAttempt* attempt = reading_.attempt(fact.token);
  if (attempt->worker != fact.worker) {
    problems_.add(15, "token {} is ended by a worker that it was not given to",
                  fact.token.number());
  }
  if (*fact.outcome == Outcome::kSucceeded && !ticket->started) {
    problems_.add(4, "token {} succeeds and was never started", fact.token.number());
  }
  milestones_.attempt_ended(fact, *run, *ticket);
  next_state(fact, *run, *ticket);
  pause_before_next(fact, *run, *ticket);
}

void JournalRules::pause_before_next(const Fact& fact, const ReadRun& run,
                                     const ReadTicket& ticket) {
  if (fact.ticket_state != TicketState::kReady) return;
  const Duration pause = fact.delay.value_or(Duration{});
  Duration least{};
  Duration most = *fact.outcome == Outcome::kTakenBack ? kAfterRefusal : Duration{};
  if (is_failure(*fact.outcome)) {
    const RetryPolicy& policy = run.definition(*fact.ticket).retry;
    double seconds = to_seconds(policy.backoff);
    for (std::int32_t i = 0; i < ticket.failures; ++i) seconds *= policy.factor;
    most = from_seconds(seconds) + kRounding;
    least = most - 2 * kRounding;
  }
  if (pause >= least && pause <= most) return;
  problems_.add(10, "token {} ended as {}, and its ticket rests for {:.3f} s", fact.token.number(),
                to_text(*fact.outcome), to_seconds(pause));
}

void JournalRules::next_state(const Fact& fact, const ReadRun& run, const ReadTicket& ticket) {
  const Outcome outcome = *fact.outcome;
  const TicketState next = *fact.ticket_state;
  const bool stopped = run.state == RunState::kStopping && !run.preserve;
  const bool cancelling = stopped || ticket.cancelling;
  const RetryPolicy& policy = run.definition(*fact.ticket).retry;
  const auto expect = [&](bool right, int invariant) {
    if (right) return;
    problems_.add(invariant, "token {} ended as {} and its ticket became {}", fact.token.number(),
                  to_text(outcome), to_text(next));
  };
  if (outcome == Outcome::kSucceeded) return expect(next == TicketState::kSucceeded, 4);
  if (outcome == Outcome::kCancelled) {
    const bool asked = run.ever_cancelled || ticket.cancelling || fact.token <= last_of_former_;
    return expect(next == TicketState::kCancelled && asked, 4);
  }
  const std::uint32_t losses = ticket.losses + (fact.number.value_or(0) != 0 ? 1 : 0);
  if (outcome == Outcome::kKilledWorkers) {
    return expect(next == TicketState::kFailed && losses >= kMostLosses, 10);
  }
  if (const auto cause = cause_of(outcome)) {
    const bool listed = std::ranges::find(policy.when, *cause) != policy.when.end();
    const bool again = listed && ticket.failures < policy.max && !run.failing;
    if (!again) return expect(next == TicketState::kFailed, 10);
    return expect(next == (cancelling ? TicketState::kCancelled : TicketState::kReady), 10);
  }
  // Lost or taken back: it goes out again.
  if (losses >= kMostLosses) return expect(false, 10);
  const TicketState again = cancelling    ? TicketState::kCancelled
                            : run.failing ? TicketState::kAborted
                                          : TicketState::kReady;
  expect(next == again, 4);
}

/// Nothing else is kept from going on by what is put back.
void JournalRules::stopped_for_a_rollback(const Fact& fact) {
  if (!fact.detail.starts_with("what it stands on is put back")) return;
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr || stands_on_put_back(*run, *fact.ticket)) return;
  problems_.add(17, "{} is stopped and stands on nothing that is put back",
                run->definition(*fact.ticket).id);
}

void JournalRules::ticket_ended(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  const ReadTicket* ticket = reading_.ticket({fact.run, *fact.ticket});
  if (ticket == nullptr) return;
  const std::string& id = run->definition(*fact.ticket).id;
  if (ticket->alive || is_final(ticket->state)) {
    problems_.add(4, "{} ends as {} though it {}", id, to_text(*fact.ticket_state),
                  ticket->alive ? "is alive" : "has ended");
  }
  stopped_for_a_rollback(fact);
  if (*fact.ticket_state != TicketState::kAborted) return;
  const auto& blocking = run->definition(*fact.ticket).dependencies.blocking;
  const bool lost = std::ranges::any_of(blocking, [&](const std::string& other) {
    const TicketIndex* index = run->source->graph->find(other);
    return index != nullptr && is_final(run->tickets[index->index()].state) &&
           !run->satisfied(*index);
  });
  if (!lost && !run->failing && !stands_on_put_back(*run, *fact.ticket)) {
    problems_.add(4, "{} is aborted for no reason", id);
  }
}

void JournalRules::run_ended(const Fact& fact) {
  const ReadRun* run = reading_.run(fact.run);
  if (run == nullptr || is_final(run->state)) {
    problems_.add(4, "run r{} ends twice", fact.run.number());
    return;
  }
  bool good = true;
  for (std::uint32_t i = 0; i < run->tickets.size(); ++i) {
    const ReadTicket& ticket = run->tickets[i];
    good = good && (run->is_removed(TicketIndex{i}) || run->satisfied(TicketIndex{i}));
    good = good && ticket.rollback != RollbackState::kFailed;
    const bool waits = ticket.left_slot && *fact.run_state == RunState::kStopped;
    if (ticket.alive && !waits) {
      problems_.add(8, "run r{} ends while token {} is alive", fact.run.number(),
                    ticket.token.number());
    } else if (is_final(*fact.run_state) && !is_final(ticket.state)) {
      problems_.add(4, "run r{} ends as {} before {}", fact.run.number(), to_text(*fact.run_state),
                    run->definition(TicketIndex{i}).id);
    }
  }
  for (std::size_t i = 0; i < run->plan_gates.size(); ++i) {
    const bool fails = run->source->plan.plan_gates[i].on_fail == OnPlanGateFail::kFail;
    good = good && !(fails && run->plan_gates[i].failing);
  }
  milestones_.run_ended(fact, *run);
  const bool by_person =
      *fact.run_state == RunState::kStopped || *fact.run_state == RunState::kCancelled;
  if (by_person && run->state != RunState::kStopping) {
    problems_.add(8, "run r{} ends as {} and nobody stopped it", fact.run.number(),
                  to_text(*fact.run_state));
  }
  if (!by_person && good != (*fact.run_state == RunState::kSucceeded)) {
    problems_.add(4, "run r{} ends as {}", fact.run.number(), to_text(*fact.run_state));
  }
}

}  // namespace headway::sim
