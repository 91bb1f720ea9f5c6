#include "tests/sim/world/coordinator_host.h"

#include <algorithm>

#include "common/wire/codec.h"
#include "tests/sim/checkers/memory.h"
#include "tests/sim/world/script.h"
#include "tests/support/core/invariants.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""ms;

/// One turn in so many is compared with the journal in full.
constexpr std::uint64_t kLooks = 4;

}  // namespace

CoordinatorHost::CoordinatorHost(Stage& stage, Network& network, Disk& disk)
    : stage_(stage),
      network_(network),
      disk_(disk),
      random_(stage.scenario.seed, "coordinator"),
      wall_offset_(stage.scenario.wall_offset) {}

Now CoordinatorHost::local_now() const {
  const Instant steady = stage_.scenario.coordinator_clock.local(stage_.queue.now());
  const Duration wall = stage_.queue.now().time_since_epoch() + wall_offset_;
  return {steady, WallTime{std::chrono::floor<std::chrono::milliseconds>(wall)}};
}

// ---- The process

void CoordinatorHost::start() {
  if (core_) return;
  ++process_;
  stage_.trace.note(stage_.queue.now(), "coord", "start", disk_.facts().size());
  stage_.promises.recovered();
  stage_.outputs.recovered();
  frozen_until_ = stage_.queue.now();
  core_.emplace(stage_.scenario.options, disk_.replay_unfinished(), local_now());
  network_.set_listening(true);
  wake(Duration{});
}

void CoordinatorHost::crash(bool word_is_left) {
  if (!core_) return;
  stage_.trace.note(stage_.queue.now(), "coord", "crash");
  core_.reset();
  ++process_;
  busy_ = false;
  wakes_at_.reset();
  crash_point_.reset();
  frames_.clear();
  asked_.clear();
  verifying_ = 0;
  expected_.clear();
  stops_asked_.clear();
  network_.coordinator_gone(word_is_left);
}

void CoordinatorHost::freeze(Duration length) {
  if (!core_) return;
  frozen_until_ = std::max(frozen_until_, stage_.queue.now() + length);
  network_.set_listening(false);
  stage_.queue.at(frozen_until_, [this] { thaw(); });
}

void CoordinatorHost::thaw() {
  if (!core_ || (frozen_until_ > stage_.queue.now() && !stage_.healed)) return;
  frozen_until_ = stage_.queue.now();
  network_.set_listening(true);
  if (!frames_.empty()) wake(Duration{});
}

void CoordinatorHost::crash_at(Fault point, Duration down_for) {
  if (!core_) return;
  crash_point_ = point;
  down_for_ = down_for;
}

namespace {

bool is_recall(const Effect& effect) {
  const auto* sent = std::get_if<SendToWorker>(&effect);
  const Stop* stop = sent == nullptr ? nullptr : std::get_if<Stop>(&sent->message.message);
  return stop != nullptr && stop->recall;
}

}  // namespace

/// Invariant 14: that a clock was set is no reason for anything.
void CoordinatorHost::step_clock(Duration by) {
  wall_offset_ += by;
  stage_.rules.calendar_was_set();
  if (!idle()) return;
  const auto deadline = core_->next_deadline();
  if (deadline && *deadline <= local_now().steady) return;
  const Turn after = core_->finish_turn(local_now());
  // Any turn may ask for one more waiting ticket back than the turn before it did.
  const bool effects = !std::ranges::all_of(after.effects, is_recall);
  if (!after.facts.empty() || effects || core_->next_deadline() != deadline) {
    stage_.problems.add(14, "something happened because the wall clock was set");
  }
}

void CoordinatorHost::restore_backup() {
  crash(false);
  // Of one that had died before, too: a copy takes longer to restore than words take to arrive.
  network_.coordinator_gone(false);
  if (!disk_.restore()) return;
  const std::vector<Fact>& kept = disk_.facts();
  Token last_kept;
  for (const Fact& fact : kept) {
    const bool handed_out =
        fact.kind == FactKind::kTicketAssigned || fact.kind == FactKind::kCheckAssigned;
    if (handed_out) last_kept = std::max(last_kept, fact.token);
  }
  stage_.processes.forget_future(last_kept);
  stage_.reading = Reading{};
  for (const auto& [run, plan] : disk_.plans()) stage_.reading.know(run, plan);
  for (const auto& [key, version] : disk_.versions()) {
    stage_.reading.know_version(key.first, version);
  }
  for (const Fact& fact : kept) stage_.reading.read(fact, stage_.queue.now());
  stage_.rules.restored(kept.empty() ? Sequence{} : kept.back().sequence);
  stage_.promises.restored();
}

