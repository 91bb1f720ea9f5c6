#include "random_worker.h"

#include <algorithm>

namespace headway {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr Duration kResend = 2s;

}  // namespace

std::string RandomWorker::peer() const { return name() + "#" + std::to_string(connection_); }

FakeProcess* RandomWorker::process_of(Token token) {
  for (FakeProcess& process : processes_) {
    if (process.token == token && process.incarnation == incarnation_) return &process;
  }
  return nullptr;
}

void RandomWorker::start(Instant now, std::uint64_t incarnation, bool proof) {
  if (!proof) formers_.clear();
  if (proof && incarnation_ != 0) formers_.push_back(incarnation_);
  dead_.clear();
  if (proof) {
    for (const auto& [token, attempt] : attempts_) dead_.insert(token);
    std::erase_if(processes_, [&](const FakeProcess& process) { return process.worker == index_; });
  }
  attempts_.clear();
  past_.clear();
  heartbeat_sent_.clear();
  incarnation_ = incarnation;
  up_ = true;
  lease_ends_ = {};
  frozen_until_ = now;
  next_hello_ = now;
  cut();
}

void RandomWorker::crash(Instant now) {
  up_ = false;
  session_ = 0;
  ++connection_;
  for (FakeProcess& process : processes_) {
    if (process.worker != index_ || process.incarnation != incarnation_ || !process.bound) continue;
    const Duration left = std::max(lease_ends_ - now, Duration{});
    const Instant dies = now + Duration{static_cast<std::int64_t>(
                                   below(random_, static_cast<std::uint64_t>(left.count()) + 1))};
    process.ends = std::min(process.ends, dies);
  }
}

void RandomWorker::cut() {
  ++connection_;
  session_ = 0;
  hello_sent_ = {};
}

void RandomWorker::leave() {
  say(Goodbye{});
  up_ = false;
  session_ = 0;
}

void RandomWorker::hello(Instant now) {
  Hello hello;
  hello.worker = name();
  hello.incarnation = incarnation_;
  hello.number = ++hellos_;
  hello.formers = formers_;
  hello.slots = slots_;
  if (index_ != 2) hello.labels = {"gpu"};
  hello.resources = {{"cpus", kCpus * 1000}};
  hello.registry = "random";
  hello.inventory = inventory();
  for (const Token token : dead_) hello.inventory.push_back({token, HeldState::kDead});
  if (!hello.inventory.empty() && one_in(random_, 20)) {
    hello.inventory.push_back(hello.inventory.front());
  }
  // Which of several hellos a welcome answers is not said: the lease counts from the first.
  if (hello_sent_ == Instant{}) hello_sent_ = now;
  next_hello_ = now + 1s;
  send({0, std::move(hello)});
}

std::vector<InventoryEntry> RandomWorker::inventory() const {
  std::vector<InventoryEntry> held;
  for (const auto& [token, attempt] : attempts_) held.push_back({token, attempt.state});
  return held;
}

Instant RandomWorker::next_event() const {
  if (!up_) return Instant::max();
  Instant next = session_ == 0 ? next_hello_ : next_heartbeat_;
  Instant lease = Instant::max();
  for (const auto& [token, attempt] : attempts_) {
    if (attempt.state != HeldState::kEnded) {
      if (attempt.state == HeldState::kQueued || attempt.bound) lease = lease_ends_;
    } else if (session_ != 0) {
      next = std::min(next, attempt.resend);
    }
  }
  // A lease ends even while the worker is frozen; what follows from it waits.
  next = std::max(std::min(next, lease), frozen_until_);
  return lapsed_ == lease_ends_ ? next : std::min(next, lease);
}

void RandomWorker::tick(Instant now) {
  if (!up_) return;
  if (lease_ends_ <= now) {
    // Slot supervisors do this even while the worker is frozen.
    lapsed_ = lease_ends_;
    std::erase_if(processes_, [&](const FakeProcess& process) {
      return process.worker == index_ && process.incarnation == incarnation_ && process.bound;
    });
  }
  if (frozen_until_ > now) return;
  if (lease_ends_ <= now) {
    std::vector<Token> queued;
    for (const auto& [token, attempt] : attempts_) {
      if (attempt.state == HeldState::kQueued) queued.push_back(token);
    }
    for (const Token token : queued) drop_queued(token);
  }
  for (auto& [token, attempt] : attempts_) {
    if (attempt.state != HeldState::kRunning || process_of(token) != nullptr) continue;
    const bool lost = lease_ends_ <= now && attempt.bound;
    attempt.state = HeldState::kEnded;
    attempt.resend = now;
    if (lost) attempt.outcome = Outcome::kWorkerLost;
  }
  start_queued(now);
  if (session_ == 0) {
    if (next_hello_ <= now) hello(now);
    return;
  }
  for (auto& [token, attempt] : attempts_) {
    if (attempt.state != HeldState::kEnded || attempt.resend > now) continue;
    AttemptResult result;
    result.token = token;
    result.outcome = attempt.outcome;
    result.exit_code = attempt.outcome == Outcome::kExit ? 1 : 0;
    attempt.resend = now + kResend;
    say(result);
  }
  if (next_heartbeat_ <= now) {
    next_heartbeat_ = now + 2s;
    heartbeat_sent_[++heartbeats_] = now;
    say(Heartbeat{heartbeats_, inventory(), {}});
  }
}

