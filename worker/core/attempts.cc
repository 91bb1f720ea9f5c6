#include <algorithm>
#include <string_view>
#include <utility>

#include "common/base/check.h"
#include "worker/core/shorten.h"
#include "worker/core/worker_core.h"

/// Being handed attempts, running them in slots, ending them.

namespace headway::worker {

namespace {

/// Leaves out what does not fit into one frame, and says so.
void fit_into_frame(AttemptResult& result) {
  shorten(result.detail, kMaxDetail);
  std::size_t bytes = result.detail.size();
  std::string left_out;
  const auto limit = [&](auto& list, std::size_t most, std::string_view what, auto size_of) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      bytes += size_of(list[i]);
      if (bytes <= most) continue;
      if (!result.detail.empty() || !left_out.empty()) left_out += "; ";
      left_out += std::to_string(list.size() - i) + " more " + std::string(what) +
                  " are not listed: too many";
      bytes -= size_of(list[i]);
      list.resize(i);
    }
  };
  const auto size_of_check = [](CheckResult& check) {
    constexpr std::size_t kOverhead = 140;  // keys, numbers, the outcome's word
    shorten(check.detail, kMaxCheckDetail);
    return check.detail.size() + kOverhead;
  };
  const auto size_of_file = [](const Artifact& file) {
    constexpr std::size_t kOverhead = 120;  // keys, size, digest
    return file.path.size() + kOverhead;
  };
  limit(result.checks, bytes + kMaxCheckBytes, "checks", size_of_check);
  limit(result.artifacts, kMaxResultBytes, "artifacts", size_of_file);
  limit(result.watched, kMaxResultBytes, "watched files", size_of_file);
  result.detail += left_out;
}

}  // namespace

void WorkerCore::on_message(Assign&& message) {
  const Token token = message.token;
  if (token == Token{}) {
    ++counters_.unexpected;
    return;
  }
  if (Attempt* held = find(token)) {
    if (held->state != Attempt::State::kEnded) {
      send(Accept{token});
    } else if (held->result_acknowledged) {
      send(Stopped{token});
    } else {
      send_result(*held);
    }
    return;
  }
  if (dead_.contains(token) || memory_.recall(token)) return answer_past(token);
  if (leaving_ != Leaving::kNo) return reject(token, "the worker is draining");
  if (unended_ >= kAttemptsPerSlot * slots_.size()) {
    return reject(token, "the worker is full: it has " + std::to_string(unended_) +
                             " attempts for " + std::to_string(slots_.size()) + " slots");
  }
  if (attempts_.size() - unended_ >= kMaxEnded) {
    return reject(token, "too many results of this worker are not acknowledged");
  }
  if (!message.spec.call.empty()) {
    return reject(token, "this worker only starts programs and cannot call functions");
  }
  Attempt attempt;
  attempt.token = token;
  attempt.spec = std::move(message.spec);
  attempts_.emplace(token, std::move(attempt));
  queue_.push_back(token);
  ++unended_;
  send(Accept{token});
  start_queued();
}

void WorkerCore::start_queued() {
  if (!lease_.holds(now_.steady)) return;
  for (std::size_t i = 0; i < slots_.size() && !queue_.empty(); ++i) {
    Slot& slot = slots_[i];
    if (slot.token != Token{} || slot.disowned) continue;
    Attempt* attempt = find(queue_.front());
    HW_CHECK(attempt != nullptr, "what is queued is held");
    queue_.pop_front();
    slot.token = attempt->token;
    attempt->state = Attempt::State::kRunning;
    attempt->slot = SlotId{static_cast<std::uint32_t>(i + 1)};
    // What the supervisor has now need not be kept twice.
    AttemptSpec remains;
    remains.run = attempt->spec.run;
    remains.ticket = attempt->spec.ticket;
    remains.attempt = attempt->spec.attempt;
    remains.finish_on_disconnect = attempt->spec.finish_on_disconnect;
    StartSlot start;
    start.slot = attempt->slot;
    start.token = attempt->token;
    start.spec = std::exchange(attempt->spec, std::move(remains));
    start.root = identity_.root.empty() ? start.spec.root : identity_.root;
    if (!start.spec.finish_on_disconnect) start.lease_ends = lease_.ends();
    emit(CommandSlot{std::move(start)});
  }
}

void WorkerCore::reject(Token token, std::string reason) {
  memory_.remember(token, PastToken::kRejected);
  send(Reject{token, std::move(reason)});
}

void WorkerCore::answer_past(Token token) {
  const std::optional<PastToken> past = memory_.recall(token);
  if (past == PastToken::kRejected) {
    send(Reject{token, "it was handed back before"});
    return;
  }
  if (!past && !dead_.contains(token)) memory_.remember(token, PastToken::kStopped);
  send(Stopped{token});
}

void WorkerCore::drop_queued(Token token) {
  queue_.erase(std::remove(queue_.begin(), queue_.end(), token), queue_.end());
  --unended_;
  memory_.remember(token, PastToken::kRejected);
  erase(token);
}

void WorkerCore::on_message(Stop&& message) {
  const Token token = message.token;
  if (token == Token{}) {
    ++counters_.unexpected;
    return;
  }
  Attempt* attempt = find(token);
  if (attempt == nullptr) return answer_past(token);
  switch (attempt->state) {
    case Attempt::State::kQueued:
      drop_queued(token);
      send(Reject{token, message.recall ? "it was recalled before it was started"
                                        : "it was stopped before it was started"});
      break;
    case Attempt::State::kRunning:
      if (message.recall) break;
      stop_running(*attempt, std::max(message.grace, Duration{}), message.outcome);
      break;
    case Attempt::State::kEnded:
      if (attempt->result_acknowledged) {
        send(Stopped{token});
      } else {
        send_result(*attempt);
      }
      break;
  }
}