// ---- What comes in

void CoordinatorHost::receive(const std::string& peer, std::string frame) {
  if (!core_) return;
  frames_.emplace_back(peer, std::move(frame));
  wake(random_.up_to(kLateness));
}

void CoordinatorHost::ask(Input input) {
  if (!core_) return;
  if (const auto* stop = std::get_if<StopInput>(&input)) {
    stops_asked_[stop->request] = stop->stop.run;
  }
  asked_.push_back(std::move(input));
  wake(random_.up_to(kLateness));
}

std::uint64_t CoordinatorHost::expect_plan(std::shared_ptr<const RunPlan> plan) {
  expected_[++requests_] = std::move(plan);
  return requests_;
}

void CoordinatorHost::wake(Duration pause) {
  const Instant at = std::max(stage_.queue.now() + pause, frozen_until_);
  if (wakes_at_ && *wakes_at_ <= at) return;
  wakes_at_ = at;
  stage_.queue.at(at, [this, at, process = process_] {
    if (process_ != process || wakes_at_ != at) return;
    wakes_at_.reset();
    if (busy_) return;  // the end of the commit wakes it again
    if (frozen_until_ > stage_.queue.now()) return wake(Duration{});
    turn();
  });
}

// ---- A turn

void CoordinatorHost::take_input() {
  while (!frames_.empty()) {
    auto [peer, frame] = std::move(frames_.front());
    frames_.pop_front();
    Result<FromWorker> message = decode_from_worker(frame);
    if (!message) {
      ++undecodable_;
      continue;
    }
    core_->step(WorkerInput{std::move(peer), std::move(*message)}, local_now());
  }
  while (!asked_.empty()) {
    Input input = std::move(asked_.front());
    asked_.pop_front();
    auto* about = std::get_if<TicketInput>(&input);
    if (about != nullptr && core_->state().find_run(about->control.run) == nullptr &&
        disk_.plans().contains(about->control.run)) {
      about->ended = std::make_shared<const State>(disk_.replay_run(about->control.run));
    }
    core_->step(input, local_now());
  }
}

void CoordinatorHost::turn() {
  take_input();
  Turn turn = core_->finish_turn(local_now());
  largest_turn_ = std::max<std::uint64_t>(largest_turn_, turn.effects.size());
  const bool writes = !turn.facts.empty();
  const std::optional<Fault> dies =
      writes ? std::exchange(crash_point_, std::nullopt) : crash_point_;
  const bool now = writes && dies.has_value();
  const auto die = [&](Fault point) {
    stage_.count(point);
    crash();
    stage_.queue.after(down_for_, [this] { start(); });
  };
  if (now && *dies == Fault::kCrashBeforeCommit) return die(*dies);
  commit(turn);
  look_at_core();
  if (now && *dies == Fault::kCrashAfterCommit) return die(*dies);
  busy_ = true;
  const Duration takes =
      writes ? next_commit_takes_.value_or(random_.up_to(stage_.scenario.slowest_commit))
             : Duration{};
  if (writes) next_commit_takes_.reset();
  const std::size_t most = now ? random_.below(turn.effects.size() + 1) : turn.effects.size();
  stage_.queue.after(takes, [this, process = process_, turn = std::move(turn), most, now] {
    if (process_ != process) return;
    busy_ = false;
    carry_out(turn, most);
    if (now) {
      stage_.count(Fault::kCrashBetweenSends);
      const Duration pause = down_for_;
      crash();
      return stage_.queue.after(pause, [this] { start(); });
    }
    if (!frames_.empty() || !asked_.empty()) wake(Duration{});
    const auto next = core_->next_deadline();
    if (!next) return;
    const Instant due = stage_.scenario.coordinator_clock.truly(*next);
    wake(std::max(due - stage_.queue.now(), Duration{}) + random_.up_to(1ms));
  });
}

