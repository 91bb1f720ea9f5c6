#include "coordinator/core/core.h"

#include <algorithm>

#include "common/base/check.h"

namespace headway {

namespace {

/// First pause before an unanswered assign or stop is sent again; doubles up to the longest.
constexpr Duration kFirstResend = std::chrono::seconds{1};
constexpr Duration kLongestResend = std::chrono::seconds{8};
/// Tickets handed out in one turn; the rest follows in the next, after this commit.
constexpr std::size_t kMaxPlacements = 10'000;

EndedCounts count_ended(const Run& run) {
  return {run.id, run.count_planned(TicketState::kSucceeded),
          run.count_planned(TicketState::kFailed), run.count_planned(TicketState::kAborted),
          run.count_planned(TicketState::kCancelled)};
}

}  // namespace

Core::Core(CoreOptions options, State state, Now now)
    : options_(std::move(options)), state_(std::move(state)), now_(now) {
  for (auto& [id, run] : state_.runs) {
    scheduler_.add_run(run);
    claim_rollbacks(run);
    scheduler_.set_open(id, run.state == RunState::kRunning && !run.failing);
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketRecord& ticket = run.tickets[i];
      const AttemptRef ref{id, TicketIndex{i}};
      if (ticket.state > TicketState::kReady) continue;
      if (const Duration rest = ticket.rest(now.wall); rest > Duration{}) {
        resting_.insert(ticket.token);
        set_timer(rest, BackoffTimer{ref, ticket.token});
      } else if (ticket.state == TicketState::kReady) {
        scheduler_.ready(ref);
      }
    }
  }
  for (auto& [worker, tokens] : state_.held()) links_[worker].held = tokens;
  for (const auto& [token, check] : state_.checks) scheduler_.occupy_slot(check.worker);
  Fact epoch;
  epoch.kind = FactKind::kEpochStarted;
  emit(epoch);
  // What workers hold stays theirs for a whole lease from now, whether or not they come back.
  for (auto& [id, link] : links_) {
    link.lease_ends = now.steady + options_.lease + options_.lease_margin;
    arm_lease(id);
    for (const Token token : link.held) {
      const bool of_this_life = life_of(token) == state_.workers.at(id).incarnation;
      if (!of_this_life) make_widow(token, link.lease_ends);
    }
  }
  std::vector<RunId> runs;
  for (const auto& [id, run] : state_.runs) runs.push_back(id);
  for (const RunId run : runs) scheduler_.hold_more(state_.run(run));
  for (const RunId run : runs) {
    // A stop or a cancellation that was durable goes on: workers are told when they join.
    if (state_.run(run).state == RunState::kStopping) stop_attempts(state_.run(run));
    stop_marked(state_.run(run));
    follow_plan_change(run);
    resume_validations(run);
    arm_plan_gates(run);
    finish_run_if_done(run);
  }
}

void Core::step(const Input& input, Now now) {
  now_ = now;
  struct Visitor {
    Core& core;
    void operator()(const WorkerInput& in) { core.on_worker(in); }
    void operator()(const SubmitInput& in) { core.on_submit(in); }
    void operator()(const PauseInput& in) { core.on_pause(in); }
    void operator()(const ResumeInput& in) { core.on_resume(in); }
    void operator()(const StopInput& in) { core.on_stop(in); }
    void operator()(const TicketInput& in) { core.on_ticket_control(in); }
    void operator()(const VerifiedInput& in) { core.on_verified(in); }
    void operator()(const WorkerControlInput& in) { core.on_worker_control(in); }
    void operator()(const AdjustInput& in) { core.on_adjust(in); }
    void operator()(const ClearLocksInput& in) { core.on_clear_locks(in); }
    void operator()(const ApplyInput& in) { core.on_apply(in); }
    void operator()(const ShutOutInput& in) { core.on_shut_out(in); }
  };
  std::visit(Visitor{*this}, input);
}

Turn Core::finish_turn(Now now) {
  now_ = now;
  fire_timers();
  hand_out();
  while (drop_finished()) hand_out();
  for (const TallyKey& key : std::exchange(tallies_, {})) {
    turn_.tallies.push_back(state_.track_record.kept(key));
  }
  return std::exchange(turn_, Turn{});
}

std::optional<Instant> Core::next_deadline() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

const AttemptNote* Core::note(Token token) const {
  const auto found = notes_.find(token);
  return found == notes_.end() ? nullptr : &found->second;
}

bool Core::output_pending(RunId run) const {
  return std::ranges::any_of(
      late_outputs_, [&](const auto& late) { return run == RunId{} || late.second.run == run; });
}

const TicketRecord& Core::record(AttemptRef ticket) const {
  const Run* run = state_.find_run(ticket.run);
  HW_CHECK(run != nullptr, "a ticket of a run that is not in memory");
  return run->tickets[ticket.ticket.index()];
}

