#include "worker/process/slot_runner.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "common/base/units.h"
#include "worker/process/spawn.h"

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;

/// How often everything is killed again while something lives on.
constexpr Duration kKillAgain = std::chrono::milliseconds{10};
/// How often the progress file is looked at where the system has no inotify instance left.
constexpr Duration kProgressLook = std::chrono::milliseconds{500};

void earlier(std::optional<Instant>& first, const std::optional<Instant>& other) {
  if (other && (!first || *other < *first)) first = other;
}

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

void SlotRunner::start(const StartSlot& command, Instant now) {
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
  Result<Launch> launch = prepare_launch(command, settings_, progress_.begin(command.token));
  if (!launch) {
    progress_.end();
    return refuse(Outcome::kCouldNotStart, launch.error().message);
  }
  SecretMask mask(launch->secrets);
  out_of_memory_.mark(now);
  Result<Spawned> spawned = spawn(launch.value(), null_device_.get());
  if (!spawned) {
    progress_.end();
    return refuse(Outcome::kCouldNotStart, mask.mask(spawned.error().message));
  }
  RunningAttempt& attempt = attempt_.emplace(command, now);
  attempt.main_process = spawned->process;
  attempt.output = std::move(spawned->output);
  attempt.mask = std::move(mask);
  attempt.result.slot = settings_.slot;
  attempt.result.token = command.token;
  checkpoints_ = 0;
  if (progress_.watch_fd() < 0) progress_look_ = now + kProgressLook;
  send(SlotStarted{settings_.slot, command.token, host_process()});
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
  if (attempt.phase != Phase::kRunning && attempt.phase != Phase::kReading) return;
  const bool first = !attempt.imposed;
  if (attempt.imposed != Outcome::kWorkerLost) {
    attempt.imposed = outcome;
    attempt.imposed_detail = std::move(detail);
  }
  if (grace <= Duration::zero() || attempt.phase == Phase::kReading) return kill_all(now);
  if (first) contents_.signal_all(SIGTERM);
  earlier(attempt.kill_at, now + grace);
}

void SlotRunner::kill_all(Instant now) {
  contents_.signal_all(SIGKILL);
  attempt_->kill_at.reset();
  attempt_->kill_again = now + kKillAgain;
}

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

void SlotRunner::check_timeout(Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (!attempt.timeout || attempt.imposed || attempt.phase != Phase::kRunning) return;
  if (now < attempt.started + *attempt.timeout) return;
  impose(Outcome::kTimeout, "ran longer than its timeout of " + format_duration(*attempt.timeout),
         attempt.kill_grace, now);
}

void SlotRunner::on_time(Instant now) {
  if (!attempt_) return;
  check_lease(now);
  check_timeout(now);
  if (attempt_->kill_at && now >= *attempt_->kill_at) kill_all(now);
  if (attempt_->kill_again && now >= *attempt_->kill_again) {
    attempt_->kill_again = now + kKillAgain;
    on_child(now);
    if (!attempt_) return;
    if (attempt_->kill_again) contents_.signal_all(SIGKILL);
  }
  if (progress_look_ && now >= *progress_look_) {
    progress_look_ = now + kProgressLook;
    if (attempt_->phase == Phase::kRunning) report(progress_.look());
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
  if (attempt.phase == Phase::kRunning || attempt.phase == Phase::kReading) {
    earlier(first, attempt.lease_ends);
  }
  if (attempt.phase == Phase::kRunning) {
    if (attempt.timeout && !attempt.imposed) earlier(first, attempt.started + *attempt.timeout);
    earlier(first, progress_look_);
    if (has_room()) earlier(first, attempt.output_due);
  }
  return first;
}

bool SlotRunner::end_all() {
  const bool ended = contents_.end_all();
  progress_.end();
  return ended;
}

}  // namespace headway::worker
