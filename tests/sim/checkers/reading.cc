#include "tests/sim/checkers/reading.h"

#include <algorithm>

namespace headway::sim {

bool ReadRun::satisfied(TicketIndex ticket) const {
  const TicketState end = tickets[ticket.index()].state;
  return end == TicketState::kSucceeded ||
         (end == TicketState::kFailed && definition(ticket).allow_failure);
}

bool ReadRun::is_removed(TicketIndex ticket) const {
  return std::ranges::find(source->removed, ticket) != source->removed.end();
}

std::optional<std::int64_t> ReadRun::limit() const {
  if (parallelism) return *parallelism == 0 ? std::nullopt : parallelism;
  if (source->options.max_parallel) return source->options.max_parallel;
  return source->plan.max_parallel;
}

std::optional<std::int64_t> ReadRun::amount(const std::string& resource) const {
  if (const auto set = resources.find(resource); set != resources.end()) return set->second;
  for (const ResourceAmount& counted : source->plan.resources) {
    if (counted.name == resource) return counted.thousandths;
  }
  return std::nullopt;
}

const ReadRun* Reading::run(RunId id) const {
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : &found->second;
}

const ReadTicket* Reading::ticket(TicketKey key) const {
  const ReadRun* of = run(key.run);
  if (of == nullptr || key.ticket.index() >= of->tickets.size()) return nullptr;
  return &of->tickets[key.ticket.index()];
}

const ReadAttempt* Reading::attempt(Token token) const {
  const auto found = attempts_.find(token);
  return found == attempts_.end() ? nullptr : &found->second;
}

const ReadWorker& Reading::worker(WorkerId id) const {
  static const ReadWorker kNobody;
  const auto found = workers_.find(id);
  return found == workers_.end() ? kNobody : found->second;
}

ReadTicket* Reading::find(const Fact& fact) {
  const auto found = runs_.find(fact.run);
  if (found == runs_.end() || !fact.ticket) return nullptr;
  if (fact.ticket->index() >= found->second.tickets.size()) return nullptr;
  return &found->second.tickets[fact.ticket->index()];
}

void Reading::read(const Fact& fact, Instant now) {
  ReadTicket* ticket = find(fact);
  switch (fact.kind) {
    case FactKind::kEpochStarted:
      ++epoch_;
      for (auto& [id, worker] : workers_) worker.joined = false;
      return;
    case FactKind::kRunSubmitted: {
      ReadRun& run = runs_[fact.run];
      run = {};
      run.source = plans_.at(fact.run);
      run.tickets.resize(run.source->plan.tickets.size());
      take_plan_gates(run, {}, fact.sequence);
      for (const ResourceAmount& counted : run.source->plan.resources) {
        run.most_ever[counted.name] = counted.thousandths;
      }
      return;
    }
    case FactKind::kPlanChanged: {
      ReadRun& run = runs_[fact.run];
      const std::vector<PlanGate> former = run.source->plan.plan_gates;
      run.source = version(fact);
      run.tickets.resize(run.source->plan.tickets.size());
      take_plan_gates(run, former, fact.sequence);
      return;
    }
    case FactKind::kRunPaused:
      runs_[fact.run].state = RunState::kPaused;
      return;
    case FactKind::kRunResumed:
      return run_resumed(fact.run);
    case FactKind::kRunStopping:
      runs_[fact.run].state = RunState::kStopping;
      runs_[fact.run].preserve = fact.detail.starts_with("preserve");
      runs_[fact.run].ever_stopped = true;
      if (!runs_[fact.run].preserve) runs_[fact.run].ever_cancelled = true;
      return;
    case FactKind::kRunEnded:
      return run_ended(fact);
    case FactKind::kTicketAssigned:
      if (ticket != nullptr) ticket_assigned(fact, *ticket);
      return;
    case FactKind::kAttemptStarted:
      if (ticket == nullptr) return;
      ticket->state = TicketState::kRunning;
      ticket->started = ticket->touched = true;
      return;
    case FactKind::kAttemptValidating:
      if (ticket != nullptr) ticket->state = TicketState::kValidating;
      return;
    case FactKind::kCommandEnded:
    case FactKind::kCheckAssigned:
    case FactKind::kCheckStarted:
    case FactKind::kCheckEnded:
      return read_check(fact, ticket);
    case FactKind::kReviewOpened:
    case FactKind::kReviewDecided:
      if (ticket != nullptr) read_review(fact, *ticket, now);
      return;
    case FactKind::kRollbackPlanned:
    case FactKind::kRollbackEnded:
    case FactKind::kRollbackSettled:
      if (ticket != nullptr) read_rollback(fact, *ticket);
      return;
    case FactKind::kPlanGateDue:
    case FactKind::kPlanGateEnded:
      return read_plan_gate(fact);
    case FactKind::kAttemptEnded:
      if (ticket != nullptr) attempt_ended(fact, now);
      return;
    case FactKind::kCheckpoint:
      if (ticket != nullptr) ticket->checkpoints = static_cast<std::uint32_t>(*fact.number);
      return;
    case FactKind::kTicketEnded:
      if (ticket == nullptr) return;
      ticket->state = fact.ticket_state.value_or(TicketState::kWaiting);
      ticket->settled = fact.sequence;
      return;
    case FactKind::kTicketCancelling:
      if (ticket != nullptr) ticket->cancelling = true;
      return;
    case FactKind::kTicketReopened:
      if (ticket == nullptr) return;
      ticket->state = TicketState::kWaiting;
      ++ticket->generation;
      ticket->failures = 0;
      ticket->losses = 0;
      ticket->delay = {};
      ticket->touched = ticket->rollback_begun = ticket->rollback_ran = false;
      ticket->rollback = RollbackState::kNone;
      runs_[fact.run].failing = false;  // whoever opens it again wants the run to go on
      return;
    case FactKind::kWorkerJoined:
      return worker_joined(fact);
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
      workers_[fact.worker].joined = false;
      return;
    case FactKind::kWorkerDraining:
      workers_[fact.worker].draining = true;
      return;
    case FactKind::kParallelismSet:
      runs_[fact.run].parallelism = fact.number;
      return;
    case FactKind::kResourceSet:
      runs_[fact.run].resources[fact.detail] = fact.number.value_or(-1);
      runs_[fact.run].most_ever[fact.detail] =
          std::max(runs_[fact.run].most_ever[fact.detail], fact.number.value_or(-1));
      return;
    case FactKind::kPrioritySet:
      if (ticket != nullptr) ticket->priority = fact.detail;
      return;
    case FactKind::kTicketPinned:
      if (ticket == nullptr) return;
      ticket->pinned = fact.worker;
      ticket->moving = ticket->moving || fact.number == 1;
      return;
    case FactKind::kRunLoad:
    case FactKind::kRunSteered:
    case FactKind::kLockWait:
    case FactKind::kArtifact:
    case FactKind::kFileLeft:
    case FactKind::kRegistryPruned:
    case FactKind::kRegistryVerified:
      return;
  }
}

void Reading::ticket_assigned(const Fact& fact, ReadTicket& ticket) {
  ticket.state = TicketState::kAssigned;
  ticket.token = fact.token;
  ticket.alive = true;
  ticket.started = false;
  ticket.handed_by = runs_[fact.run].source;
  ticket.checkpoints = 0;
  ticket.slot_gates = static_cast<std::uint32_t>(fact.number.value_or(0));
  ticket.passed.clear();
  ticket.review.reset();
  ticket.gate_failures.clear();
  ticket.hopeless = false;
  const TicketKey key{fact.run, *fact.ticket};
  attempts_[fact.token] = {key, fact.worker, true, std::nullopt};
  attempts_[fact.token].life = workers_[fact.worker].incarnation;
  alive_[fact.token] = held_[fact.token] = key;
}

void Reading::worker_joined(const Fact& fact) {
  ReadWorker& worker = workers_[fact.worker];
  worker.name = fact.detail;
  worker.slots = static_cast<std::uint32_t>(fact.number.value_or(0));
  worker.joined = true;
  if (worker.incarnation != fact.digest) worker.draining = false;
  worker.incarnation = fact.digest;
}

void Reading::tally(const Fact& fact, const Ticket& ticket, bool succeeded) {
  if (ticket.category.empty()) return;
  ReadTally& tally = tallies_[{fact.worker, ticket.category}];
  ++tally.ended;
  if (!succeeded) return;
  ++tally.succeeded;
  if (!ticket.estimate) return;
  using std::chrono::microseconds;
  ++tally.timed;
  tally.took += std::chrono::floor<microseconds>(fact.elapsed.value_or(Duration{}));
  tally.estimated += *ticket.estimate;
}

void Reading::attempt_ended(const Fact& fact, Instant now) {
  ReadTicket& ticket = *find(fact);
  ReadRun& run = runs_[fact.run];
  const Ticket& told = run.told(*fact.ticket);
  ticket.state = fact.ticket_state.value_or(TicketState::kWaiting);
  ticket.alive = false;
  ticket.left_slot = false;
  if (is_final(ticket.state)) ticket.settled = fact.sequence;
  ticket.cancelling = false;
  ticket.moving = false;
  ticket.delay = fact.delay.value_or(Duration{});
  ticket.ended_at = now;
  ticket.ended_in = epoch_;
  if (fact.number.value_or(0) != 0) ++ticket.losses;
  switch (fact.outcome.value_or(Outcome::kSucceeded)) {
    case Outcome::kExit:
    case Outcome::kSignal:
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
    case Outcome::kCouldNotStart:
    case Outcome::kRequirement:
    case Outcome::kGate:
      if (ticket.state == TicketState::kReady) ++ticket.failures;
      tally(fact, told, false);
      break;
    case Outcome::kSucceeded:
      tally(fact, told, true);
      break;
    case Outcome::kWorkerLost:
    case Outcome::kKilledWorkers:
    case Outcome::kCancelled:
    case Outcome::kTakenBack:
      break;
  }
  if (ticket.state == TicketState::kFailed && !run.satisfied(*fact.ticket) &&
      run.source->plan.on_failure == OnFailure::kFailFast) {
    run.failing = true;
  }
  const auto attempt = attempts_.find(fact.token);
  if (attempt != attempts_.end() && attempt->second.alive) {
    attempt->second.alive = false;
    attempt->second.outcome = fact.outcome;
  }
  alive_.erase(fact.token);
  held_.erase(fact.token);
}

}  // namespace headway::sim
