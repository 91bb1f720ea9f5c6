#include <fmt/format.h>

#include "coordinator/core/core.h"
#include "coordinator/core/plan_gates.h"

/// The plan's own gates: when they are due, and what their end means for the run.

namespace headway {

/// After something has ended.
void Core::consider_plan_gates(RunId id, bool at_end) {
  const Run& run = *state_.find_run(id);
  if (run.state == RunState::kStopping || is_final(run.state)) return;
  for (std::uint32_t number = 1; number <= run.plan_gates.size(); ++number) {
    const auto why = why_due(run, number, at_end);
    if (why) make_due(id, number, *why);
  }
}

void Core::make_due(RunId run, std::uint32_t number, const std::string& why) {
  Fact due;
  due.kind = FactKind::kPlanGateDue;
  due.run = run;
  due.number = number;
  due.detail = why;
  emit(due);
  verifying_.insert(run);
  turn_.effects.emplace_back(VerifyRegistry{run});
}

/// Those that go by time; what is left of an interval that began before a restart.
void Core::arm_plan_gates(RunId id) {
  const Run& run = *state_.find_run(id);
  for (std::uint32_t number = 1; number <= run.plan_gates.size(); ++number) {
    const auto* every = std::get_if<Duration>(&run.plan().plan_gates[number - 1].every);
    if (every == nullptr) continue;
    const Duration since = now_.wall - run.plan_gates[number - 1].due_at;
    const std::uint64_t serial = ++plan_gate_timers_[{id, number}];
    set_timer(std::clamp<Duration>(*every - since, Duration{}, *every),
              PlanGateTimer{id, number, serial});
  }
}

void Core::fire(const PlanGateTimer& timer) {
  const Run* run = state_.find_run(timer.run);
  if (run == nullptr || is_final(run->state) || timer.number > run->plan_gates.size()) return;
  const auto* every = std::get_if<Duration>(&run->plan().plan_gates[timer.number - 1].every);
  if (every == nullptr) return;  // the plan has other gates by now
  if (plan_gate_timers_[{timer.run, timer.number}] != timer.serial) return;  // it was armed anew
  set_timer(*every, timer);
  const bool waits = run->due.contains({CheckKind::kPlanGate, TicketIndex{}, timer.number});
  // Once all tickets have ended nothing changes any more: the run would wait for its gates for
  // ever.
  const bool over = run->ended() == run->tickets.size();
  if (run->state != RunState::kRunning || waits || over) return;
  make_due(timer.run, timer.number, "its time has come");
}

namespace {

/// What follows from the failure of a gate of the plan, to be said after it.
std::string consequence(const Run& run, std::uint32_t number) {
  switch (run.plan().plan_gates[number - 1].on_fail) {
    case OnPlanGateFail::kWarn:
      return "; the run goes on";
    case OnPlanGateFail::kPause:
      return run.state == RunState::kRunning ? "; the run is paused until somebody resumes it" : "";
    case OnPlanGateFail::kFail:
      return "; nothing more is started";
  }
  return "";
}

}  // namespace

void Core::end_plan_gate(RunId id, std::uint32_t number, Outcome outcome,
                         const std::string& detail) {
  const Run& run = *state_.find_run(id);
  Fact ended;
  ended.kind = FactKind::kPlanGateEnded;
  ended.run = id;
  ended.number = number;
  ended.outcome = outcome;
  ended.detail = detail;
  if (outcome != Outcome::kSucceeded) ended.detail += consequence(run, number);
  emit(ended);
  if (outcome == Outcome::kSucceeded) return;
  switch (run.plan().plan_gates[number - 1].on_fail) {
    case OnPlanGateFail::kWarn:
      return;
    case OnPlanGateFail::kPause:
      if (run.state == RunState::kRunning) pause_run(id, detail);
      return;
    case OnPlanGateFail::kFail:
      abort_rest(id, detail);
      return;
  }
}

void Core::on_verified(const VerifiedInput& input) {
  verifying_.erase(input.run);
  if (state_.find_run(input.run) == nullptr) return;
  Fact verified;
  verified.kind = FactKind::kRegistryVerified;
  verified.run = input.run;
  verified.number = input.problems;
  verified.detail = input.detail;
  emit(verified);
  finish_run_if_done(input.run);
}

}  // namespace headway
