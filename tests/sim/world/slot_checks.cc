#include "tests/sim/world/slot.h"

/// Slot's inputs, requirements, gates and checkpoints, as worker/process runs them.

namespace headway::sim {

namespace {

using std::chrono_literals::operator""ms;

constexpr Duration kLongestCheck = 300ms;

std::string failure_of(CheckKind kind, const std::string& name) {
  return std::string(to_text(kind)) + " '" + name + "' failed: exit 1";
}

}  // namespace

const std::vector<CheckOrder>& Slot::checks_of(const Running& running) const {
  return running.checking == CheckKind::kGate ? running.spec.gates : running.spec.require;
}

void Slot::begin_checks(CheckKind kind) {
  Running& running = *attempt_;
  running.phase = Phase::kChecking;
  running.killed = false;
  running.checking = kind;
  running.check = 0;
  running.tries = 0;
  if (kind == CheckKind::kGate) {
    running.gated = true;
    // It is not watched while a slot is emptied.
    watch_lease();
  }
  if (kind == CheckKind::kGate || running.spec.inputs.empty()) return next_check();
  // The inputs are read first.
  later(random_.up_to(100ms), [this, moment = ++running.moment](Running& now) {
    if (now.phase != Phase::kChecking || now.moment != moment || now.killed) return;
    if (stage_.happens(Fault::kFailedCommand, stage_.scenario.commands.fails, random_)) {
      now.failed = Outcome::kRequirement;
      now.detail = "input " + now.spec.inputs.front().path + " has changed since it was recorded";
      return main_ended();
    }
    next_check();
  });
}

void Slot::next_check() {
  Running& running = *attempt_;
  const bool gates = running.checking == CheckKind::kGate;
  if (running.check == checks_of(running).size()) {
    if (gates) return main_ended();
    if (!running.spec.require.empty()) {
      hooks_.tell(worker::SlotStep{number_, running.token, Step::Kind::kCommand, 0});
    }
    return run_command();
  }
  if (running.tries++ == 0) {
    hooks_.tell(worker::SlotStep{number_, running.token,
                                 gates ? Step::Kind::kGate : Step::Kind::kRequirement,
                                 static_cast<std::uint32_t>(running.check + 1)});
  }
  later(random_.up_to(kLongestCheck), [this, moment = ++running.moment](Running& now) {
    if (now.phase == Phase::kChecking && now.moment == moment && !now.killed) check_ended();
  });
}

void Slot::check_ended() {
  Running& running = *attempt_;
  const CheckOrder& order = checks_of(running)[running.check];
  const bool failed =
      stage_.happens(Fault::kFailedCommand, stage_.scenario.commands.fails, random_);
  CheckResult& result = running.checks.emplace_back();
  result.kind = running.checking;
  result.number = static_cast<std::uint32_t>(running.check + 1);
  result.attempt = running.tries;
  result.outcome = failed ? Outcome::kExit : Outcome::kSucceeded;
  result.exit_code = failed ? 1 : 0;
  if (running.imposed) return main_ended();
  if (!failed) {
    ++running.check;
    running.tries = 0;
    return next_check();
  }
  if (running.tries < order.tries) {
    later(order.backoff, [this, moment = ++running.moment](Running& now) {
      if (now.phase == Phase::kChecking && now.moment == moment && !now.killed) next_check();
    });
    return;
  }
  running.failed = running.checking == CheckKind::kGate ? Outcome::kGate : Outcome::kRequirement;
  running.detail = failure_of(running.checking, order.name);
  main_ended();
}

/// Each is reached at some moment of the command's life.
void Slot::run_checkpoints() {
  Running& running = *attempt_;
  for (const CheckpointOrder& order : running.spec.checkpoints) {
    later(random_.up_to(running.script.runtime), [this, order](Running& now) {
      if (now.phase != Phase::kRunning || now.main_over || now.imposed) return;
      const Duration takes = order.words.empty() ? Duration{} : random_.up_to(kLongestCheck);
      ++now.checkpoints;
      later(takes, [this, order, takes](Running& then) {
        --then.checkpoints;
        if (then.phase == Phase::kRunning && !then.killed) checkpoint_ended(order, takes);
      });
    });
  }
}

void Slot::checkpoint_ended(const CheckpointOrder& order, Duration took) {
  Running& running = *attempt_;
  worker::SlotCheckpoint reached;
  reached.slot = number_;
  reached.token = running.token;
  reached.name = order.name;
  reached.elapsed = took;
  const bool failed =
      !order.words.empty() &&
      stage_.happens(Fault::kFailedCommand, stage_.scenario.commands.fails, random_);
  if (failed) {
    reached.outcome = Outcome::kExit;
    reached.exit_code = 1;
  }
  // Ended together with the attempt it says nothing of the checkpoint.
  if (!running.imposed) hooks_.tell(std::move(reached));
  if (failed && order.stop && !running.imposed) {
    running.detail = failure_of(CheckKind::kCheckpoint, order.name);
    if (running.main_over) {
      running.failed = Outcome::kGate;
    } else {
      impose(Outcome::kGate, running.spec.kill_grace);
    }
  }
  if (running.main_over && running.checkpoints == 0) main_ended();
}

}  // namespace headway::sim
