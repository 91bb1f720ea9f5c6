#include "worker/core/worker_core.h"

#include <algorithm>
#include <utility>

#include "common/base/check.h"

namespace headway::worker {

WorkerCore::WorkerCore(WorkerIdentity identity)
    : identity_(std::move(identity)), registry_(identity_.registry), slots_(identity_.slots) {
  HW_CHECK(identity_.slots > 0, "a worker has at least one slot");
  for (const Token token : identity_.dead) dead_.insert(token);
}

std::vector<Effect> WorkerCore::step(Input input, Now now) {
  effects_.clear();
  if (phase_ == Phase::kGone) return {};
  now_ = now;
  if (phase_ == Phase::kConnecting && !phase_timer_) phase_timer_ = now.steady + kLongestRetry;
  // Before anything else: an answer that comes after the lease's end cannot revive it, since the
  // supervisors have killed what it covered.
  if (lease_.ends() && !lease_.holds(now.steady)) expire_lease();
  std::visit([&]<class Each>(Each&& each) { on(std::forward<Each>(each)); }, std::move(input));
  if (phase_ != Phase::kGone) fire_deadlines();
  if (phase_ != Phase::kGone) leave_if_done();
  return std::exchange(effects_, {});
}

void WorkerCore::on(FromCoordinator&& input) {
  std::visit(
      [&]<class Message>(Message&& message) {
        using Plain = std::decay_t<Message>;
        constexpr bool kJoins = std::is_same_v<Plain, Welcome> || std::is_same_v<Plain, Refused> ||
                                std::is_same_v<Plain, HelloAgain>;
        if (!kJoins && (phase_ != Phase::kJoined || input.session != session_)) {
          ++counters_.wrong_session;
          return;
        }
        on_message(std::forward<Message>(message));
      },
      std::move(input.message));
}

void WorkerCore::on(SlotEvent&& input) {
  std::visit([&]<class Event>(Event&& event) { on_event(std::forward<Event>(event)); },
             std::move(input));
}

void WorkerCore::on(Connected&& /*input*/) {
  if (phase_ != Phase::kConnecting) return;
  if (now_.steady >= hello_sent_ + kHelloGap) return say_hello();
  // A coordinator that welcomes and loses its workers in an instant must not make them spin.
  phase_ = Phase::kPausing;
  phase_timer_ = hello_sent_ + kHelloGap;
}

void WorkerCore::on(Tick&& /*input*/) {}

void WorkerCore::on(LoadMeasured&& input) { load_ = input.load; }

void WorkerCore::on(OutputLost&& input) {
  Attempt* attempt = find(input.token);
  if (attempt == nullptr) return;
  attempt->output.lose({input.offset, input.size});
  log(LogLevel::kWarning, *attempt,
      std::to_string(input.size) + " bytes of its output could not be kept and are left out");
  forget_if_settled(input.token);
}

std::optional<Instant> WorkerCore::next_deadline() const {
  if (phase_ == Phase::kGone) return std::nullopt;
  std::optional<Instant> next = phase_timer_;
  const auto consider = [&](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  consider(lease_.ends());
  consider(leave_by_);
  if (phase_ == Phase::kJoined) {
    consider(heartbeat_due_);
    consider(early_heartbeat_);
    consider(last_heard_ + kSilentHeartbeats * heartbeat_);
  }
  if (!deadlines_.empty()) consider(deadlines_.begin()->first);
  return next;
}

void WorkerCore::fire_deadlines() {
  const Instant now = now_.steady;
  if (phase_timer_ && now >= *phase_timer_) connect_anew();
  if (phase_ == Phase::kJoined) {
    if (now >= last_heard_ + kSilentHeartbeats * heartbeat_) {
      log(LogLevel::kWarning, "the coordinator is silent; connecting anew");
      connect_anew();
    } else if (now >= heartbeat_due_ || (early_heartbeat_ && now >= *early_heartbeat_)) {
      send_heartbeat();
    }
  }
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    Attempt* attempt = find(deadlines_.begin()->second);
    HW_CHECK(attempt != nullptr, "a deadline belongs to an attempt that is held");
    fire(*attempt);
  }
}

void WorkerCore::send(WorkerMessage message) {
  if (phase_ != Phase::kJoined) return;
  emit(SendMessage{FromWorker{session_, std::move(message)}});
}

void WorkerCore::log(LogLevel level, std::string text) {
  emit(Log{level, {}, {}, Token{}, std::move(text)});
}

void WorkerCore::log(LogLevel level, const Attempt& attempt, std::string text) {
  emit(Log{level, attempt.spec.run, attempt.spec.ticket, attempt.token, std::move(text)});
}

Attempt* WorkerCore::find(Token token) {
  const auto found = attempts_.find(token);
  return found == attempts_.end() ? nullptr : &found->second;
}

void WorkerCore::schedule(Attempt& attempt) {
  std::optional<Instant> due;
  const auto consider = [&](Instant at) {
    if (!due || at < *due) due = at;
  };
  if (phase_ == Phase::kJoined) {
    if (attempt.result && !attempt.result_acknowledged) consider(attempt.result_resend.due());
    if (!attempt.unacknowledged_checkpoints.empty()) consider(attempt.checkpoint_resend.due());
    if (attempt.progress) consider(attempt.progress_allowed);
  }
  if (attempt.result_acknowledged) consider(attempt.output_given_up);
  if (due == attempt.due) return;
  if (attempt.due) deadlines_.erase({*attempt.due, attempt.token});
  if (due) deadlines_.emplace(*due, attempt.token);
  attempt.due = due;
}

void WorkerCore::schedule_all() {
  for (auto& [token, attempt] : attempts_) schedule(attempt);
}

void WorkerCore::erase(Token token) {
  const auto found = attempts_.find(token);
  if (found == attempts_.end()) return;
  if (found->second.output.any()) emit(SpoolDrop{token});
  if (found->second.due) deadlines_.erase({*found->second.due, token});
  attempts_.erase(found);
}

std::size_t WorkerCore::busy_slots() const {
  return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) {
    return slot.token != Token{} || slot.disowned;
  }));
}

}  // namespace headway::worker
