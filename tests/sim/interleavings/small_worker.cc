#include "tests/sim/interleavings/small_worker.h"

#include <utility>

#include "common/wire/codec.h"

namespace headway::sim {

void SmallWorker::start() {
  worker::WorkerIdentity identity;
  identity.name = name();
  identity.incarnation = 1 + index_ + 2 * (lives_.size() + connection_ + 1);
  identity.formers = lives_;
  identity.dead.assign(started_.begin(), started_.end());
  identity.registry = registry_;
  identity.containment = "pid namespace";
  lives_.push_back(identity.incarnation);
  ++connection_;
  core_.emplace(std::move(identity));
  step(worker::Connected{});
}

void SmallWorker::kill() {
  if (running_) stage_.processes.died(running_->token, index_);
  running_.reset();
  core_.reset();
  backlog_.clear();
  sent.clear();
}

/// The connection is another one from now on, and what it carried is lost.
void SmallWorker::reset() {
  sent.clear();
  ++connection_;
}

void SmallWorker::receive(const std::string& frame) {
  if (!core_) return;
  Result<FromCoordinator> message = decode_from_coordinator(frame);
  HW_CHECK(message.ok(), "a message of ours cannot be read");
  if (const auto* ack = std::get_if<ResultAck>(&message->message)) {
    const auto held = core_->attempts().find(ack->token);
    if (held != core_->attempts().end() && held->second.result) {
      stage_.promises.result_acknowledged(ack->token, ack->verdict, held->second.result->outcome);
    }
  }
  step(std::move(*message));
}

void SmallWorker::tick() {
  if (!core_) return;
  if (running_ && running_->lease_ends && *running_->lease_ends <= stage_.queue.now()) {
    end(Outcome::kWorkerLost);
  }
  const auto due = core_->next_deadline();
  if (due && *due <= stage_.queue.now()) step(worker::Tick{});
}

std::optional<Instant> SmallWorker::next_deadline() const {
  if (!core_) return std::nullopt;
  std::optional<Instant> next = core_->next_deadline();
  if (running_ && running_->lease_ends && (!next || *running_->lease_ends < *next)) {
    next = running_->lease_ends;
  }
  return next;
}

void SmallWorker::end_command(Outcome outcome) { end(outcome); }

void SmallWorker::end(Outcome outcome) {
  const Token token = running_->token;
  running_.reset();
  stage_.processes.died(token, index_);
  stage_.processes.ended(token, outcome, index_);
  worker::SlotEnded ended;
  ended.slot = SlotId{1};
  ended.token = token;
  ended.outcome = outcome;
  ended.exit_code = outcome == Outcome::kExit ? 1 : 0;
  step(std::move(ended));
}

void SmallWorker::step(worker::Input input) {
  backlog_.push_back(std::move(input));
  if (std::exchange(stepping_, true)) return;
  while (!backlog_.empty() && core_) {
    worker::Input next = std::move(backlog_.front());
    backlog_.pop_front();
    for (worker::Effect& effect : core_->step(std::move(next), now())) perform(effect);
  }
  stepping_ = false;
}

void SmallWorker::perform(worker::Effect& effect) {
  if (auto* message = std::get_if<worker::SendMessage>(&effect)) {
    sent.push_back(std::move(message->message));
    return;
  }
  if (auto* command = std::get_if<worker::CommandSlot>(&effect)) {
    if (auto* start = std::get_if<worker::StartSlot>(&command->command)) {
      running_ = Running{start->token, start->lease_ends};
      started_.insert(start->token);
      stage_.processes.spawned(start->token, index_);
      return step(worker::SlotEvent{worker::SlotStarted{SlotId{1}, start->token, 1}});
    }
    if (const auto* extend = std::get_if<worker::ExtendLease>(&command->command)) {
      if (running_ && running_->token == extend->token) running_->lease_ends = extend->lease_ends;
      return;
    }
    const auto& stop = std::get<worker::StopSlot>(command->command);
    if (running_ && running_->token == stop.token) end(stop.outcome);
    return;
  }
  if (std::holds_alternative<worker::ReconnectSocket>(effect)) {
    ++connection_;
    return step(worker::Connected{});
  }
  if (auto* joined = std::get_if<worker::Joined>(&effect)) {
    registry_ = joined->registry;
    if (joined->first) lives_.erase(lives_.begin(), lives_.end() - 1);
    return;
  }
  if (auto* settled = std::get_if<worker::Settled>(&effect)) started_.erase(settled->token);
}

}  // namespace headway::sim
