#include "coordinator/core/evolve.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "common/base/check.h"
#include "common/plan/words.h"
#include "coordinator/core/evolution.h"
#include "coordinator/core/evolve_plan.h"

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

void Evolution::run_submitted() {
  Run& submitted = run();
  submitted.submitted_at = fact_.at;
  submitted.meter = {};
  submitted.meter.at = fact_.at;
  state_.last_run = std::max(state_.last_run, submitted.id);
  const PlanGraph& graph = submitted.graph();
  const Plan& plan = submitted.plan();
  submitted.tickets.resize(graph.size());
  submitted.plan_gates.resize(plan.plan_gates.size());
  for (const Artifact& file : submitted.source->options.files) {
    submitted.files[file.path].file = file;
  }
  for (PlanGateRecord& gate : submitted.plan_gates) gate.due_at = fact_.at;
  submitted.group_left.assign(graph.group_count(), 0);
  submitted.open_groups = plan.barriers ? std::min(1U, graph.group_count()) : graph.group_count();
  count_of(submitted, TicketState::kWaiting) = static_cast<std::uint32_t>(graph.size());
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    const TicketIndex ticket{i};
    ++submitted.group_left[graph.group(ticket)];
    TicketRecord& waiting = submitted.tickets[i];
    for (const Edge edge : graph.dependencies(ticket)) {
      if (edge.kind != EdgeKind::kSoft) ++waiting.unmet;
    }
    if (graph.group(ticket) < submitted.open_groups) {
      ++submitted.open_left;
    } else {
      ++waiting.unmet;
    }
  }
  if (plan.barriers) {
    std::vector<TicketIndex>& behind = submitted.behind;
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      if (graph.group(TicketIndex{i}) >= submitted.open_groups) behind.emplace_back(i);
    }
    std::ranges::sort(behind, std::greater{},
                      [&](TicketIndex ticket) { return std::pair(graph.group(ticket), ticket); });
  }
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    if (submitted.tickets[i].unmet == 0) move(submitted, TicketIndex{i}, TicketState::kReady);
  }
}

void Evolution::run_ended() {
  HW_CHECK(fact_.run_state.has_value(), "a run ended without a state");
  Run& ended = run();
  ended.state = *fact_.run_state;
  ended.finished_at = fact_.at;
}

void Evolution::plan_changed() {
  Run& of = run();
  HW_CHECK(of.offered != nullptr && of.offered->version == fact_.number.value_or(0),
           "the plan changed to a version that nobody knows");
  take_plan(of);
  for (std::uint32_t i = 0; i < of.tickets.size(); ++i) {
    const TicketRecord& ticket = of.tickets[i];
    if (ticket.state == TicketState::kReady && ticket.unmet > 0) {
      move(of, TicketIndex{i}, TicketState::kWaiting);
    } else if (ticket.state == TicketState::kWaiting && ticket.unmet == 0) {
      move(of, TicketIndex{i}, TicketState::kReady);
    }
  }
}

void Evolution::ticket_assigned() {
  TicketRecord& assigned = record();
  HW_CHECK(assigned.state == TicketState::kReady, "a ticket was handed out that was not ready");
  HW_CHECK(fact_.token > state_.last_token, "tokens go backwards");
  state_.last_token = fact_.token;
  assigned.token = fact_.token;
  assigned.worker = fact_.worker;
  assigned.life = state_.workers[fact_.worker].incarnation;
  assigned.version = run().source->version;
  assigned.slot = {};
  assigned.started_at = {};
  assigned.checkpoints = 0;
  assigned.slot_gates = static_cast<std::uint32_t>(fact_.number.value_or(0));
  run().artifacts.erase(*fact_.ticket);
  begin_changing(run().files, run().ticket(*fact_.ticket), *fact_.ticket);
  ++assigned.attempts;
  state_.attempts[fact_.token] = {{fact_.run, *fact_.ticket}, assigned.attempts};
  if (assigned.lock_wait_since != WallTime{}) {
    RunTotals& totals = run().totals;
    ++totals.lock_waits;
    totals.lock_wait_time += std::max<Duration>(fact_.at - assigned.lock_wait_since, Duration{});
    assigned.lock_wait_since = {};
  }
  move(run(), *fact_.ticket, TicketState::kAssigned);
}

void Evolution::attempt_started() {
  TicketRecord& started = record();
  HW_CHECK(started.token == fact_.token && started.state == TicketState::kAssigned,
           "an attempt started that was not handed out");
  started.slot = fact_.slot;
  started.started_at = fact_.at;
  RunMeter& meter = run().meter;
  const AgentTime queued = fact_.at - started.ready_since;
  const auto rest = std::chrono::duration_cast<AgentTime>(started.retry_delay);
  meter.queue_time += std::max(queued - rest, AgentTime{});
  ++meter.starts;
  move(run(), *fact_.ticket, TicketState::kRunning);
}