/// Makes a fact true: numbers it, applies it, and lets the scheduler and the links follow.
void Core::emit(Fact fact) {
  fact.sequence = Sequence{state_.last_sequence.number() + 1};
  fact.at = now_.wall;
  const AttemptRef ticket{fact.run, fact.ticket.value_or(TicketIndex{})};
  const bool in_slot =
      fact.kind == FactKind::kAttemptEnded && state_.find_run(fact.run)->at_worker(ticket.ticket);
  Changes changes;
  evolve(state_, fact, changes);
  tallies_.insert(changes.tallies.begin(), changes.tallies.end());
  for (const AttemptRef& not_ready : changes.unready) scheduler_.unready(not_ready);
  switch (fact.kind) {
    case FactKind::kTicketAssigned:
      scheduler_.occupy(ticket, fact.worker);
      links_[fact.worker].held.insert(fact.token);
      break;
    case FactKind::kAttemptStarted:
      scheduler_.started(ticket, fact.worker);
      break;
    case FactKind::kAttemptEnded:
      in_slot ? scheduler_.vacate(ticket, fact.worker) : scheduler_.let_go(ticket);
      not_held(fact.worker, fact.token);
      break;
    case FactKind::kCommandEnded:
      scheduler_.leave_slot(ticket, fact.worker);
      not_held(fact.worker, fact.token);
      break;
    case FactKind::kCheckAssigned:
      if (state_.checks.at(fact.token).check.kind == CheckKind::kRollback) {
        scheduler_.take_claimed(ticket);
      }
      scheduler_.occupy_slot(fact.worker);
      links_[fact.worker].held.insert(fact.token);
      break;
    case FactKind::kCheckEnded:
      // One that ran in its attempt's slot has that attempt's token.
      if (fact.ticket && record(ticket).token == fact.token) break;
      scheduler_.vacate_slot(fact.worker);
      not_held(fact.worker, fact.token);
      break;
    case FactKind::kTicketReopened:
      resting_.erase(record(ticket).token);
      break;
    case FactKind::kPlanChanged:
      rebuild_queue(*state_.find_run(fact.run));
      [[fallthrough]];
    case FactKind::kRunSubmitted:
    case FactKind::kRunPaused:
    case FactKind::kRunResumed:
    case FactKind::kRunStopping:
    case FactKind::kRunEnded:
      turn_.counts.push_back(count_ended(*state_.find_run(fact.run)));
      break;
    case FactKind::kParallelismSet:
      scheduler_.set_limit(*state_.find_run(fact.run));
      break;
    case FactKind::kResourceSet:
      scheduler_.set_resources(*state_.find_run(fact.run));
      break;
    case FactKind::kTicketPinned:
      scheduler_.set_pin(*state_.find_run(fact.run), *fact.ticket);
      break;
    case FactKind::kPrioritySet:  // together with others: `set_priorities` follows them all at once
    case FactKind::kRunSteered:
    case FactKind::kRunLoad:
    case FactKind::kEpochStarted:
    case FactKind::kLockWait:
    case FactKind::kAttemptValidating:
    case FactKind::kCheckStarted:
    case FactKind::kReviewOpened:
    case FactKind::kReviewDecided:
    case FactKind::kRollbackPlanned:
    case FactKind::kRollbackEnded:
    case FactKind::kRollbackSettled:
    case FactKind::kPlanGateDue:
    case FactKind::kPlanGateEnded:
    case FactKind::kRegistryPruned:
    case FactKind::kRegistryVerified:
    case FactKind::kArtifact:
    case FactKind::kFileLeft:
    case FactKind::kCheckpoint:
    case FactKind::kTicketEnded:
    case FactKind::kTicketCancelling:
    case FactKind::kWorkerJoined:
    case FactKind::kWorkerLost:
    case FactKind::kWorkerLeft:
    case FactKind::kWorkerDraining:
      break;
  }
  for (const AttemptRef& now_ready : changes.ready) {
    const Duration delay = fact.delay.value_or(Duration{});
    if (fact.kind == FactKind::kAttemptEnded && now_ready == ticket && delay > Duration{}) {
      resting_.insert(fact.token);
      set_timer(delay, BackoffTimer{ticket, fact.token});
    } else if (fact.kind != FactKind::kRunSubmitted && fact.kind != FactKind::kPlanChanged &&
               !resting_.contains(record(now_ready).token)) {
      scheduler_.ready(now_ready);
    }
  }
  turn_.facts.push_back(std::move(fact));
}

/// What a worker had has ended, and nothing of it is alive.
void Core::not_held(WorkerId worker, Token token) {
  Link& link = links_[worker];
  link.held.erase(token);
  link.unaccepted.erase(token);
  link.stops.erase(token);
  widows_.erase(token);
}

// ---- Handing out

