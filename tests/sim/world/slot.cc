#include "tests/sim/world/slot.h"

namespace headway::sim {

void Slot::later(Duration pause, std::function<void(Running&)> action) {
  stage_.queue.after(pause, [this, life = life_, action = std::move(action)] {
    if (attempt_ && life_ == life) action(*attempt_);
  });
}

void Slot::take(const worker::SlotCommand& command) {
  if (const auto* begin = std::get_if<worker::StartSlot>(&command)) return start(*begin);
  if (const auto* longer = std::get_if<worker::ExtendLease>(&command)) return extend(*longer);
  stop(std::get<worker::StopSlot>(command));
}

void Slot::start(const worker::StartSlot& command) {
  const auto refuse = [&](Outcome outcome) {
    stage_.processes.ended(command.token, outcome, machine_);
    worker::SlotEnded ended;
    ended.slot = number_;
    ended.token = command.token;
    ended.outcome = outcome;
    hooks_.tell(ended);
  };
  if (attempt_) return refuse(Outcome::kCouldNotStart);
  if (command.lease_ends && *command.lease_ends <= local_now()) {
    return refuse(Outcome::kWorkerLost);
  }
  const Script script = draw_script(stage_, random_, command.spec);
  if (script.could_not_start) return refuse(Outcome::kCouldNotStart);
  ++life_;
  Running& running = attempt_.emplace(Running{});
  running.token = command.token;
  running.spec = command.spec;
  running.script = script;
  running.started = stage_.queue.now();
  running.lease_ends = command.lease_ends;
  stage_.trace.note(stage_.queue.now(), "slot", "spawn", machine_, number_.number(),
                    command.token.number());
  stage_.processes.spawned(command.token, machine_);
  hooks_.tell(worker::SlotStarted{number_, command.token, static_cast<std::int64_t>(life_)});
  if (command.spec.inputs.empty() && command.spec.require.empty()) {
    run_command();
  } else {
    begin_checks(CheckKind::kRequirement);
  }
  watch_lease();
}

void Slot::run_command() {
  Running& running = *attempt_;
  const Script& script = running.script;
  running.phase = Phase::kRunning;
  later(script.runtime, [this](Running& now) {
    if (now.phase == Phase::kRunning) main_ended();
  });
  if (running.spec.timeout) {
    later(*running.spec.timeout, [this](Running& now) {
      if (now.phase != Phase::kRunning || now.main_over || now.imposed) return;
      impose(Outcome::kTimeout, now.spec.kill_grace);
    });
  }
  for (const auto& [when, size] : script.output) {
    later(when, [this, size = size](Running& now) {
      if (now.phase != Phase::kRunning) return;
      std::string bytes(size, ' ');
      for (std::uint64_t i = 0; i < size; ++i) bytes[i] = output_byte(now.token, now.output + i);
      hooks_.tell(worker::SlotOutput{number_, now.token, now.output, Bytes{std::move(bytes)}});
      now.output += size;
    });
  }
  for (const Duration when : script.progress) {
    later(when, [this](Running& now) {
      if (now.phase == Phase::kRunning)
        hooks_.tell(worker::SlotProgress{number_, now.token, 0.5, "half"});
    });
  }
  for (const Duration when : script.checkpoints) {
    later(when, [this](Running& now) {
      if (now.phase == Phase::kRunning)
        hooks_.tell(worker::SlotCheckpoint{number_, now.token, "built"});
    });
  }
  if (script.kills_worker_after) {
    later(*script.kills_worker_after, [this](Running& now) {
      if (now.phase != Phase::kRunning || now.orphaned) return;
      stage_.processes.killed_its_worker(now.token);
      hooks_.kill_worker();
    });
  }
  run_checkpoints();
}

void Slot::extend(const worker::ExtendLease& command) {
  if (!attempt_ || attempt_->token != command.token || !attempt_->lease_ends) return;
  if (attempt_->imposed == Outcome::kWorkerLost) return;
  attempt_->lease_ends = command.lease_ends;
}

/// Wakes when the lease that is known now has run out, and looks whether there is a later one.
void Slot::watch_lease() {
  if (!attempt_->lease_ends) return;
  const Instant due = clock_.truly(*attempt_->lease_ends) + random_.up_to(kLateness);
  later(due - stage_.queue.now(), [this](Running& now) {
    if (now.phase == Phase::kEmptying || !now.lease_ends) return;
    if (*now.lease_ends > local_now()) return watch_lease();
    if (now.imposed) return kill_all();
    impose(Outcome::kWorkerLost, Duration{});
  });
}

void Slot::stop(const worker::StopSlot& command) {
  if (!attempt_ || attempt_->token != command.token) return;
  impose(command.outcome, command.grace);
}

void Slot::impose(Outcome outcome, Duration grace) {
  Running& running = *attempt_;
  if (running.phase == Phase::kEmptying) {
    // It has ended by itself; only what would follow does not begin.
    const bool gates_follow = !running.failed && !running.gated && !running.spec.gates.empty() &&
                              running.script.outcome == Outcome::kSucceeded;
    if (gates_follow && running.imposed != Outcome::kWorkerLost) running.imposed = outcome;
    return;
  }
  const bool first = !running.imposed;
  if (running.imposed != Outcome::kWorkerLost) running.imposed = outcome;
  if (running.phase == Phase::kReading) return;  // it ends by itself in a moment
  if (grace <= Duration{}) return kill_all();
  if (first && !running.script.ignores_term) {
    later(running.script.reaction, [this](Running& now) {
      if (now.phase == Phase::kRunning || now.phase == Phase::kChecking) main_ended();
    });
  }
  later(grace, [this](Running& now) {
    if (now.phase == Phase::kRunning || now.phase == Phase::kChecking) kill_all();
  });
}

void Slot::kill_all() {
  if (!attempt_ || attempt_->killed || attempt_->phase == Phase::kReading) return;
  attempt_->killed = true;
  later(attempt_->script.kill_takes, [this](Running&) { emptied(); });
}

/// The end of the main process is the end of the attempt: what it left behind is killed.
void Slot::main_ended() {
  if (attempt_->checkpoints > 0 && !attempt_->imposed) {
    attempt_->main_over = true;
    return;
  }
  attempt_->phase = Phase::kEmptying;
  if (attempt_->script.leaves_processes) return kill_all();
  if (!attempt_->killed) emptied();
}

void Slot::die() {
  if (!attempt_->alive) return;
  attempt_->alive = false;
  stage_.processes.died(attempt_->token, machine_);
}

void Slot::emptied() {
  Running& running = *attempt_;
  if (running.phase == Phase::kReading) return;
  // SIGKILL by nobody's order does not occur but to what a command left behind: whoever kills has
  // imposed an outcome, or is gone.
  const bool passed = !running.imposed && !running.failed && !running.orphaned && !running.gated &&
                      running.script.outcome == Outcome::kSucceeded;
  const bool gates = passed && !running.spec.gates.empty();
  if (!gates) die();
  const bool artifacts = passed && running.script.artifacts_take > Duration{} && !running.killed;
  if (artifacts) {
    running.phase = Phase::kReading;
    later(running.script.artifacts_take, [this, gates](Running& now) {
      gates && !now.imposed && !now.orphaned ? begin_checks(CheckKind::kGate) : deliver();
    });
  } else if (gates) {
    begin_checks(CheckKind::kGate);
  } else {
    deliver();
  }
}

void Slot::deliver() {
  die();
  Running& running = *attempt_;
  worker::SlotEnded ended;
  ended.slot = number_;
  ended.token = running.token;
  ended.outcome = running.imposed.value_or(running.failed.value_or(running.script.outcome));
  if (ended.outcome == Outcome::kExit) ended.exit_code = running.script.exit_code;
  if (ended.outcome == Outcome::kSignal) ended.signal = running.script.signal;
  ended.usage.elapsed = stage_.queue.now() - running.started;
  ended.output_size = running.output;
  ended.detail = running.detail;
  ended.checks = std::move(running.checks);
  if (ended.outcome == Outcome::kSucceeded && !running.spec.artifacts.empty()) {
    ended.artifacts.push_back({"out/a", 1, std::string(64, '0')});
  }
  if (ended.outcome == Outcome::kSucceeded && !running.spec.watched.empty()) {
    ended.watched.push_back({"src/a", 1, std::string(64, '0')});
  }
  const bool orphaned = running.orphaned;
  attempt_.reset();
  if (orphaned) return;
  stage_.trace.note(stage_.queue.now(), "slot", "end", machine_, number_.number(),
                    ended.token.number(), static_cast<int>(ended.outcome));
  stage_.processes.ended(ended.token, ended.outcome, machine_);
  hooks_.tell(std::move(ended));
}

void Slot::worker_gone() {
  if (!attempt_) return;
  attempt_->orphaned = true;
  if (attempt_->phase == Phase::kReading) return deliver();
  attempt_->phase = Phase::kEmptying;
  kill_all();
}

void Slot::supervisor_killed() {
  const Token token = attempt_ ? attempt_->token : Token{};
  if (attempt_ && attempt_->orphaned) return;
  if (attempt_) die();
  attempt_.reset();
  hooks_.tell(worker::SlotLost{number_, token});
}

void Slot::power_off() {
  if (attempt_) die();
  attempt_.reset();
}

}  // namespace headway::sim
