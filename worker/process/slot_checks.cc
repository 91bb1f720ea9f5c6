#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "worker/core/limits.h"
#include "worker/core/shorten.h"
#include "worker/process/check_text.h"
#include "worker/process/slot_runner.h"

/// SlotRunner's requirements, gates and checkpoints.

namespace headway::worker {

namespace {

using Kind = AttemptStep::Kind;

/// Tries that a result lists, and bytes of a try's detail: with the artifacts they stay within a
/// frame of 1 MiB. The last of them are kept.
constexpr std::size_t kMostTriesListed = 400;
constexpr std::size_t kMostTryDetail = 160;
/// Failed checks that a detail names.
constexpr std::size_t kMostFailuresNamed = 5;

Ending not_started(std::string why) {
  Ending ending;
  ending.outcome = Outcome::kCouldNotStart;
  ending.detail = std::move(why);
  return ending;
}

}  // namespace

CheckKind SlotRunner::check_kind() const {
  return attempt_->current_step().kind == Kind::kGates ? CheckKind::kGate : CheckKind::kRequirement;
}

/// Of a check of the present round.
const CheckOrder& SlotRunner::order_of(std::size_t check) const {
  const AttemptStep& step = attempt_->current_step();
  const AttemptSpec& spec = attempt_->spec;
  return (step.kind == Kind::kGates ? spec.gates : spec.require)[step.first + check];
}

void SlotRunner::start_tries(Instant now) {
  while (const std::optional<std::size_t> check = attempt_->round.begin(now)) {
    start_try(*check, now);
  }
}

void SlotRunner::start_try(std::size_t check, Instant now) {
  RunningAttempt& attempt = *attempt_;
  const CheckOrder& order = order_of(check);
  const std::size_t number = attempt.current_step().first + check + 1;
  const CheckKind kind = check_kind();
  const std::uint32_t tries = attempt.round.tries(check);
  if (tries == 1) {
    tell_step(kind == CheckKind::kGate ? Step::Kind::kGate : Step::Kind::kRequirement, number);
  }
  say_line(
      requirement_or_gate_line(kind, number, order.name, tries, attempt.round.most_tries(check)));
  note_output(now);
  Child child;
  child.role = Child::Role::kCheck;
  child.index = check;
  child.started = now;
  child.timeout = order.timeout.value_or(kCheckTimeout);
  const Result<void> started = start_process(child, order.words, {{"HEADWAY_CHECK", order.name}});
  if (started) return;
  end_try(child, not_started(started.error().message), false, now);
}

void SlotRunner::end_try(const Child& child, const Ending& ending, bool left_behind, Instant now) {
  Ending told = ending;
  if (left_behind) {
    if (!told.detail.empty()) told.detail += "; ";
    told.detail += kLeftBehind;
    note(check_title(check_kind(), order_of(child.index).name) + ": " + std::string(kLeftBehind));
  }
  record_try(child.index, told, now - child.started);
  attempt_->last_tries[child.index] = ending;
  attempt_->round.ended(child.index, ending.outcome == Outcome::kSucceeded, now);
}

void SlotRunner::record_try(std::size_t check, const Ending& ending, Duration elapsed) {
  RunningAttempt& attempt = *attempt_;
  std::vector<CheckResult>& listed = attempt.result.checks;
  if (listed.size() == kMostTriesListed) listed.erase(listed.begin());
  CheckResult& result = listed.emplace_back();
  result.kind = check_kind();
  result.number = static_cast<std::uint32_t>(attempt.current_step().first + check + 1);
  result.attempt = attempt.round.tries(check);
  result.outcome = ending.outcome;
  result.exit_code = ending.exit_code;
  result.signal = ending.signal;
  result.elapsed = elapsed;
  result.detail = attempt.mask.mask(ending.detail);
  shorten(result.detail, kMostTryDetail);
}

/// All checks of the round are decided.
void SlotRunner::judge_round() {
  RunningAttempt& attempt = *attempt_;
  const std::vector<std::size_t> failed = attempt.round.failed();
  if (failed.empty()) return;
  const CheckKind kind = check_kind();
  std::string detail;
  for (std::size_t i = 0; i < std::min(failed.size(), kMostFailuresNamed); ++i) {
    const std::size_t check = failed[i];
    if (i > 0) detail += "; ";
    detail += check_failure(kind, order_of(check).name, attempt.round.tries(check),
                            attempt.last_tries[check]);
  }
  if (failed.size() > kMostFailuresNamed) {
    detail += "; and " + std::to_string(failed.size() - kMostFailuresNamed) + " more";
  }
  fail(kind == CheckKind::kGate ? Outcome::kGate : Outcome::kRequirement, std::move(detail));
}

/// One check at a time beside the command, so that they are told in the order in which they were
/// reached.
void SlotRunner::start_checkpoint(Instant now) {
  RunningAttempt& attempt = *attempt_;
  const bool busy =
      std::any_of(attempt.children.begin(), attempt.children.end(),
                  [](const Child& child) { return child.role == Child::Role::kCheckpoint; });
  if (busy) return;
  while (const std::optional<std::size_t> next = attempt.checkpoints.take()) {
    const CheckpointOrder& order = attempt.spec.checkpoints[*next];
    if (order.words.empty()) {
      tell_checkpoint(order, Ending{}, Duration{}, now);
      continue;
    }
    say_line(checkpoint_line(order.name));
    note_output(now);
    Child child;
    child.role = Child::Role::kCheckpoint;
    child.index = *next;
    child.started = now;
    child.timeout = order.timeout.value_or(kCheckTimeout);
    const Result<void> started = start_process(child, order.words, {{"HEADWAY_CHECK", order.name}});
    if (started) return;
    tell_checkpoint(order, not_started(started.error().message), Duration{}, now);
  }
}

void SlotRunner::end_checkpoint(const Child& child, const Ending& ending, bool left_behind,
                                Instant now) {
  // Ended together with the attempt it says nothing of the checkpoint.
  if (attempt_->imposed) return;
  const CheckpointOrder& order = attempt_->spec.checkpoints[child.index];
  Ending told = ending;
  if (left_behind) {
    if (!told.detail.empty()) told.detail += "; ";
    told.detail += kLeftBehind;
  }
  tell_checkpoint(order, told, now - child.started, now);
}

void SlotRunner::tell_checkpoint(const CheckpointOrder& order, const Ending& ending,
                                 Duration elapsed, Instant now) {
  RunningAttempt& attempt = *attempt_;
  SlotCheckpoint reached;
  reached.slot = settings_.slot;
  reached.token = attempt.token;
  reached.name = printable(attempt.mask.mask(order.name));
  reached.outcome = ending.outcome;
  reached.exit_code = ending.exit_code;
  reached.elapsed = elapsed;
  reached.detail = attempt.mask.mask(ending.detail);
  shorten(reached.name, kMaxCheckpointName);
  shorten(reached.detail, kMaxCheckDetail);
  send(std::move(reached));
  if (ending.outcome == Outcome::kSucceeded || !order.stop) return;
  std::string detail = check_failure(CheckKind::kCheckpoint, order.name, 1, ending);
  attempt.checkpoints.give_up();
  if (attempt.command() != nullptr) {
    impose(Outcome::kGate, std::move(detail), attempt.spec.kill_grace, now);
  } else {
    fail(Outcome::kGate, std::move(detail));
  }
}

}  // namespace headway::worker
