#include <algorithm>
#include <csignal>
#include <utility>

#include "common/base/units.h"
#include "worker/process/slot_runner.h"

/// SlotRunner at the ends of processes, until nothing of a step is left.

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;
using Role = Child::Role;

bool reads(const Child& child) { return child.role == Role::kReader; }

}  // namespace

void SlotRunner::on_child(Instant now) {
  SlotContents::Left left = SlotContents::Left::kSome;
  while (const std::optional<SlotContents::Reaped> reaped = contents_.reap(left)) {
    if (!attempt_) continue;
    const auto child =
        std::find_if(attempt_->children.begin(), attempt_->children.end(),
                     [&](const Child& each) { return each.process == reaped->process; });
    if (child != attempt_->children.end()) {
      child->status = reaped->status;
      if (reads(*child)) continue;
    }
    Usage& usage = attempt_->result.usage;
    usage.cpu += reaped->cpu;
    usage.max_memory = std::max(usage.max_memory, reaped->max_memory);
  }
  if (!attempt_) return;
  const bool nothing_left = left == SlotContents::Left::kNothing;
  switch (attempt_->phase) {
    case Phase::kRunning:
      return take_ended(nothing_left, now);
    case Phase::kEmptying:
      if (nothing_left) return emptied(now);
      // A subreaper gets orphans one generation after the other.
      return contents_.signal_all(SIGKILL);
    case Phase::kDelivering:
      return;
  }
}

void SlotRunner::take_ended(bool nothing_left, Instant now) {
  RunningAttempt& attempt = *attempt_;
  bool any = false;
  for (std::size_t i = 0; i < attempt.children.size();) {
    if (!attempt.children[i].status) {
      ++i;
      continue;
    }
    any = true;
    const Child ended = attempt.children[i];
    attempt.children.erase(attempt.children.begin() + static_cast<std::ptrdiff_t>(i));
    end_child(ended, nothing_left, now);
  }
  if (!any || !attempt.children.empty()) return;
  attempt.phase = Phase::kEmptying;
  attempt.kill_at.reset();
  if (attempt.imposed) fail(*attempt.imposed, attempt.imposed_detail);
  if (nothing_left) return emptied(now);
  kill_all(now);
}

/// Whether something lives on that a child had started which has ended; that is killed.
bool SlotRunner::leaves_behind(const Child& child, bool nothing_left, Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (!attempt.children.empty()) {
    // Without its command the attempt is over; checks that are told to end have their grace.
    if (child.role == Role::kCommand && attempt.imposed) kill_all(now);
    if (child.role == Role::kCommand) return !attempt.imposed && sweep_rest(now);
    // What has left its session as well is swept up at the end of the step.
    return contents_.signal_session(child.process, SIGKILL) && !attempt.imposed;
  }
  if (nothing_left || attempt.imposed) return false;
  const AttemptStep& step = attempt.current_step();
  if (child.role != Role::kCheck || step.last - step.first == 1) return true;
  if (contents_.signal_session(child.process, SIGKILL)) return true;
  note("checks that ran side by side left processes behind, which were killed");
  return false;
}

/// A child has ended, and is not among the others any more.
void SlotRunner::end_child(const Child& child, bool nothing_left, Instant now) {
  if (reads(child)) return;
  const bool left_behind = leaves_behind(child, nothing_left, now);
  const Ending ending = ending_of_child(child);
  switch (child.role) {
    case Role::kCommand:
      // What it reached at its very end counts as well.
      report(progress_.finish(), now);
      report_last_named();
      return end_command(ending, left_behind);
    case Role::kCheck:
      return end_try(child, ending, left_behind, now);
    case Role::kCheckpoint:
      return end_checkpoint(child, ending, left_behind, now);
    case Role::kReader:
      return;
  }
}

Ending SlotRunner::ending_of_child(const Child& child) {
  const int status = *child.status;
  const bool out_of_memory =
      !attempt_->imposed && may_be_out_of_memory(status) && out_of_memory_.has_moved();
  Ending ending = ending_of(status, out_of_memory);
  if (child.role == Role::kCommand) return ending;
  if (attempt_->imposed) {
    ending.outcome = *attempt_->imposed;
    ending.detail = "ended together with the attempt";
  } else if (child.timed_out) {
    ending.outcome = Outcome::kTimeout;
    ending.detail = "ran longer than its timeout of " + format_duration(*child.timeout);
  }
  return ending;
}

void SlotRunner::end_command(const Ending& ending, bool left_behind) {
  RunningAttempt& attempt = *attempt_;
  attempt.result.exit_code = ending.exit_code;
  attempt.result.signal = ending.signal;
  if (attempt.imposed) return;
  if (ending.outcome != Outcome::kSucceeded) fail(ending.outcome, ending.detail);
  if (left_behind) note(kLeftBehind);
}

void SlotRunner::emptied(Instant now) {
  RunningAttempt& attempt = *attempt_;
  attempt.kill_again.reset();
  drain_outputs();
  const AttemptStep::Kind kind = attempt.current_step().kind;
  if (!is_reading(kind)) attempt.result.usage.elapsed = now - attempt.started;
  go_on(now);
}

}  // namespace headway::worker
