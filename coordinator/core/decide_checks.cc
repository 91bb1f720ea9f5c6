#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "coordinator/core/check_order.h"
#include "coordinator/core/core.h"

/// Checks that are handed out by themselves, and what a worker's token is of: an attempt or such a
/// check. Both are assigned, held, lost and proven dead in the same way; what follows differs.

namespace headway {

namespace {

std::uint32_t workers_lost_to(const Run& run, const CheckRef& check) {
  switch (check.kind) {
    case CheckKind::kGate:
      return run.validations.at(check.ticket).workers_lost;
    case CheckKind::kPlanGate:
      return run.plan_gates[check.number - 1].workers_lost;
    case CheckKind::kRollback:
      return run.rollback_workers_lost;
    case CheckKind::kRequirement:
    case CheckKind::kCheckpoint:
      break;
  }
  return 0;
}

}  // namespace

std::uint64_t Core::life_of(Token token) const {
  const auto check = state_.checks.find(token);
  if (check != state_.checks.end()) return check->second.life;
  return record(state_.attempts.at(token)).life;
}

/// A gate changes nothing that a second one could spoil: it is handed out again when its lease is
/// over.
bool Core::ends_by_proof_alone(Token token) const {
  const auto check = state_.checks.find(token);
  if (check != state_.checks.end() && check->second.check.kind != CheckKind::kRollback) {
    return false;
  }
  const AttemptRef ref = state_.attempts.at(token);
  return state_.find_run(ref.run)->ticket(ref.ticket).reassign == Reassign::kOnProof;
}

AttemptSpec Core::spec_of(Token token) const {
  const auto check = state_.checks.find(token);
  if (check != state_.checks.end()) {
    return check_spec(*state_.find_run(check->second.run), check->second.check);
  }
  const AttemptRef ref = state_.attempts.at(token);
  AttemptSpec spec = attempt_spec(*state_.find_run(ref.run), ref.ticket);
  const std::vector<std::string>& abilities = links_.at(record(ref).worker).hello.abilities;
  if (std::ranges::find(abilities, kChecks) == abilities.end()) {
    spec.strict = false;
    spec.inputs.clear();
    spec.watched.clear();
    spec.rollback.clear();
  }
  return spec;
}

void Core::end(Token token, Ending ending) {
  if (is_check(token)) return end_check(token, ending);
  const AttemptRef ticket = state_.attempts.at(token);
  const Run& run = *state_.find_run(ticket.run);
  const bool more_gates =
      record(ticket).slot_gates < run.attempt_ticket(ticket.ticket).gates.size();
  if (ending.outcome == Outcome::kSucceeded && more_gates) {
    return leave_slot(ticket, std::move(ending));
  }
  end_attempt(ticket, std::move(ending));
}

// ---- In the attempt's slot

void Core::note_validating(Token token) {
  if (is_check(token)) return;
  const AttemptRef ticket = state_.attempts.at(token);
  // Of one that is not known to have started the next heartbeat says so, and in which slot.
  if (record(ticket).state != TicketState::kRunning) return;
  Fact validating;
  validating.kind = FactKind::kAttemptValidating;
  validating.run = ticket.run;
  validating.ticket = ticket.ticket;
  validating.token = token;
  validating.worker = record(ticket).worker;
  validating.ticket_state = TicketState::kValidating;
  emit(validating);
}

void Core::record_check(AttemptRef ticket, const CheckResult& result) {
  const TicketRecord& attempt = record(ticket);
  Fact ended;
  ended.kind = FactKind::kCheckEnded;
  ended.run = ticket.run;
  ended.ticket = ticket.ticket;
  ended.token = attempt.token;
  ended.worker = attempt.worker;
  ended.slot = attempt.slot;
  ended.outcome = result.outcome;
  if (result.outcome == Outcome::kExit) ended.exit_code = result.exit_code;
  if (result.outcome == Outcome::kSignal) ended.signal = result.signal;
  ended.elapsed = result.elapsed;
  ended.digest = to_text(result.kind);
  ended.number = result.number;
  ended.detail =
      check_words(*state_.find_run(ticket.run), {result.kind, ticket.ticket, result.number},
                  {result.outcome, result.exit_code, result.signal, result.detail});
  emit(ended);
}

/// Its command has ended well and so have the gates beside it; those that are left run elsewhere,
/// or are a person's. Nothing of it is at the worker any more.
void Core::leave_slot(AttemptRef ticket, Ending ending) {
  const TicketRecord attempt = record(ticket);
  record_results(ticket, ending);
  Fact ended;
  ended.kind = FactKind::kCommandEnded;
  ended.run = ticket.run;
  ended.ticket = ticket.ticket;
  ended.token = attempt.token;
  ended.worker = attempt.worker;
  ended.slot = attempt.slot;
  ended.ticket_state = TicketState::kValidating;
  ended.number = attempt.slot_gates;
  ended.elapsed = ending.usage.elapsed;
  ended.cpu = ending.usage.cpu;
  ended.max_memory = ending.usage.max_memory;
  ended.detail = std::move(ending.detail);
  emit(ended);
  go_on_validating(ticket);
  finish_run_if_done(ticket.run);
}

// ---- Elsewhere

void Core::hand_out_checks() {
  std::vector<std::pair<RunId, CheckRef>> due;
  for (const auto& [id, run] : state_.runs) {
    for (const CheckRef& check : run.due) {
      if (!resting_checks_.contains({id, check}) && may_begin(run, check.kind)) {
        due.emplace_back(id, check);
      }
    }
  }
  for (const auto& [run, check] : due) hand_out_check(run, check);
}

void Core::hand_out_check(RunId id, const CheckRef& check) {
  const Run& run = *state_.find_run(id);
  if (check.kind == CheckKind::kRollback && !may_put_back(run, check.ticket)) return;
  const bool of_plan = check.kind == CheckKind::kPlanGate;
  if (of_plan && run.plan_gates[check.number - 1].handed != Token{}) return;
  const WorkerId preferred = of_plan ? WorkerId{} : run.tickets[check.ticket.index()].worker;
  const auto worker = scheduler_.place_check(demand_of_check(run, check), preferred);
  if (!worker) return;
  Fact assigned;
  assigned.kind = FactKind::kCheckAssigned;
  assigned.run = id;
  if (!of_plan) assigned.ticket = check.ticket;
  assigned.token = Token{state_.last_token.number() + 1};
  assigned.worker = *worker;
  assigned.digest = to_text(check.kind);
  assigned.number = check.number;
  assigned.detail = check_name(run, check);
  emit(assigned);
  send_assign(*worker, assigned.token);
}

void Core::note_check_started(Token token, SlotId slot) {
  if (has_started(token)) return;
  const HandedCheck& check = state_.checks.at(token);
  Fact started;
  started.kind = FactKind::kCheckStarted;
  started.run = check.run;
  if (check.check.kind != CheckKind::kPlanGate) started.ticket = check.check.ticket;
  started.token = token;
  started.worker = check.worker;
  started.slot = slot;
  emit(started);
}

void Core::end_check(Token token, const Ending& ending) {
  const HandedCheck check = state_.checks.at(token);
  const AttemptRef ticket{check.run, check.check.ticket};
  const Run& run = *state_.find_run(check.run);
  Fact ended;
  ended.kind = FactKind::kCheckEnded;
  ended.run = check.run;
  if (check.check.kind != CheckKind::kPlanGate) ended.ticket = check.check.ticket;
  ended.token = token;
  ended.worker = check.worker;
  ended.slot = check.slot;
  ended.outcome = outcome_of_check(run, check, ending);
  ended.exit_code = ending.exit_code;
  ended.signal = ending.signal;
  ended.elapsed = ending.usage.elapsed;
  ended.cpu = ending.usage.cpu;
  ended.max_memory = ending.usage.max_memory;
  ended.digest = to_text(check.check.kind);
  ended.number = check.check.number;
  ended.detail = check_words(run, check.check,
                             {*ended.outcome, ending.exit_code, ending.signal, ending.detail});
  const Duration delay =
      std::max(ending.pause, pause_before_again(run, check.check, *ended.outcome));
  if (delay > Duration{}) ended.delay = delay;
  emit(ended);
  if (!late_outputs_.contains(token)) notes_.erase(token);
  if (ended.delay && run.due.contains(check.check)) rest_check(check.run, check.check, delay);
  const bool said_something =
      ended_by_itself(*ended.outcome) || *ended.outcome == Outcome::kKilledWorkers;
  switch (check.check.kind) {
    case CheckKind::kGate:
      go_on_validating(ticket);
      break;
    case CheckKind::kPlanGate:
      if (said_something)
        end_plan_gate(check.run, check.check.number, *ended.outcome, ended.detail);
      break;
    case CheckKind::kRollback:
      if (said_something) end_rollback(ticket, token, *ended.outcome, ended.detail);
      break;
    case CheckKind::kRequirement:
    case CheckKind::kCheckpoint:
      break;
  }
  finish_run_if_done(check.run);
}

/// What ended by its worker again and again is laid at its own door.
Outcome Core::outcome_of_check(const Run& run, const HandedCheck& check,
                               const Ending& ending) const {
  if (ending.outcome != Outcome::kWorkerLost || check.started_at == WallTime{}) {
    return ending.outcome;
  }
  const std::uint32_t before = workers_lost_to(run, check.check);
  return before + 1 < options_.max_workers_lost ? ending.outcome : Outcome::kKilledWorkers;
}

void Core::rest_check(RunId run, const CheckRef& check, Duration pause) {
  resting_checks_.insert({run, check});
  set_timer(pause, CheckTimer{run, check});
}

void Core::fire(const CheckTimer& timer) { resting_checks_.erase({timer.run, timer.check}); }

/// What is next for a ticket that has left its slot, once nothing of it is alive anywhere.
void Core::go_on_validating(AttemptRef ticket) {
  const Run& run = *state_.find_run(ticket.run);
  const auto open = run.validations.find(ticket.ticket);
  if (open == run.validations.end()) return;
  const TicketRecord& attempt = record(ticket);
  const bool cancelled = attempt.cancelling || (run.state == RunState::kStopping && !run.preserve);
  const ValidationRecord& validation = open->second;
  if (cancelled || attempt.moving || !validation.failure.empty()) stop_checks(ticket);
  if (!validation.handed.empty()) return;
  const char* phase = validation.review ? "it was in review" : "it was being validated";
  Ending ending;
  ending.usage.elapsed = attempt.elapsed;
  ending.usage.cpu = validation.cpu.value_or(Duration{});
  ending.usage.max_memory = validation.max_memory.value_or(0);
  if (cancelled) {
    ending.outcome = Outcome::kCancelled;
    ending.detail = phase;
  } else if (!validation.failure.empty()) {
    ending.outcome = Outcome::kGate;
    ending.detail = validation.failure;
  } else if (attempt.moving) {
    ending.outcome = Outcome::kTakenBack;
    ending.detail = phase;
  } else if (validation.review) {
    return;
  } else if (const auto next = next_gates(run.attempt_ticket(ticket.ticket), validation)) {
    if (run.attempt_ticket(ticket.ticket).gates[next->first - 1].approval)
      open_review(ticket, next->first);
    return;
  } else {
    ending.exit_code = 0;
    ending.detail = attempt.detail;
  }
  end_attempt(ticket, std::move(ending));
}

void Core::stop_checks(AttemptRef ticket) {
  const Run& run = *state_.find_run(ticket.run);
  const std::set<Token> handed = run.validations.at(ticket.ticket).handed;
  for (const Token token : handed) stop_check(token);
}

/// Ends what of it is alive, and then the attempt, should that be what is wanted.
void Core::stop_validating(AttemptRef ticket) {
  stop_checks(ticket);
  go_on_validating(ticket);
}

void Core::stop_check(Token token) {
  const HandedCheck& check = state_.checks.at(token);
  const Run& run = *state_.find_run(check.run);
  if (links_[check.worker].stops.contains(token)) return;
  Stop stop;
  stop.token = token;
  stop.grace = run.force ? Duration{} : run.attempt_ticket(check.check.ticket).kill_grace;
  stop.outcome = Outcome::kTakenBack;
  order_stop(check.worker, stop);
}

/// After a restart: backoffs and reviews go on from the time that is left of them.
void Core::resume_validations(RunId id) {
  const Run& run = *state_.find_run(id);
  std::vector<TicketIndex> open;
  for (const auto& [ticket, validation] : run.validations) {
    open.push_back(ticket);
    for (const auto& [gate, until] : validation.resting) {
      const CheckRef check{CheckKind::kGate, ticket, gate};
      const Duration most = pause_before_again(run, check, Outcome::kExit);
      const Duration left = std::min<Duration>(until - now_.wall, most);
      if (left > Duration{}) rest_check(id, check, left);
    }
    if (validation.review) arm_review({id, ticket});
  }
  for (const TicketIndex ticket : open) go_on_validating({id, ticket});
}

}  // namespace headway