void CoordinatorHost::commit(const Turn& turn) {
  for (const auto& [run, request] : turn.submitted) {
    disk_.store_plan(run, expected_.at(request));
    stage_.reading.know(run, expected_.at(request));
  }
  for (const auto& [run, request] : turn.replanned) {
    disk_.store_version(run, expected_.at(request));
    stage_.reading.know_version(run, expected_.at(request));
    expected_.erase(request);
  }
  disk_.commit(turn);
  for (const Fact& fact : turn.facts) {
    stage_.trace.note(stage_.queue.now(), "fact", to_text(fact.kind), fact.sequence.number(),
                      fact.run.number(), fact.ticket.value_or(TicketIndex{}).number(),
                      fact.token.number(), fact.worker.number());
    if (stage_.trace.told() && fact.outcome) {
      stage_.trace.tell(
          stage_.queue.now(), "fact",
          fmt::format("  {} {} {}", to_text(*fact.outcome),
                      fact.ticket_state ? to_text(*fact.ticket_state) : "", fact.detail));
    }
    if (fact.run != RunId{}) stage_.moved = stage_.queue.now();
    stage_.rules.check(fact);
    stage_.processes.check(fact);
    stage_.reading.read(fact, stage_.queue.now());
  }
}

void CoordinatorHost::look_at_core() {
  if (!random_.one_in(kLooks)) return;
  check_memory(*core_, stage_.reading, stage_.problems);
  check_tallies(disk_.tallies(), stage_.reading, stage_.problems);
  check_bounds(*core_, stage_.reading, stage_.problems);
  check_stops(*core_, stage_.reading, stage_.problems);
  for (const std::string& what : broken_invariants(*core_)) stage_.problems.add(11, "{}", what);
}

void CoordinatorHost::carry_out(const Turn& turn, std::size_t most) {
  for (std::size_t i = 0; i < most; ++i) {
    const Effect& effect = turn.effects[i];
    if (const auto* send = std::get_if<SendToWorker>(&effect)) {
      if (stage_.trace.told()) {
        std::visit(
            [&]<class M>(const M&) {
              stage_.trace.tell(stage_.queue.now(), "down",
                                fmt::format("{} {}", send->peer, MessageName<M>::kWord));
            },
            send->message.message);
      }
      network_.send_down(send->peer, encode(send->message));
      continue;
    }
    if (const auto* output = std::get_if<StoreOutput>(&effect)) {
      stage_.outputs.arrived(output->token, output->offset, output->bytes.size());
      for (std::uint64_t at = 0; at < output->bytes.size(); ++at) {
        if (output->bytes[at] == output_byte(output->token, output->offset + at)) continue;
        stage_.problems.add(15, "output of token {} is not what its command wrote",
                            output->token.number());
        break;
      }
      continue;
    }
    if (const auto* verify = std::get_if<VerifyRegistry>(&effect)) {
      verified_later(verify->run);
      continue;
    }
    answer(effect);
  }
}

/// Another thread looks through the registry, beside everything else.
void CoordinatorHost::verified_later(RunId run) {
  ++verifying_;
  stage_.queue.after(random_.up_to(500ms), [this, run, process = process_] {
    if (process_ != process) return;
    --verifying_;
    ask(VerifiedInput{run, 0, ""});
  });
}

void CoordinatorHost::answer(const Effect& effect) {
  if (const auto* submitted = std::get_if<AnswerSubmit>(&effect)) {
    expected_.erase(submitted->request);
    stage_.promises.submit_acknowledged(submitted->answer.run);
    return;
  }
  const auto* control = std::get_if<AnswerControl>(&effect);
  if (control == nullptr) return;
  const auto stop = stops_asked_.find(control->request);
  if (stop == stops_asked_.end()) return;
  stops_asked_.erase(stop);
  for (const RunId run : control->runs) stage_.promises.stop_acknowledged(run);
}

}  // namespace headway::sim