void RandomWorker::start_queued(Instant now) {
  if (lease_ends_ <= now) return;
  std::size_t busy = 0;
  for (const auto& [token, attempt] : attempts_) {
    if (attempt.state == HeldState::kRunning) ++busy;
  }
  for (auto& [token, attempt] : attempts_) {
    if (attempt.state != HeldState::kQueued) continue;
    if (busy++ >= slots_) return;
    attempt.state = HeldState::kRunning;
    attempt.outcome = one_in(random_, 4) ? Outcome::kExit : Outcome::kSucceeded;
    const auto longest = static_cast<std::uint64_t>(one_in(random_, 10) ? 40'000 : 6'000);
    processes_.push_back({token, index_, incarnation_, attempt.bound,
                          now + std::chrono::milliseconds{below(random_, longest)}});
    say(Started{token, SlotId{static_cast<std::uint32_t>(busy)}, 1});
  }
}

void RandomWorker::drop_queued(Token token) {
  attempts_.erase(token);
  past_[token] = true;
}

void RandomWorker::kill(Token token, Instant now) {
  Attempt& attempt = attempts_.at(token);
  std::erase_if(processes_, [&](const FakeProcess& process) {
    return process.token == token && process.incarnation == incarnation_;
  });
  attempt.state = HeldState::kEnded;
  attempt.outcome = Outcome::kWorkerLost;
  attempt.resend = now;
}

void RandomWorker::answer_past(Token token) {
  const auto past = past_.find(token);
  if (past != past_.end() && past->second) return say(Reject{token, "handed back before"});
  past_[token] = false;
  say(Stopped{token});
}

struct RandomWorker::Handler {
  RandomWorker& worker;
  std::uint64_t session;
  Instant now;

  void operator()(const Welcome& welcome) {
    worker.session_ = session;
    worker.lease_ = welcome.lease;
    worker.lease_ends_ = worker.hello_sent_ + welcome.lease;
    worker.next_heartbeat_ = now;
    for (const InventoryVerdict& verdict : welcome.verdicts) follow(verdict);
  }
  void operator()(const Refused& /*refused*/) { worker.next_hello_ = now + 1s; }
  void operator()(const HelloAgain& /*again*/) {
    worker.session_ = 0;
    worker.hello_sent_ = {};
    worker.next_hello_ = now;
  }
  void operator()(const Assign& assign) {
    const auto held = worker.attempts_.find(assign.token);
    if (held != worker.attempts_.end()) {
      if (held->second.state == HeldState::kEnded) {
        held->second.resend = now;
      } else {
        worker.say(Accept{assign.token});
      }
      return;
    }
    if (worker.dead_.contains(assign.token) || worker.past_.contains(assign.token)) {
      return worker.answer_past(assign.token);
    }
    if (one_in(worker.random_, 40)) {
      worker.past_[assign.token] = true;
      return worker.say(Reject{assign.token, "not now"});
    }
    worker.attempts_[assign.token].bound = worker.is_bound(assign.spec);
    worker.say(Accept{assign.token});
  }
  void operator()(const CheckpointAck& /*ack*/) {}
  void operator()(const ResultAck& ack) {
    worker.attempts_.erase(ack.token);
    worker.past_[ack.token] = false;
  }
  void operator()(const Stop& stop) {
    const auto held = worker.attempts_.find(stop.token);
    if (held == worker.attempts_.end()) return worker.answer_past(stop.token);
    switch (held->second.state) {
      case HeldState::kQueued:
        worker.drop_queued(stop.token);
        worker.say(Reject{stop.token, "stopped before it was started"});
        return;
      case HeldState::kRunning:
        if (stop.recall) return;
        if (FakeProcess* process = worker.process_of(stop.token)) {
          process->ends =
              std::min(process->ends, now + std::chrono::milliseconds{below(worker.random_, 1500)});
          held->second.outcome = stop.outcome;
        }
        return;
      case HeldState::kEnded:
        held->second.resend = now;
        return;
      case HeldState::kDead:
        return;
    }
  }
  void operator()(const HeartbeatAck& ack) {
    if (const auto sent = worker.heartbeat_sent_.find(ack.number);
        sent != worker.heartbeat_sent_.end()) {
      worker.lease_ends_ = std::max(worker.lease_ends_, sent->second + worker.lease_);
      worker.heartbeat_sent_.erase(worker.heartbeat_sent_.begin(), std::next(sent));
    }
    for (const Token token : ack.revoked) follow({token, Verdict::kKill});
  }
  void operator()(const Drain& /*drain*/) {}

  void follow(const InventoryVerdict& verdict) {
    const bool gone = verdict.verdict == Verdict::kKill || verdict.verdict == Verdict::kForget;
    if (worker.dead_.contains(verdict.token)) {
      if (verdict.verdict == Verdict::kContinue) return;
      worker.dead_.erase(verdict.token);
      worker.past_[verdict.token] = false;
      return;
    }
    const auto held = worker.attempts_.find(verdict.token);
    if (held == worker.attempts_.end() || !gone) return;
    switch (held->second.state) {
      case HeldState::kQueued:
        return worker.drop_queued(verdict.token);
      case HeldState::kRunning:
        return worker.kill(verdict.token, now);
      case HeldState::kEnded:
      case HeldState::kDead:
        if (verdict.verdict == Verdict::kForget) worker.attempts_.erase(held);
        return;
    }
  }
};

void RandomWorker::receive(const FromCoordinator& message, Instant now) {
  const bool opening = std::holds_alternative<Welcome>(message.message) ||
                       std::holds_alternative<Refused>(message.message) ||
                       std::holds_alternative<HelloAgain>(message.message);
  if (!opening && message.session != session_) return;
  std::visit(Handler{*this, message.session, now}, message.message);
}

}  // namespace headway