void WorkerCore::stop_running(Attempt& attempt, Duration grace, Outcome outcome) {
  // A repeated stop is no news unless it is in more of a hurry.
  if (attempt.stop_grace && *attempt.stop_grace <= grace) return;
  attempt.stop_grace = grace;
  emit(CommandSlot{StopSlot{attempt.slot, attempt.token, grace, outcome}});
}

void WorkerCore::kill(Attempt& attempt, Outcome outcome) {
  attempt.lease_lost = true;
  stop_running(attempt, Duration{}, outcome);
}

WorkerCore::Slot* WorkerCore::slot_of(SlotId slot) {
  if (slot == SlotId{} || slot.index() > slots_.size()) return nullptr;
  return &slots_[slot.index() - 1];
}

Attempt* WorkerCore::running_in(SlotId slot, Token token) {
  const Slot* found = slot_of(slot);
  if (found == nullptr || found->token != token || token == Token{}) {
    ++counters_.odd_events;
    return nullptr;
  }
  if (found->disowned) return nullptr;
  Attempt* attempt = find(token);
  HW_CHECK(attempt != nullptr, "what a slot runs is an attempt that is held");
  return attempt;
}

void WorkerCore::on_event(SlotStarted&& event) {
  if (running_in(event.slot, event.token) == nullptr) return;
  send(Started{event.token, event.slot, event.process});
}

void WorkerCore::on_event(SlotProgress&& event) {
  Attempt* attempt = running_in(event.slot, event.token);
  if (attempt == nullptr) return;
  // The comparison is false for what is not a number, which becomes 0.
  const double share = event.share > 0 ? std::min(event.share, 1.0) : 0.0;
  shorten(event.message, kMaxProgressText);
  attempt->progress = Progress{event.token, share, std::move(event.message)};
  if (phase_ == Phase::kJoined && now_.steady >= attempt->progress_allowed) send_progress(*attempt);
  schedule(*attempt);
}

void WorkerCore::on_event(SlotStep&& event) {
  Attempt* attempt = running_in(event.slot, event.token);
  if (attempt == nullptr) return;
  attempt->step = Step{event.token, event.kind, event.number};
  send(*attempt->step);
}

void WorkerCore::on_event(SlotCheckpoint&& event) {
  Attempt* attempt = running_in(event.slot, event.token);
  if (attempt == nullptr) return;
  if (attempt->unacknowledged_checkpoints.size() >= kMaxCheckpoints) {
    log(LogLevel::kWarning, *attempt, "too many checkpoints; one is left out");
    return;
  }
  if (event.left_out > 0) {
    log(LogLevel::kWarning, *attempt,
        "it named more checkpoints than are told of: " + std::to_string(event.left_out) +
            " before the last are left out");
  }
  CheckpointReached reached;
  reached.token = event.token;
  reached.number = ++attempt->checkpoints;
  reached.name = std::move(event.name);
  reached.outcome = event.outcome;
  reached.exit_code = event.exit_code;
  reached.elapsed = event.elapsed;
  reached.detail = std::move(event.detail);
  shorten(reached.name, kMaxCheckpointName);
  shorten(reached.detail, kMaxCheckDetail);
  if (attempt->unacknowledged_checkpoints.empty()) attempt->checkpoint_resend.begin(now_.steady);
  attempt->unacknowledged_checkpoints.push_back(reached);
  send(std::move(reached));
  schedule(*attempt);
}

void WorkerCore::on_event(SlotOutput&& event) {
  Attempt* attempt = running_in(event.slot, event.token);
  if (attempt == nullptr) return;
  const OutputPiece fresh = attempt->output.append({event.offset, event.bytes.data.size()});
  if (fresh.size == 0) return;
  if (fresh.offset > event.offset) event.bytes.data.erase(0, fresh.offset - event.offset);
  emit(SpoolAppend{event.token, fresh.offset, std::move(event.bytes)});
  send_output(*attempt);
}

void WorkerCore::on_event(SlotEnded&& event) {
  Attempt* attempt = running_in(event.slot, event.token);
  if (attempt == nullptr) {
    Slot* slot = slot_of(event.slot);
    if (slot != nullptr && slot->disowned && slot->token == event.token) {
      *slot = {};
      start_queued();
    }
    return;
  }
  AttemptResult result;
  result.token = event.token;
  result.outcome = event.outcome;
  result.exit_code = event.exit_code;
  result.signal = event.signal;
  result.detail = std::move(event.detail);
  result.usage = event.usage;
  result.artifacts = std::move(event.artifacts);
  result.output_size = std::max(event.output_size, attempt->output.end());
  result.checks = std::move(event.checks);
  result.watched = std::move(event.watched);
  end(*attempt, std::move(result));
}

void WorkerCore::on_event(SlotLost&& event) {
  if (event.token == Token{}) return;
  SlotEnded ended;
  ended.slot = event.slot;
  ended.token = event.token;
  ended.outcome = Outcome::kWorkerLost;
  ended.detail = "the process that supervised it was killed";
  on_event(std::move(ended));
}

void WorkerCore::end(Attempt& attempt, AttemptResult result) {
  Slot* slot = slot_of(attempt.slot);
  HW_CHECK(slot != nullptr, "a running attempt has a slot");
  *slot = {};
  --unended_;
  attempt.state = Attempt::State::kEnded;
  attempt.progress.reset();
  result.slot = attempt.slot;
  fit_into_frame(result);
  attempt.result = std::move(result);
  send_result(attempt);
  start_queued();
}

}  // namespace headway::worker
