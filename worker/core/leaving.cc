#include <algorithm>
#include <utility>

#include "common/base/units.h"
#include "worker/core/worker_core.h"

/// Draining, stopping everything, and the end.

namespace headway::worker {

void WorkerCore::on_message(Drain&& message) {
  // Whoever asked for its end here wants it to stay away.
  restart_ = message.restart && !asked_to_end_;
  begin_drain(restart_ ? "the coordinator asks it to start anew" : "the coordinator asks for it");
}

void WorkerCore::on(DrainRequested&& /*input*/) {
  asked_to_end_ = true;
  restart_ = false;
  begin_drain("it was asked to end");
}

void WorkerCore::begin_drain(const std::string& why) {
  if (leaving_ != Leaving::kNo) return;
  leaving_ = Leaving::kDraining;
  log(LogLevel::kInfo, "draining: " + why + "; " + std::to_string(busy_slots()) + " running");
  send(Drain{});
  while (!queue_.empty()) {
    const Token token = queue_.front();
    drop_queued(token);
    send(Reject{token, "the worker is draining"});
  }
}

void WorkerCore::on(StopAllRequested&& /*input*/) {
  asked_to_end_ = true;
  restart_ = false;
  begin_drain("everything is to stop at once");
  if (leaving_ == Leaving::kStopping) return;
  leaving_ = Leaving::kStopping;
  leave_by_ = now_.steady + kStopPatience;
  for (auto& [token, attempt] : attempts_) {
    if (attempt.state == Attempt::State::kRunning) kill(attempt, Outcome::kTakenBack);
  }
}

void WorkerCore::leave_if_done() {
  if (leaving_ == Leaving::kNo) return;
  const bool stopping = leaving_ == Leaving::kStopping;
  const bool joined = phase_ == Phase::kJoined;
  const bool late = leave_by_ && now_.steady >= *leave_by_;
  if (busy_slots() > 0) {
    if (stopping && late) leave(130, "what runs did not end in time; its supervisors kill it");
    return;
  }
  const bool unreported = std::any_of(attempts_.begin(), attempts_.end(), [](const auto& each) {
    return !each.second.result_acknowledged;
  });
  if (stopping) {
    if (!unreported || !joined || late) leave(130, "everything was stopped on request");
    return;
  }
  if (attempts_.empty()) {
    leave(0, "drained");
  } else if (joined) {
    leave_by_.reset();
  } else if (late) {
    leave(unreported ? 1 : 0, "drained, but " + std::to_string(attempts_.size()) +
                                  " results or outputs could not be delivered");
  } else if (!leave_by_) {
    leave_by_ = now_.steady + kDrainPatience;
    log(LogLevel::kInfo, "what the coordinator has not acknowledged yet waits for it, for " +
                             format_duration(kDrainPatience) + " at most");
    // Somebody waits for its end: the pause before the next try is over.
    retries_ = 0;
    connect_anew();
  }
}

void WorkerCore::leave(int code, std::string reason) {
  if (busy_slots() == 0) send(Goodbye{});
  phase_ = Phase::kGone;
  emit(Exit{code, std::move(reason), restart_});
}

}  // namespace headway::worker
