#include <algorithm>

#include "common/base/check.h"
#include "common/plan/words.h"
#include "coordinator/core/evolution.h"

/// A ticket's attempts, its end, and its being opened again.

namespace headway {

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
  ended.elapsed = took();
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

/// What an attempt took: as its worker measured it; as far as is known here of one that nobody
/// measured, because its worker was lost or it was stopped.
Duration Evolution::took() {
  const Duration measured = fact_.elapsed.value_or(Duration{});
  const WallTime started = record().started_at;
  if (measured > Duration{} || started == WallTime{} || ended_by_itself(*fact_.outcome)) {
    return measured;
  }
  return std::max<Duration>(fact_.at - started, Duration{});
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

}  // namespace headway
