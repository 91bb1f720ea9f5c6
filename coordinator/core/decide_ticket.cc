#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"
#include "coordinator/core/abortions.h"
#include "coordinator/core/backoff.h"
#include "coordinator/core/core.h"
#include "coordinator/core/plan_gates.h"
#include "coordinator/core/verdict.h"

/// What follows when an attempt or a ticket ends: another attempt, an end of what depends on it,
/// the end of the run.

namespace headway {

namespace {

/// Before a ticket goes out again that was stopped for its locks.
constexpr Duration kYieldPause = std::chrono::seconds{1};

}  // namespace

/// Where a ticket stands after an attempt, and how long before the next one. May turn a lost worker
/// into "killed its workers".
TicketState Core::state_after(AttemptRef ref, Ending& ending, Duration& delay) const {
  const Run& run = *state_.find_run(ref.run);
  const TicketRecord& ticket = record(ref);
  const bool cancelling = ticket.cancelling || (run.state == RunState::kStopping && !run.preserve);
  // Whether it would be handed out again: not once it or its run is being cancelled, nor after
  // fail_fast.
  const TicketState again = cancelling    ? TicketState::kCancelled
                            : run.failing ? TicketState::kAborted
                                          : TicketState::kReady;
  delay = ending.pause;
  if (ending.outcome == Outcome::kSucceeded) return TicketState::kSucceeded;
  if (ending.outcome == Outcome::kCancelled) return TicketState::kCancelled;
  if (ending.outcome == Outcome::kTakenBack) return again;
  if (ending.outcome == Outcome::kWorkerLost) {
    if (!ending.blame || ticket.workers_lost + 1 < options_.max_workers_lost) return again;
    ending.outcome = Outcome::kKilledWorkers;
    ending.detail = fmt::format("{} workers were lost while they ran it; the last: {}",
                                options_.max_workers_lost, ending.detail);
    return TicketState::kFailed;
  }
  const RetryPolicy& policy = run.ticket(ref.ticket).retry;
  const std::uint32_t left = retries_left(policy, ending.outcome, ticket.retries_used);
  if (left == 0 || run.failing) return TicketState::kFailed;
  if (cancelling) return TicketState::kCancelled;
  delay = std::max(delay, backoff_before(policy, ticket.retries_used));
  return TicketState::kReady;
}

/// What an attempt made and what its checks said.
void Core::record_results(AttemptRef ticket, const Ending& ending) {
  const auto record_files = [&](FactKind kind, const std::vector<Artifact>& files) {
    for (const Artifact& file : files) {
      Fact recorded;
      recorded.kind = kind;
      recorded.run = ticket.run;
      recorded.ticket = ticket.ticket;
      recorded.token = record(ticket).token;
      recorded.worker = record(ticket).worker;
      recorded.detail = file.path;
      recorded.number = static_cast<std::int64_t>(file.size);
      recorded.digest = file.sha256;
      emit(recorded);
    }
  };
  record_files(FactKind::kArtifact, ending.artifacts);
  record_files(FactKind::kFileLeft, ending.watched);
  for (const CheckResult& check : ending.checks) record_check(ticket, check);
}

void Core::end_attempt(AttemptRef ticket, Ending ending) {
  const TicketRecord before = record(ticket);
  HW_CHECK(is_alive(before.state), "an attempt ended that is not alive");
  const bool yields = yielding_.erase(before.token) > 0;
  if (yields && ending.outcome == Outcome::kTakenBack) ending.pause = kYieldPause;
  Duration delay{};
  const TicketState next = state_after(ticket, ending, delay);
  record_results(ticket, ending);
  Fact ended;
  ended.kind = FactKind::kAttemptEnded;
  ended.run = ticket.run;
  ended.ticket = ticket.ticket;
  ended.token = before.token;
  ended.worker = before.worker;
  ended.slot = before.slot;
  ended.ticket_state = next;
  ended.outcome = ending.outcome;
  ended.exit_code = ending.exit_code;
  ended.signal = ending.signal;
  ended.elapsed = ending.usage.elapsed;
  ended.cpu = ending.usage.cpu;
  ended.max_memory = ending.usage.max_memory;
  if (next == TicketState::kReady && delay > Duration{}) ended.delay = delay;
  if (ending.blame) ended.number = 1;
  ended.detail = std::move(ending.detail);
  emit(ended);
  if (!late_outputs_.contains(before.token)) notes_.erase(before.token);
  consider_rollback(ticket);
  follow_up(ticket);
}

void Core::end_ticket(AttemptRef ticket, TicketState state, const std::string& why) {
  Fact ended;
  ended.kind = FactKind::kTicketEnded;
  ended.run = ticket.run;
  ended.ticket = ticket.ticket;
  ended.ticket_state = state;
  ended.detail = why;
  emit(ended);
  consider_rollback(ticket);
}

/// What depends on a ticket that did not succeed is aborted, and what depends on that, and so on.
void Core::abort_dependents(AttemptRef ended) {
  for (const Abortion& lost : abortions_for(*state_.find_run(ended.run), ended.ticket)) {
    const AttemptRef ticket{ended.run, lost.ticket};
    // What is put back for one of them may have taken another along.
    if (is_final(record(ticket).state)) continue;
    end_ticket(ticket, TicketState::kAborted, lost.why);
  }
}

void Core::follow_up(AttemptRef ended) {
  abort_dependents(ended);
  const Run& run = *state_.find_run(ended.run);
  if (run.failing) {
    abort_rest(ended.run, fmt::format("fail_fast after {} failed", run.ticket(ended.ticket).id));
  }
  consider_plan_gates(ended.run, false);
  finish_run_if_done(ended.run);
}

/// Nothing more of the run begins.
void Core::abort_rest(RunId id, const std::string& why) {
  const Run& run = *state_.find_run(id);
  scheduler_.set_open(id, false);
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (run.tickets[i].state > TicketState::kReady) continue;
    end_ticket({id, TicketIndex{i}}, TicketState::kAborted, why);
  }
  recall_not_started(id);
}

