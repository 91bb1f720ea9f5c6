#include "worker/process/slot_runner.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "common/base/units.h"
#include "worker/process/strict_look.h"

/// SlotRunner's commands: start, extend, stop.

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;

/// How soon everything is killed again while something lives on.
constexpr Duration kKillAgain = std::chrono::milliseconds{10};

}  // namespace

SlotRunner::SlotRunner(LaunchSettings settings, Containment containment,
                       std::string progress_directory, UniqueFd null_device, UniqueFd host_children,
                       MessageChannel& channel)
    : settings_(std::move(settings)),
      contents_(containment),
      progress_(std::move(progress_directory)),
      null_device_(std::move(null_device)),
      host_children_(std::move(host_children)),
      channel_(channel),
      block_(MessageChannel::kReadBytes, '\0') {}

void SlotRunner::start(StartSlot&& command, Instant now) {
  const auto refuse = [&](Outcome outcome, std::string detail) {
    SlotEnded ended;
    ended.slot = settings_.slot;
    ended.token = command.token;
    ended.outcome = outcome;
    ended.detail = std::move(detail);
    send(std::move(ended));
  };
  if (attempt_) return refuse(Outcome::kCouldNotStart, "the slot is in use by another attempt");
  if (command.lease_ends && *command.lease_ends <= now) {
    return refuse(Outcome::kWorkerLost, "the lease ran out before it was started");
  }
  const bool strict = command.spec.strict;
  Result<Surroundings> surroundings = prepare_surroundings(command, settings_);
  if (!surroundings) {
    return refuse(strict ? Outcome::kRequirement : Outcome::kCouldNotStart,
                  surroundings.error().message);
  }
  if (strict) {
    const Result<void> seen = look_for_programs(command, surroundings.value());
    if (!seen) {
      return refuse(Outcome::kRequirement,
                    SecretMask(surroundings->secrets).mask(seen.error().message));
    }
  }
  RunningAttempt& attempt =
      attempt_.emplace(std::move(command), std::move(surroundings).value(), now);
  attempt.result.slot = settings_.slot;
  attempt.result.token = attempt.token;
  checkpoints_ = 0;
  go_on(now);
}

void SlotRunner::extend(const ExtendLease& command) {
  if (!attempt_ || attempt_->token != command.token || !attempt_->lease_ends) return;
  // A lease that has run out stays so: the kill is on its way.
  if (attempt_->imposed == Outcome::kWorkerLost) return;
  attempt_->lease_ends = command.lease_ends;
}

void SlotRunner::stop(const StopSlot& command, Instant now) {
  if (!attempt_ || attempt_->token != command.token) return;
  // Whether it has ended by itself before is decided by what is true now, not by what was noticed.
  on_child(now);
  if (!attempt_) return;
  const std::string how = command.grace > Duration::zero()
                              ? "stopped; it was given " + format_duration(command.grace)
                              : "killed";
  impose(command.outcome, how, command.grace, now);
}

void SlotRunner::impose(Outcome outcome, std::string detail, Duration grace, Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (attempt.phase == Phase::kDelivering) return;
  const bool first = !attempt.imposed;
  if (attempt.imposed != Outcome::kWorkerLost) {
    attempt.imposed = outcome;
    attempt.imposed_detail = std::move(detail);
  }
  // What is left of a step is being killed; the next will not begin.
  if (attempt.phase == Phase::kEmptying) return;
  // Between two tries nothing is alive.
  if (attempt.children.empty()) return go_on(now);
  if (grace <= Duration::zero() || is_reading(attempt.current_step().kind)) return kill_all(now);
  if (first) contents_.signal_all(SIGTERM);
  const Instant over = now + grace;
  attempt.kill_at = attempt.kill_at ? std::min(*attempt.kill_at, over) : over;
}

void SlotRunner::kill_all(Instant now) {
  contents_.signal_all(SIGKILL);
  attempt_->kill_at.reset();
  attempt_->kill_again = now + kKillAgain;
  attempt_->spares_checks = false;
}

bool SlotRunner::sweep_rest(Instant now) {
  std::vector<pid_t> kept;
  for (const Child& child : attempt_->children) kept.push_back(child.process);
  const bool found = contents_.signal_rest(kept, SIGKILL);
  attempt_->spares_checks = found;
  attempt_->kill_again.reset();
  if (found) attempt_->kill_again = now + kKillAgain;
  return found;
}

void SlotRunner::fail(Outcome outcome, std::string detail) {
  SlotEnded& result = attempt_->result;
  if (attempt_->has_failed()) return note(detail);
  result.outcome = outcome;
  result.detail = std::move(detail);
}

void SlotRunner::note(std::string_view text) {
  std::string& notes = attempt_->notes;
  if (!notes.empty()) notes += "; ";
  notes += text;
}

bool SlotRunner::end_all() {
  const bool ended = contents_.end_all();
  progress_.end();
  return ended;
}

}  // namespace headway::worker
