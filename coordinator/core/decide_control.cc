#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/core.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/unserved.h"

/// What the coordinator does about what people ask of it. Each answer leaves after its facts are
/// durable.

namespace headway {

namespace {

constexpr std::size_t kMaxWarnings = 20;

/// With what becomes of the tickets that are alive: a pause takes back those that have not begun,
/// and a review waits out all but a stop for good.
Change run_change(const Run& run, RunState after) {
  std::string words{to_text(after)};
  const std::uint32_t at_work = run.alive() - run.count(TicketState::kReview);
  const std::uint32_t begun = at_work - run.count(TicketState::kAssigned);
  const std::uint32_t stopped = after == RunState::kStopped ? at_work : run.alive();
  if (after == RunState::kPaused && begun > 0) {
    words += begun == 1 ? " (1 ticket runs on to its end)"
                        : fmt::format(" ({} tickets run on to their end)", begun);
  } else if (after != RunState::kPaused && after != RunState::kRunning && stopped > 0) {
    words +=
        stopped == 1 ? " (1 ticket is stopped)" : fmt::format(" ({} tickets are stopped)", stopped);
  }
  return {fmt::format("state of r{}", run.id.number()), std::string(to_text(run.state)), words};
}

}  // namespace

void Core::on_submit(const SubmitInput& input) {
  const RunId id{state_.last_run.number() + 1};
  add_run(state_, id, input.source);
  Fact submitted;
  submitted.kind = FactKind::kRunSubmitted;
  submitted.run = id;
  submitted.number = static_cast<std::int64_t>(input.source->plan.tickets.size());
  submitted.detail = input.source->name;
  emit(submitted);
  const Run& run = *state_.find_run(id);
  scheduler_.add_run(run);
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (run.tickets[i].state == TicketState::kReady) scheduler_.ready({id, TicketIndex{i}});
  }
  SubmitAnswer answer;
  answer.run = id;
  answer.sequence = state_.last_sequence;
  answer.warnings = submission_warnings(run);
  turn_.effects.emplace_back(AnswerSubmit{input.request, std::move(answer)});
  turn_.submitted.emplace_back(id, input.request);
  arm_plan_gates(id);
  finish_run_if_done(id);
}

/// Tickets and gates that nobody who has joined can run: told at once, while somebody is looking.
std::vector<std::string> Core::submission_warnings(const Run& run) const {
  if (scheduler_.slots() == 0) {
    return {fmt::format("{}: nothing starts before one does ({})", nobody_takes_tickets(state_),
                        join_command(options_.join_words))};
  }
  std::vector<std::string> warnings;
  for (const auto& [what, tickets] : unserved(scheduler_, run)) {
    if (warnings.size() == kMaxWarnings) break;
    const std::string who =
        tickets.size() == 1 ? tickets.front()
                            : fmt::format("{} tickets ({}, ...)", tickets.size(), tickets.front());
    const char* needs = tickets.size() == 1 ? "needs" : "need";
    warnings.push_back(
        counted_resource(run, what)
            ? fmt::format("there is never {}, which {} {}: waiting until there is more", what, who,
                          needs)
            : fmt::format("no worker offers {}, which {} {}: waiting until one joins", what, who,
                          needs));
  }
  return warnings;
}

Result<std::vector<RunId>> Core::chosen_runs(RunId run) const {
  std::vector<RunId> chosen;
  if (run == RunId{}) {
    for (const auto& [id, known] : state_.runs) {
      if (!is_final(known.state)) chosen.push_back(id);
    }
    return chosen;
  }
  const Run* known = state_.find_run(run);
  if (known == nullptr || is_final(known->state)) {
    if (run <= state_.last_run) {
      return Error{ErrorKind::kFailed, fmt::format("run r{} has ended", run.number())};
    }
    return Error{ErrorKind::kNotFound, fmt::format("there is no run r{}", run.number())};
  }
  chosen.push_back(run);
  return chosen;
}

void Core::on_pause(const PauseInput& input) {
  const Result<std::vector<RunId>> runs = chosen_runs(input.run);
  if (!runs) {
    turn_.effects.emplace_back(AnswerError{input.request, runs.error()});
    return;
  }
  std::vector<Change> changes;
  for (const RunId id : *runs) {
    const RunState state = state_.find_run(id)->state;
    if (state != RunState::kRunning) {
      if (input.run == RunId{} || state == RunState::kPaused) continue;
      turn_.effects.emplace_back(
          AnswerError{input.request,
                      {ErrorKind::kFailed,
                       fmt::format("run r{} is {}, not running", id.number(), to_text(state))}});
      return;
    }
    changes.push_back(run_change(*state_.find_run(id), RunState::kPaused));
    if (input.dry_run) continue;
    pause_run(id, "");
  }
  turn_.effects.emplace_back(AnswerControl{input.request, *runs, std::move(changes)});
}