void Core::finish_run_if_done(RunId id) {
  const Run& run = *state_.find_run(id);
  if (is_final(run.state) || run.state == RunState::kStopped) return;
  const bool stopping = run.state == RunState::kStopping;
  const bool all_ended = run.ended() == run.tickets.size();
  // A review, gates that are not handed out, those of the plan and what is to be put back wait out
  // a stop that keeps the state.
  const std::uint32_t left = run.preserve ? run.at_workers() : run.at_workers() + run.alive();
  if (stopping ? left > 0 : !all_ended) return;
  if (stopping && !run.preserve && !all_ended) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      if (is_final(run.tickets[i].state)) continue;
      end_ticket({id, TicketIndex{i}}, TicketState::kCancelled, "the run was stopped");
    }
  }
  const bool lacking = stopping && lacks_plan_gates(run);
  const bool kept = stopping && run.preserve && (!all_ended || lacking || run.next_rollback());
  if (!kept) {
    advance_rollbacks(id);
    if (run.next_rollback() || run.rolling_back != Token{}) return;
    if (!stopping) consider_plan_gates(id, true);
    if (!stopping && (waits_for_plan_gates(run) || verifying_.contains(id))) return;
    if (is_final(run.state)) return;
  }
  write_load(id);
  Fact ended;
  ended.kind = FactKind::kRunEnded;
  ended.run = id;
  if (kept) {
    ended.run_state = RunState::kStopped;
  } else if (stopping && !run.preserve &&
             (!all_ended || lacking || run.count_planned(TicketState::kCancelled) > 0)) {
    ended.run_state = RunState::kCancelled;
  } else {
    ended.run_state = has_succeeded(run) ? RunState::kSucceeded : RunState::kFailed;
  }
  emit(ended);
}

}  // namespace headway