void Evolution::attempt_ended() {
  HW_CHECK(fact_.outcome && fact_.ticket_state, "an attempt ended without an outcome");
  TicketRecord& ended = record();
  HW_CHECK(ended.token == fact_.token && is_alive(ended.state),
           "an attempt ended that was not alive");
  Run& of = run();
  ended.outcome = fact_.outcome;
  ended.exit_code = fact_.exit_code;
  ended.detail = fact_.detail;
  ended.elapsed = fact_.elapsed.value_or(Duration{});
  ended.ended_at = fact_.at;
  measure_end(of, ended);
  ended.retry_delay = fact_.delay.value_or(Duration{});
  // Its requirements have run, and change nothing.
  const bool kept_from_running =
      fact_.outcome == Outcome::kRequirement || fact_.outcome == Outcome::kCouldNotStart;
  const bool began = ended.started_at != WallTime{} && !kept_from_running;
  if (began) ended.touched = true;
  end_changing(of.files, of.attempt_ticket(*fact_.ticket), *fact_.ticket, began);
  // `number` says whether this loss is laid at the ticket's door.
  if (fact_.number.value_or(0) != 0) ++ended.workers_lost;

  WorkerRecord& worker = state_.workers[fact_.worker];
  if (fact_.slot != SlotId{}) {
    worker.last[fact_.slot] = {fact_.run, of.ticket(*fact_.ticket).id, *fact_.outcome};
  }
  state_.track_record.credit(fact_, of.attempt_ticket(*fact_.ticket), changes_.tallies);
  if (ended_by_itself(*fact_.outcome)) {
    ++of.totals.executions;
    of.totals.execution_time += ended.elapsed;
    ++(*fact_.outcome == Outcome::kSucceeded ? worker.done : worker.failed);
    worker.execution_time += ended.elapsed;
    if (*fact_.outcome != Outcome::kSucceeded) ++of.failures[{*fact_.ticket, fact_.worker}];
    if (const auto& estimate = of.attempt_ticket(*fact_.ticket).estimate)
      worker.estimated_time += *estimate;
    if (*fact_.ticket_state == TicketState::kReady) {
      ++ended.retries_used;
      ++of.totals.retries;
    }
  }
  drop_validation(of, *fact_.ticket);
  move(of, *fact_.ticket, *fact_.ticket_state);
}

void Evolution::file_left() {
  leave_file(run().files,
             {fact_.detail, static_cast<std::uint64_t>(fact_.number.value_or(0)), fact_.digest},
             *fact_.ticket);
}

/// What an attempt's time was good for.
void Evolution::measure_end(Run& of, const TicketRecord& ended) const {
  if (ended.started_at == WallTime{}) return;
  const AgentTime ran = std::max(fact_.at - ended.started_at, AgentTime{});
  const Outcome outcome = *fact_.outcome;
  if (outcome == Outcome::kSucceeded) {
    of.meter.lead_time += std::max(fact_.at - ended.first_ready, AgentTime{});
    ++of.meter.finished;
    return;
  }
  of.meter.wasted_time += ran;
  const bool with_its_worker =
      outcome == Outcome::kWorkerLost || outcome == Outcome::kKilledWorkers;
  if (with_its_worker) of.meter.lost_time += ran;
}

void Evolution::ticket_ended() {
  HW_CHECK(fact_.ticket_state.has_value(), "a ticket changed without a state");
  TicketRecord& changed = record();
  changed.detail = fact_.detail;
  changed.ended_at = fact_.at;
  move(run(), *fact_.ticket, *fact_.ticket_state);
}

