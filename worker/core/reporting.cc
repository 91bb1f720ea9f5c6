#include <algorithm>
#include <utility>

#include "common/base/check.h"
#include "worker/core/worker_core.h"

/// Results, output, checkpoints and progress, until they are acknowledged.

namespace headway::worker {

void WorkerCore::send_result(Attempt& attempt) {
  if (!attempt.result || attempt.result_acknowledged) return;
  send(*attempt.result);
  attempt.result_resend.begin(now_.steady);
  schedule(attempt);
}

void WorkerCore::send_checkpoints(Attempt& attempt) {
  for (const CheckpointReached& pending : attempt.unacknowledged_checkpoints) send(pending);
}

void WorkerCore::send_progress(Attempt& attempt) {
  send(*std::exchange(attempt.progress, std::nullopt));
  attempt.progress_allowed = now_.steady + kProgressGap;
}

void WorkerCore::send_output(Attempt& attempt) {
  if (phase_ != Phase::kJoined) return;
  while (const std::optional<OutputPiece> piece = attempt.output.take_next()) {
    emit(SendOutput{session_, attempt.token, piece->offset, piece->size});
  }
  ask_for_room(attempt);
}

/// Where output waits for room, a heartbeat goes out early, since only its acknowledgement makes
/// some. A coordinator that acknowledges nothing is asked less and less often.
void WorkerCore::ask_for_room(Attempt& attempt) {
  if (!attempt.output.is_held_up()) return;
  const Instant at = heartbeat_sent_ + std::max(attempt.held_up_pause, kShortestHeartbeat);
  if (!early_heartbeat_ || at < *early_heartbeat_) early_heartbeat_ = at;
}

void WorkerCore::output_acknowledged(const OutputReceived& received) {
  Attempt* attempt = find(received.token);
  if (attempt == nullptr || !attempt->output.acknowledge(received.offset)) return;
  attempt->output_misses = 0;
  attempt->output_patience = 2;
  attempt->held_up_pause = Duration{};
  emit(SpoolRelease{received.token, attempt->output.acknowledged()});
  send_output(*attempt);
  forget_if_settled(received.token);
}

/// What was sent before a heartbeat arrives before it. If its acknowledgement, and the next one as
/// well (the coordinator may write late), know less than was sent, something was lost.
void WorkerCore::check_output_marks(std::uint64_t heartbeat) {
  constexpr std::uint32_t kMostPatience = 64;
  for (auto& [token, attempt] : attempts_) {
    if (attempt.output_mark && heartbeat >= attempt.output_mark->heartbeat) {
      const bool missed = attempt.output.acknowledged() < attempt.output_mark->offset;
      attempt.output_mark.reset();
      attempt.output_misses = missed ? attempt.output_misses + 1 : 0;
      if (attempt.output_misses >= attempt.output_patience) {
        attempt.output_misses = 0;
        attempt.output_patience = std::min(attempt.output_patience * 2, kMostPatience);
        attempt.output.rewind();
        send_output(attempt);
      }
    }
    ask_for_room(attempt);
  }
}

void WorkerCore::on_message(ResultAck&& message) {
  if (dead_.contains(message.token)) return follow({message.token, Verdict::kForget});
  Attempt* attempt = find(message.token);
  if (attempt == nullptr || !attempt->result) {
    ++counters_.unexpected;
    return;
  }
  if (attempt->result_acknowledged) return;
  attempt->result_acknowledged = true;
  attempt->output_given_up = now_.steady + kOutputPatience;
  attempt->unacknowledged_checkpoints.clear();
  emit(Settled{message.token});
  if (message.verdict == ResultVerdict::kStale) {
    log(LogLevel::kInfo, *attempt, "its result came too late and changed nothing");
  }
  schedule(*attempt);
  forget_if_settled(message.token);
}

void WorkerCore::on_message(CheckpointAck&& message) {
  Attempt* attempt = find(message.token);
  if (attempt == nullptr) {
    ++counters_.unexpected;
    return;
  }
  auto& pending = attempt->unacknowledged_checkpoints;
  pending.erase(std::remove_if(pending.begin(), pending.end(),
                               [&](const auto& each) { return each.number == message.number; }),
                pending.end());
  schedule(*attempt);
}

void WorkerCore::resend_all(Attempt& attempt) {
  attempt.output_mark.reset();
  attempt.output_misses = 0;
  attempt.output.rewind();
  if (attempt.step && attempt.state == Attempt::State::kRunning) send(*attempt.step);
  send_checkpoints(attempt);
  attempt.checkpoint_resend.begin(now_.steady);
  send_result(attempt);
  send_output(attempt);
  schedule(attempt);
}

void WorkerCore::forget_if_settled(Token token) {
  const Attempt* attempt = find(token);
  if (attempt == nullptr || !attempt->result_acknowledged || !attempt->output.all_arrived()) return;
  memory_.remember(token, PastToken::kStopped);
  erase(token);
}

void WorkerCore::fire(Attempt& attempt) {
  const Instant now = now_.steady;
  if (attempt.result_acknowledged) {
    if (now < attempt.output_given_up) return schedule(attempt);
    log(LogLevel::kWarning, attempt,
        std::to_string(attempt.output.kept()) +
            " bytes of its output were never acknowledged and are dropped");
    const Token token = attempt.token;
    memory_.remember(token, PastToken::kStopped);
    erase(token);
    return;
  }
  HW_CHECK(phase_ == Phase::kJoined, "without a session nothing is sent again");
  if (!attempt.unacknowledged_checkpoints.empty() && now >= attempt.checkpoint_resend.due()) {
    send_checkpoints(attempt);
    attempt.checkpoint_resend.again(now);
  }
  if (attempt.result && now >= attempt.result_resend.due()) {
    send(*attempt.result);
    attempt.result_resend.again(now);
  }
  if (attempt.progress && now >= attempt.progress_allowed) send_progress(attempt);
  schedule(attempt);
}

}  // namespace headway::worker
