#include <csignal>

#include "common/base/units.h"
#include "worker/process/slot_runner.h"

/// SlotRunner's deadlines: of the lease, of the command and each check, of graces and kills.

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;

/// How often the progress file is looked at where the system has no inotify instance left.
constexpr Duration kProgressLook = std::chrono::milliseconds{500};

void earlier(std::optional<Instant>& first, const std::optional<Instant>& other) {
  if (other && (!first || *other < *first)) first = other;
}

}  // namespace

void SlotRunner::check_lease(Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (!attempt.lease_ends || now < *attempt.lease_ends) return;
  attempt.lease_ends.reset();
  if (attempt.imposed) {
    // It is being ended already; only the grace is over.
    if (attempt.kill_at) kill_all(now);
    return;
  }
  impose(Outcome::kWorkerLost, "killed: the worker's lease on it ran out", Duration::zero(), now);
}

void SlotRunner::check_timeouts(Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (attempt.phase != Phase::kRunning) return;
  for (Child& child : attempt.children) {
    if (child.kill_at && now >= *child.kill_at) {
      child.kill_at.reset();
      contents_.signal_child(child.process, SIGKILL);
    }
    if (attempt.imposed || child.timed_out || !child.timeout) continue;
    if (now < child.started + *child.timeout) continue;
    child.timed_out = true;
    if (child.role == Child::Role::kCommand) {
      impose(Outcome::kTimeout, "ran longer than its timeout of " + format_duration(*child.timeout),
             attempt.spec.kill_grace, now);
      continue;
    }
    const bool has_grace = attempt.spec.kill_grace > Duration::zero();
    contents_.signal_child(child.process, has_grace ? SIGTERM : SIGKILL);
    if (has_grace) child.kill_at = now + attempt.spec.kill_grace;
  }
}

void SlotRunner::check_kills(Instant now) {
  if (attempt_->kill_at && now >= *attempt_->kill_at) kill_all(now);
  if (!attempt_->kill_again || now < *attempt_->kill_again) return;
  on_child(now);
  if (!attempt_->kill_again) return;
  if (attempt_->spares_checks) {
    sweep_rest(now);
  } else {
    kill_all(now);
  }
}

void SlotRunner::on_time(Instant now) {
  if (!attempt_) return;
  RunningAttempt& attempt = *attempt_;
  check_lease(now);
  check_timeouts(now);
  check_kills(now);
  if (attempt.phase == Phase::kRunning) {
    if (progress_.watch_fd() < 0 && attempt.command() != nullptr &&
        (!progress_look_ || now >= *progress_look_)) {
      progress_look_ = now + kProgressLook;
      report(progress_.look(), now);
    }
    if (const Child* command = attempt.command()) {
      attempt.checkpoints.at_time(now - command->started);
    }
    // What has become due; with nothing alive, the attempt goes on by itself.
    if (attempt.children.empty()) {
      go_on(now);
    } else if (!attempt.imposed) {
      advance(now);
    }
  }
  deliver(now);
}

std::optional<Instant> SlotRunner::next_deadline() const {
  if (!attempt_) return std::nullopt;
  const RunningAttempt& attempt = *attempt_;
  // The channel was emptied after the last delivery: nothing else would wake us for the rest.
  if (attempt.phase == Phase::kDelivering && has_room()) return Instant{};
  std::optional<Instant> first = attempt.kill_again;
  earlier(first, attempt.kill_at);
  if (attempt.phase != Phase::kRunning) return first;
  earlier(first, attempt.lease_ends);
  for (const Child& child : attempt.children) {
    earlier(first, child.kill_at);
    if (child.timeout && !child.timed_out && !attempt.imposed) {
      earlier(first, child.started + *child.timeout);
    }
    if (child.role != Child::Role::kCommand) continue;
    if (progress_.watch_fd() < 0) earlier(first, progress_look_);
    if (const std::optional<Duration> next = attempt.checkpoints.next_time()) {
      earlier(first, child.started + *next);
    }
  }
  if (!attempt.imposed) earlier(first, attempt.round.next_begin());
  if (has_room()) earlier(first, attempt.output_due);
  return first;
}

}  // namespace headway::worker