void Core::hand_out() {
  go_on_putting_back();
  hand_out_checks();
  for (std::size_t i = 0; i < kMaxPlacements; ++i) {
    const std::optional<Placement> placed = scheduler_.next(state_.track_record);
    if (!placed) break;
    Fact assigned;
    assigned.kind = FactKind::kTicketAssigned;
    assigned.run = placed->ticket.run;
    assigned.ticket = placed->ticket.ticket;
    assigned.token = Token{state_.last_token.number() + 1};
    assigned.worker = placed->worker;
    const Hello& offered = links_.at(placed->worker).hello;
    const std::uint32_t gates =
        slot_gates(state_.find_run(assigned.run)->ticket(placed->ticket.ticket), offered.labels,
                   offered.abilities);
    if (gates > 0) assigned.number = gates;
    emit(assigned);
    send_assign(placed->worker, assigned.token);
  }
  for (const auto& [ticket, lock] : scheduler_.take_blocked()) {
    if (record(ticket).state != TicketState::kReady ||
        record(ticket).lock_wait_since != WallTime{}) {
      continue;
    }
    Fact waits;
    waits.kind = FactKind::kLockWait;
    waits.run = ticket.run;
    waits.ticket = ticket.ticket;
    waits.detail = shown_lock(*state_.find_run(ticket.run), scheduler_.lock_name(lock));
    emit(waits);
  }
  for (const AttemptRef ticket : scheduler_.recalls()) recall(ticket);
}

void Core::send(WorkerId worker, CoordinatorMessage message) {
  const Link& link = links_.at(worker);
  if (!link.connected) return;
  turn_.effects.emplace_back(SendToWorker{link.peer, {link.session, std::move(message)}});
}

void Core::send_assign(WorkerId worker, Token token) {
  Link& link = links_.at(worker);
  link.unaccepted.insert(token);
  send(worker, Assign{token, spec_of(token)});
  set_timer(kFirstResend, ResendTimer{worker, link.session, token, false, kFirstResend});
}

void Core::order_stop(WorkerId worker, const Stop& stop) {
  Link& link = links_[worker];
  link.stops[stop.token] = stop;
  // Told when it joins; what a former life runs is beyond the reach of this one.
  if (!link.connected || widows_.contains(stop.token)) return;
  send(worker, stop);
  set_timer(kFirstResend, ResendTimer{worker, link.session, stop.token, true, kFirstResend});
}

// ---- Timers

void Core::set_timer(Duration after, Timer timer) { timers_.emplace(now_.steady + after, timer); }

void Core::arm_lease(WorkerId worker) {
  Link& link = links_[worker];
  if (link.lease_timer) return;
  link.lease_timer = true;
  timers_.emplace(link.lease_ends, LeaseTimer{worker});
}

void Core::fire_timers() {
  while (!timers_.empty() && timers_.begin()->first <= now_.steady) {
    const Timer timer = timers_.begin()->second;
    timers_.erase(timers_.begin());
    std::visit([this](const auto& due) { fire(due); }, timer);
  }
}

void Core::fire(const LeaseTimer& timer) {
  Link& link = links_.at(timer.worker);
  link.lease_timer = false;
  if (link.lease_ends > now_.steady) {
    if (link.connected || !link.held.empty()) arm_lease(timer.worker);
    return;
  }
  lose_worker(timer.worker, "no heartbeat came within its lease");
}

void Core::fire(const ResendTimer& timer) {
  const auto found = links_.find(timer.worker);
  if (found == links_.end()) return;
  Link& link = found->second;
  if (!link.connected || link.session != timer.session) return;
  if (timer.stop) {
    const auto stop = link.stops.find(timer.token);
    if (stop == link.stops.end()) return;
    send(timer.worker, stop->second);
  } else {
    if (!link.unaccepted.contains(timer.token)) return;
    send(timer.worker, Assign{timer.token, spec_of(timer.token)});
  }
  const Duration pause = std::min(timer.pause * 2, kLongestResend);
  set_timer(pause, ResendTimer{timer.worker, timer.session, timer.token, timer.stop, pause});
}

void Core::fire(const BackoffTimer& timer) {
  resting_.erase(timer.token);
  const Run* run = state_.find_run(timer.ticket.run);
  if (run == nullptr) return;
  const TicketRecord& ticket = run->tickets[timer.ticket.ticket.index()];
  if (ticket.state == TicketState::kReady && ticket.token == timer.token) {
    scheduler_.ready(timer.ticket);
  }
}

void Core::fire(const WidowTimer& timer) {
  const auto widow = widows_.find(timer.token);
  if (widow == widows_.end() || widow->second > now_.steady) return;
  widows_.erase(widow);
  Ending lost;
  lost.outcome = Outcome::kWorkerLost;
  lost.detail =
      "its worker was started anew without proof that this attempt is dead, and the lease has run "
      "out";
  lost.blame = true;
  end(timer.token, lost);
}

/// Runs that have reached their end leave the memory; the registry answers for them from now on.
/// Whether others may have waited for what they kept.
bool Core::drop_finished() {
  std::vector<RunId> finished;
  for (const auto& [id, run] : state_.runs) {
    if (is_final(run.state) && run.alive() == 0 && run.at_workers() == 0) finished.push_back(id);
  }
  bool gave_back = false;
  for (const RunId run : finished) {
    for (const TicketIndex ticket : state_.run(run).rollbacks) {
      scheduler_.unclaim({run, ticket});
      gave_back = true;
    }
    scheduler_.remove_run(run);
    loads_.erase(run);
    drop_run(state_, run);
  }
  return gave_back;
}

}  // namespace headway