/// Opened again after its end: it waits for what it depends on as if it had never run, and what
/// depends on it waits for it. What its former generations did stays in the journal.
void Evolution::ticket_reopened() {
  Run& of = run();
  TicketRecord& reopened = record();
  HW_CHECK(is_final(reopened.state), "a ticket was opened again that had not ended");
  unsettle(of, *fact_.ticket);
  --count_of(of, reopened.state);
  ++count_of(of, TicketState::kWaiting);
  reopened.state = TicketState::kWaiting;
  ++reopened.generation;
  reopened.retries_used = 0;
  reopened.workers_lost = 0;
  reopened.retry_delay = {};
  reopened.lock_wait_since = {};
  reopened.first_ready = {};
  reopened.checkpoint.clear();
  reopened.touched = false;
  reopened.rollback = RollbackState::kNone;
  reopened.detail = fact_.detail;
  of.failing = false;  // whoever opens a ticket again wants the run to go on
  reopened.unmet = of.graph().group(*fact_.ticket) < of.open_groups ? 0 : 1;
  for (const Edge edge : of.graph().dependencies(*fact_.ticket)) {
    if (!of.met(edge)) ++reopened.unmet;
  }
  if (reopened.unmet == 0) move(of, *fact_.ticket, TicketState::kReady);
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

/// The one place where a ticket's state changes: keeps the counts, and tells what follows.
void Evolution::move(Run& of, TicketIndex ticket, TicketState to) {
  TicketRecord& moved = of.tickets[ticket.index()];
  HW_CHECK(!is_final(moved.state), "a ticket left its final state");
  if (moved.state == TicketState::kReady) changes_.unready.push_back({of.id, ticket});
  --count_of(of, moved.state);
  ++count_of(of, to);
  moved.state = to;
  if (!is_alive(to)) moved.cancelling = moved.moving = false;
  if (to == TicketState::kReady) {
    changes_.ready.push_back({of.id, ticket});
    moved.ready_since = fact_.at;
    if (moved.first_ready == WallTime{}) moved.first_ready = fact_.at;
  }
  if (is_final(to)) settle(of, ticket);
}

/// A ticket has reached its end: what waited for it is one step nearer, and its group may be
/// complete.
void Evolution::settle(Run& of, TicketIndex ticket) {
  TicketRecord& ended = of.tickets[ticket.index()];
  const Ticket& definition = of.ticket(ticket);
  ended.settled = fact_.sequence;
  ++of.ticket_ends;
  if (ended.state == TicketState::kFailed) {
    if (definition.allow_failure) {
      ++of.totals.failures_allowed;
    } else if (of.plan().on_failure == OnFailure::kFailFast) {
      of.failing = true;
    }
  }
  const bool satisfied = of.satisfied(ticket);
  for (const Edge edge : of.graph().dependents(ticket)) {
    if (edge.kind == EdgeKind::kSequential || (edge.kind == EdgeKind::kBlocking && satisfied)) {
      meet(of, edge.ticket);
    }
  }
  const std::uint32_t group = of.graph().group(ticket);
  if (--of.group_left[group] == 0) ++of.group_ends;
  if (group < of.open_groups) --of.open_left;
  open_groups(of);
}

/// What `settle` did, undone. A group that its end opened stays open.
void Evolution::unsettle(Run& of, TicketIndex ticket) {
  const TicketRecord& ended = of.tickets[ticket.index()];
  const Ticket& definition = of.ticket(ticket);
  if (ended.state == TicketState::kFailed && definition.allow_failure) --of.totals.failures_allowed;
  const bool satisfied = of.satisfied(ticket);
  for (const Edge edge : of.graph().dependents(ticket)) {
    if (edge.kind == EdgeKind::kSequential || (edge.kind == EdgeKind::kBlocking && satisfied)) {
      unmeet(of, edge.ticket);
    }
  }
  const std::uint32_t group = of.graph().group(ticket);
  ++of.group_left[group];
  if (group < of.open_groups) ++of.open_left;
}

void Evolution::meet(Run& of, TicketIndex ticket) {
  TicketRecord& waiting = of.tickets[ticket.index()];
  HW_CHECK(waiting.unmet > 0, "a ticket's dependencies were met twice");
  if (--waiting.unmet == 0 && waiting.state == TicketState::kWaiting) {
    move(of, ticket, TicketState::kReady);
  }
}

void Evolution::unmeet(Run& of, TicketIndex ticket) {
  TicketRecord& waiting = of.tickets[ticket.index()];
  HW_CHECK(!is_alive(waiting.state), "what a running ticket depends on was opened again");
  ++waiting.unmet;
  if (waiting.state == TicketState::kReady) move(of, ticket, TicketState::kWaiting);
}

/// With barriers: the next group starts when everything before it has ended.
void Evolution::open_groups(Run& of) {
  if (!of.plan().barriers) return;
  while (of.open_groups < of.group_left.size() && of.open_left == 0) {
    const std::uint32_t opened = of.open_groups++;
    of.open_left = of.group_left[opened];
    while (!of.behind.empty() && of.graph().group(of.behind.back()) == opened) {
      const TicketIndex ticket = of.behind.back();
      of.behind.pop_back();
      meet(of, ticket);
    }
  }
}

void add_run(State& state, RunId id, std::shared_ptr<const RunPlan> source) {
  Run run;
  run.id = id;
  run.source = std::move(source);
  const bool added = state.runs.emplace(id, std::move(run)).second;
  HW_CHECK(added, "two runs have one number");
}

void offer_plan(State& state, RunId run, std::shared_ptr<const RunPlan> version) {
  state.run(run).offered = std::move(version);
}

void evolve(State& state, const Fact& fact, Changes& changes) {
  Evolution(state, fact, changes).apply();
}

void drop_run(State& state, RunId id) {
  std::erase_if(state.attempts, [&](const auto& entry) { return entry.second.run == id; });
  std::erase_if(state.checks, [&](const auto& entry) { return entry.second.run == id; });
  state.runs.erase(id);
}

void take_run(State& state, const State& from, RunId id) {
  state.runs[id] = from.runs.at(id);
  for (const auto& [token, attempt] : from.attempts) {
    if (attempt.run == id) state.attempts[token] = attempt;
  }
}

}  // namespace headway
