#include "coordinator/core/evolve.h"

#include <charconv>

#include "common/base/check.h"
#include "coordinator/core/evolution.h"

namespace headway {

void Evolution::apply() {
  HW_CHECK(fact_.sequence.number() > state_.last_sequence.number(), "facts go backwards");
  state_.last_sequence = fact_.sequence;
  meter();
  switch (fact_.kind) {
    case FactKind::kEpochStarted:
      state_.epoch = Epoch{state_.epoch.number() + 1};
      for (auto& [id, worker] : state_.workers) worker.joined = false;
      state_.joined_slots = 0;
      return;
    case FactKind::kRunSubmitted:
      return run_submitted();
    case FactKind::kRunPaused:
      run().state = RunState::kPaused;
      return;
    case FactKind::kRunResumed:
      run().state = RunState::kRunning;
      run().finished_at = {};
      return try_plan_gates_again();
    case FactKind::kRunStopping:
      run().state = RunState::kStopping;
      run().finished_at = {};
      run().preserve = fact_.detail.starts_with("preserve");
      run().force = fact_.detail.ends_with("force");
      return;
    case FactKind::kRunEnded:
      return run_ended();
    case FactKind::kRunLoad:
      if (const auto load = parse_load(fact_.detail, AgentTime{fact_.number.value_or(0)})) {
        run().meter.load.add(*load);
      }
      return;
    case FactKind::kRunSteered:
      return;  // for people; what follows from it has facts of its own
    case FactKind::kParallelismSet:
      run().parallelism = static_cast<std::int32_t>(fact_.number.value_or(0));
      return;
    case FactKind::kResourceSet:
      run().resources[fact_.detail] = fact_.number.value_or(0);
      return;
    case FactKind::kPlanChanged:
      return plan_changed();
    case FactKind::kPrioritySet:
      record().priority = from_text<Priority>(fact_.detail);
      return;
    case FactKind::kTicketPinned:
      record().pinned = fact_.worker;
      if (fact_.number.value_or(0) == 0) return;
      record().moving = true;
      return drop_due_gates(run(), *fact_.ticket);
    case FactKind::kLockWait:
      record().lock_wait_since = fact_.at;
      return;
    case FactKind::kTicketAssigned:
      return ticket_assigned();
    case FactKind::kAttemptStarted:
      return attempt_started();
    case FactKind::kAttemptEnded:
      return attempt_ended();
    case FactKind::kAttemptValidating:
      return attempt_validating();
    case FactKind::kCommandEnded:
      return command_ended();
    case FactKind::kCheckAssigned:
      return check_assigned();
    case FactKind::kCheckStarted:
      return check_started();
    case FactKind::kCheckEnded:
      return check_ended();
    case FactKind::kReviewOpened:
      return review_opened();
    case FactKind::kReviewDecided:
      return review_decided();
    case FactKind::kRollbackPlanned:
      return rollback_planned();
    case FactKind::kRollbackEnded:
      return rollback_ended();
    case FactKind::kRollbackSettled:
      return put_back(RollbackState::kSettled);
    case FactKind::kPlanGateDue:
      return plan_gate_due();
    case FactKind::kPlanGateEnded:
      return plan_gate_ended();
    case FactKind::kRegistryPruned:
    case FactKind::kRegistryVerified:
      return;  // for people
    case FactKind::kTicketEnded:
      return ticket_ended();
    case FactKind::kTicketCancelling:
      record().cancelling = true;
      return drop_due_gates(run(), *fact_.ticket);
    case FactKind::kTicketReopened:
      return ticket_reopened();
    case FactKind::kCheckpoint:
      record().checkpoints = static_cast<std::uint32_t>(fact_.number.value_or(0));
      // One whose check failed is nothing to go on from.
      if (fact_.outcome.value_or(Outcome::kSucceeded) == Outcome::kSucceeded) {
        record().checkpoint = fact_.detail;
      }
      return;
    case FactKind::kArtifact:
      run().artifacts[*fact_.ticket].push_back(fact_.detail);
      return file_left();
    case FactKind::kFileLeft:
      return file_left();
    case FactKind::kWorkerJoined:
      return worker_joined();
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
      return leave(fact_.worker);
    case FactKind::kWorkerDraining:
      state_.workers[fact_.worker].draining = true;
      state_.workers[fact_.worker].restarting = fact_.number.value_or(0) != 0;
      return;
  }
}

/// Time has passed since the last fact, for its run, or for all where the agents change.
void Evolution::meter() {
  const auto pass = [&](Run& passing) {
    passing.meter.advance(fact_.at, passing.uses_agents(), state_.joined_slots, passing.running());
  };
  if (fact_.run == RunId{}) {
    for (auto& [id, each] : state_.runs) pass(each);
  } else {
    pass(run());
  }
}

void Evolution::leave(WorkerId id) {
  WorkerRecord& worker = state_.workers[id];
  if (worker.joined) state_.joined_slots -= worker.slots;
  worker.joined = false;
}

void Evolution::worker_joined() {
  leave(fact_.worker);
  WorkerRecord& worker = state_.workers[fact_.worker];
  worker.name = fact_.detail;
  worker.slots = static_cast<std::uint32_t>(fact_.number.value_or(0));
  worker.joined = true;
  state_.joined_slots += worker.slots;
  std::uint64_t incarnation = 0;
  std::from_chars(fact_.digest.data(), fact_.digest.data() + fact_.digest.size(), incarnation, 16);
  if (worker.incarnation != incarnation) worker.draining = worker.restarting = false;
  worker.incarnation = incarnation;
  state_.worker_by_name[worker.name] = fact_.worker;
}

void evolve(State& state, const Fact& fact, Changes& changes) {
  Evolution(state, fact, changes).apply();
}

}  // namespace headway