void Core::pause_run(RunId id, const std::string& why) {
  write_load(id);
  Fact paused;
  paused.kind = FactKind::kRunPaused;
  paused.run = id;
  paused.detail = why;
  emit(paused);
  scheduler_.set_open(id, false);
  recall_not_started(id);
}

void Core::on_resume(const ResumeInput& input) {
  const Result<std::vector<RunId>> runs = chosen_runs(input.run);
  if (!runs) {
    turn_.effects.emplace_back(AnswerError{input.request, runs.error()});
    return;
  }
  std::vector<Change> changes;
  for (const RunId id : *runs) {
    const Run& run = *state_.find_run(id);
    if (run.state == RunState::kStopping) {
      if (input.run == RunId{}) continue;
      turn_.effects.emplace_back(AnswerError{
          input.request,
          {ErrorKind::kFailed,
           fmt::format("run r{} is stopping; resume it when it has stopped", id.number())}});
      return;
    }
    if (run.state == RunState::kRunning) continue;
    changes.push_back(run_change(run, RunState::kRunning));
    if (input.dry_run) continue;
    Fact resumed;
    resumed.kind = FactKind::kRunResumed;
    resumed.run = id;
    emit(resumed);
    scheduler_.set_open(id, !run.failing);
    resume_validations(id);
    finish_run_if_done(id);
  }
  turn_.effects.emplace_back(AnswerControl{input.request, *runs, std::move(changes)});
}

void Core::on_stop(const StopInput& input) {
  const Result<std::vector<RunId>> runs = chosen_runs(input.stop.run);
  if (!runs) {
    turn_.effects.emplace_back(AnswerError{input.request, runs.error()});
    return;
  }
  std::vector<Change> changes;
  for (const RunId id : *runs) {
    const Run& run = *state_.find_run(id);
    const bool again = run.state == RunState::kStopping &&
                       run.preserve == input.stop.preserve_state &&
                       (run.force || !input.stop.force);
    if (again || (run.state == RunState::kStopped && input.stop.preserve_state)) continue;
    changes.push_back(
        run_change(run, input.stop.preserve_state ? RunState::kStopped : RunState::kCancelled));
    if (input.stop.dry_run) continue;
    write_load(id);
    Fact stopping;
    stopping.kind = FactKind::kRunStopping;
    stopping.run = id;
    stopping.detail = input.stop.preserve_state ? "preserve" : "cancel";
    if (input.stop.force) stopping.detail += " force";
    emit(stopping);
    scheduler_.set_open(id, false);
    stop_attempts(run);
    finish_run_if_done(id);
  }
  turn_.effects.emplace_back(AnswerControl{input.request, *runs, std::move(changes)});
}

void Core::stop_attempts(const Run& run) {
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& ticket = run.tickets[i];
    if (!is_alive(ticket.state)) continue;
    if (!run.at_worker(TicketIndex{i})) {
      stop_validating({run.id, TicketIndex{i}});
      continue;
    }
    Stop stop;
    stop.token = ticket.token;
    stop.grace = run.force ? Duration{} : run.attempt_ticket(TicketIndex{i}).kill_grace;
    stop.outcome = run.preserve && !ticket.cancelling ? Outcome::kTakenBack : Outcome::kCancelled;
    order_stop(ticket.worker, stop);
  }
  // Gates of the plan are of no use any more; what is being put back goes on, unless all is kept.
  std::vector<Token> handed;
  for (const auto& [token, check] : state_.checks) {
    const bool goes_on = check.check.kind == CheckKind::kRollback && !run.preserve;
    if (check.run == run.id && !goes_on) handed.push_back(token);
  }
  for (const Token token : handed) stop_check(token);
}

std::vector<AttemptRef> Core::recall_not_started(RunId run) {
  std::vector<AttemptRef> recalled = scheduler_.not_started(run);
  for (const AttemptRef ticket : recalled) recall(ticket);
  return recalled;
}

/// Asks an attempt back that has not started; one that has is not touched by this.
void Core::recall(AttemptRef ticket) {
  Stop recall;
  recall.token = record(ticket).token;
  recall.recall = true;
  recall.outcome = Outcome::kTakenBack;
  send(record(ticket).worker, recall);
}

}  // namespace headway
