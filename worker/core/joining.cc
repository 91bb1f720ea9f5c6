#include <algorithm>
#include <utility>

#include "common/base/check.h"
#include "worker/core/worker_core.h"

/// Saying hello, being welcomed, the lease and its heartbeats.

namespace headway::worker {

namespace {

/// Spreads workers that lost the same coordinator at the same moment: up to a quarter of `pause`,
/// from the incarnation, which is random for each process (the finaliser of SplitMix64).
Duration jitter(std::uint64_t incarnation, std::uint32_t retry, Duration pause) {
  std::uint64_t mixed = incarnation + (retry + 1) * 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  return Duration{static_cast<Duration::rep>(mixed % static_cast<std::uint64_t>(pause.count())) /
                  4};
}

}  // namespace

Duration WorkerCore::retry_pause() {
  const std::uint32_t doublings = std::min(retries_, 4U);
  const Duration pause = std::min(kFirstRetry * (1U << doublings), kLongestRetry);
  const Duration all = pause + jitter(identity_.incarnation, retries_, pause);
  ++retries_;
  return all;
}

void WorkerCore::connect_anew() {
  lose_session();
  phase_ = Phase::kConnecting;
  phase_timer_ =
      now_.steady + kLongestRetry + jitter(identity_.incarnation, retries_, kLongestRetry);
  emit(ReconnectSocket{});
}

void WorkerCore::lose_session() {
  session_ = 0;
  if (phase_ == Phase::kJoined) phase_ = Phase::kConnecting;
  lease_.forget_sent();
  early_heartbeat_.reset();
  schedule_all();
}

void WorkerCore::say_hello() {
  Hello hello;
  hello.worker = identity_.name;
  hello.incarnation = identity_.incarnation;
  hello.number = ++hellos_;
  hello.formers = identity_.formers;
  hello.boot_id = identity_.boot_id;
  hello.host = identity_.host;
  hello.slots = identity_.slots;
  hello.labels = identity_.labels;
  hello.types = identity_.types;
  hello.every_type = identity_.every_type;
  hello.resources = identity_.resources;
  hello.abilities = {std::string(kChecksAbility)};
  hello.containment = identity_.containment;
  hello.inventory = inventory();
  if (!hello.inventory.empty()) hello.registry = registry_;
  phase_ = Phase::kGreeting;
  hello_sent_ = now_.steady;
  phase_timer_ = now_.steady + retry_pause();
  emit(SendMessage{FromWorker{0, std::move(hello)}});
}

std::vector<InventoryEntry> WorkerCore::inventory() const {
  std::vector<InventoryEntry> held;
  for (const auto& [token, attempt] : attempts_) {
    switch (attempt.state) {
      case Attempt::State::kQueued:
        held.push_back({token, HeldState::kQueued});
        break;
      case Attempt::State::kRunning: {
        const bool validates = attempt.step && attempt.step->kind == Step::Kind::kGate;
        held.push_back(
            {token, validates ? HeldState::kValidating : HeldState::kRunning, attempt.slot});
        break;
      }
      case Attempt::State::kEnded:
        if (!attempt.result_acknowledged) held.push_back({token, HeldState::kEnded});
        break;
    }
  }
  for (const Token token : dead_) held.push_back({token, HeldState::kDead});
  return held;
}

void WorkerCore::on_message(Welcome&& message) {
  const bool older = message.registry == registry_ && message.epoch < epoch_;
  if (phase_ != Phase::kGreeting || message.session == 0 || message.registry.empty() ||
      message.lease <= Duration{} || older) {
    ++counters_.unexpected;
    return;
  }
  if (message.protocol != kProtocolVersion) {
    leave(1, "the coordinator speaks version " + std::to_string(message.protocol) +
                 " of the protocol and this worker version " + std::to_string(kProtocolVersion) +
                 "; install the same version of Headway on both");
    return;
  }
  adopt_registry(message.registry);
  epoch_ = message.epoch;
  lease_.begin(hello_sent_, message.lease);
  if (!lease_.holds(now_.steady)) {
    lease_.give_up();
    log(LogLevel::kWarning,
        "the coordinator's welcome took longer than the lease that it gives; joining again");
    phase_ = Phase::kPausing;
    phase_timer_ = now_.steady + retry_pause();
    return;
  }
  session_ = message.session;
  phase_ = Phase::kJoined;
  phase_timer_.reset();
  retries_ = 0;
  last_heard_ = now_.steady;
  const Duration asked =
      message.heartbeat > Duration{} ? message.heartbeat : message.lease / (kSilentHeartbeats + 1);
  heartbeat_ = std::max(std::min(asked, message.lease / kSilentHeartbeats), kShortestHeartbeat);
  emit(Joined{registry_, !ever_joined_});
  ever_joined_ = true;
  for (const InventoryVerdict& verdict : message.verdicts) follow(verdict);
  extend_leases();
  for (auto& [token, attempt] : attempts_) resend_all(attempt);
  send_heartbeat();
  start_queued();
}

void WorkerCore::follow(const InventoryVerdict& verdict) {
  const Token token = verdict.token;
  if (dead_.contains(token)) {
    if (verdict.verdict == Verdict::kContinue) return;
    if (verdict.verdict != Verdict::kForget) send(Stopped{token});
    dead_.erase(token);
    memory_.remember(token, PastToken::kStopped);
    emit(Settled{token});
    return;
  }
  Attempt* attempt = find(token);
  if (attempt == nullptr) {
    // Given up since the hello: the answer that it got then was lost, or there was no session for
    // one.
    if (verdict.verdict != Verdict::kForget) answer_past(token);
    return;
  }
  const bool gone = verdict.verdict == Verdict::kForget || verdict.verdict == Verdict::kKill;
  if (!gone) return;  // results are sent again in any case
  switch (attempt->state) {
    case Attempt::State::kQueued:
      drop_queued(token);
      if (verdict.verdict == Verdict::kKill) answer_past(token);
      break;
    case Attempt::State::kRunning:
      kill(*attempt, Outcome::kWorkerLost);
      break;
    case Attempt::State::kEnded:
      if (verdict.verdict == Verdict::kKill) break;
      memory_.remember(token, PastToken::kStopped);
      emit(Settled{token});
      erase(token);
      break;
  }
}

void WorkerCore::adopt_registry(const std::string& registry) {
  if (registry_ == registry) return;
  if (!attempts_.empty() || !dead_.empty()) {
    log(LogLevel::kWarning, "the coordinator has another registry (" + registry +
                                ") than the one that this worker's attempts belong to (" +
                                registry_ + "); they are killed and forgotten");
  }
  for (auto& [token, attempt] : attempts_) {
    if (attempt.state != Attempt::State::kRunning) continue;
    stop_running(attempt, Duration{}, Outcome::kWorkerLost);
    Slot* slot = slot_of(attempt.slot);
    HW_CHECK(slot != nullptr, "a running attempt has a slot");
    slot->disowned = true;
  }
  while (!attempts_.empty()) erase(attempts_.begin()->first);
  for (const Token token : dead_) emit(Settled{token});
  dead_.clear();
  queue_.clear();
  unended_ = 0;
  memory_.clear();
  lease_.give_up();
  registry_ = registry;
  epoch_ = Epoch{};
}

void WorkerCore::on_message(Refused&& message) {
  if (phase_ != Phase::kGreeting) {
    ++counters_.unexpected;
    return;
  }
  if (!message.retry) {
    leave(1, "the coordinator refuses this worker: " + message.reason);
    return;
  }
  log(LogLevel::kWarning, "the coordinator refuses this worker for now: " + message.reason);
  phase_ = Phase::kPausing;
  phase_timer_ = now_.steady + retry_pause();
}

void WorkerCore::on_message(HelloAgain&& /*message*/) {
  if (phase_ != Phase::kJoined) {
    // While a hello is under way its answer settles it.
    ++counters_.unexpected;
    return;
  }
  lose_session();
  if (now_.steady >= hello_sent_ + kHelloGap) {
    say_hello();
    return;
  }
  phase_ = Phase::kPausing;
  phase_timer_ = hello_sent_ + kHelloGap;
}

void WorkerCore::send_heartbeat() {
  if (leaving_ != Leaving::kNo) send(Drain{});
  ++heartbeat_number_;
  lease_.heartbeat_sent(heartbeat_number_, now_.steady);
  heartbeat_sent_ = now_.steady;
  heartbeat_due_ = now_.steady + heartbeat_;
  early_heartbeat_.reset();
  for (auto& [token, attempt] : attempts_) {
    OutputTrack& output = attempt.output;
    if (!attempt.output_mark && output.sent_up_to() > output.acknowledged()) {
      attempt.output_mark = {heartbeat_number_, output.sent_up_to()};
    }
    if (output.is_held_up()) {
      attempt.held_up_pause =
          std::min(std::max(attempt.held_up_pause * 2, kShortestHeartbeat), heartbeat_);
    }
  }
  send(Heartbeat{heartbeat_number_, inventory(), load_, now_.wall});
}

void WorkerCore::on_message(HeartbeatAck&& message) {
  last_heard_ = now_.steady;
  const bool renewed = lease_.acknowledged(message.number);
  // Number 0 acknowledges nothing but output.
  if (!renewed && message.number != 0) ++counters_.unexpected;
  for (const Token token : message.revoked) {
    follow({token, Verdict::kKill});
    if (Attempt* attempt = find(token)) send_result(*attempt);
  }
  if (renewed) extend_leases();
  for (const OutputReceived& received : message.outputs) output_acknowledged(received);
  check_output_marks(message.number);
  start_queued();
}

void WorkerCore::extend_leases() {
  HW_CHECK(lease_.ends().has_value(), "a lease that was renewed has an end");
  for (const Slot& slot : slots_) {
    if (slot.token == Token{} || slot.disowned) continue;
    const Attempt* attempt = find(slot.token);
    HW_CHECK(attempt != nullptr, "what a slot runs is an attempt that is held");
    if (attempt->spec.finish_on_disconnect || attempt->lease_lost) continue;
    emit(CommandSlot{ExtendLease{attempt->slot, slot.token, *lease_.ends()}});
  }
}

void WorkerCore::expire_lease() {
  lease_.give_up();
  bool held = false;
  for (auto& [token, attempt] : attempts_) {
    if (attempt.state != Attempt::State::kRunning || attempt.lease_lost) continue;
    if (attempt.spec.finish_on_disconnect) continue;
    held = true;
    log(LogLevel::kWarning, attempt, "the lease has run out; it is killed");
    kill(attempt, Outcome::kWorkerLost);
  }
  while (!queue_.empty()) {
    held = true;
    drop_queued(queue_.front());
  }
  if (phase_ == Phase::kJoined) connect_anew();
  if (held) log(LogLevel::kWarning, "the lease has run out without an answer of the coordinator");
}

}  // namespace headway::worker
