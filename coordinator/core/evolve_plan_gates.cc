#include "coordinator/core/evolution.h"
#include "coordinator/core/plan_gates.h"

/// Checks of the whole tree while other tickets go on.

namespace headway {

void Evolution::plan_gate_due() {
  Run& of = run();
  const auto number = static_cast<std::uint32_t>(fact_.number.value_or(0));
  HW_CHECK(number >= 1 && number <= of.plan_gates.size(), "a gate beyond the plan's");
  PlanGateRecord& gate = of.plan_gates[number - 1];
  gate.seen = ends_counted(of, number);
  gate.due_at = fact_.at;
  gate.workers_lost = 0;
  of.due.insert({CheckKind::kPlanGate, TicketIndex{}, number});
}

void Evolution::plan_gate_handed_out(PlanGateRecord& gate) const {
  gate.handed = fact_.token;
  gate.last = fact_.token;
  ++gate.times;
}

void Evolution::plan_gate_handed_back(const HandedCheck& ended) {
  Run& of = run();
  PlanGateRecord& gate = of.plan_gates[ended.check.number - 1];
  gate.handed = {};
  const Outcome outcome = fact_.outcome.value_or(Outcome::kWorkerLost);
  if (outcome == Outcome::kWorkerLost && ended.started_at != WallTime{}) ++gate.workers_lost;
  const bool said_something = ended_by_itself(outcome) || outcome == Outcome::kKilledWorkers;
  if (!said_something) of.due.insert(ended.check);
}

void Evolution::plan_gate_ended() {
  Run& of = run();
  const auto index = static_cast<std::size_t>(fact_.number.value_or(1) - 1);
  PlanGateRecord& gate = of.plan_gates[index];
  gate.failing = fact_.outcome != Outcome::kSucceeded;
  ++(gate.failing ? gate.failed : gate.passed);
  if (gate.failing && of.plan().plan_gates[index].on_fail == OnPlanGateFail::kFail) {
    of.failing = true;
  }
}

/// Whoever lets a run go on that a gate has paused wants to know whether the gate passes now.
void Evolution::try_plan_gates_again() {
  Run& of = run();
  for (std::uint32_t i = 0; i < of.plan_gates.size(); ++i) {
    if (!of.plan_gates[i].failing) continue;
    if (of.plan().plan_gates[i].on_fail != OnPlanGateFail::kPause) continue;
    of.plan_gates[i].failing = false;
    if (of.plan_gates[i].handed == Token{}) {
      of.due.insert({CheckKind::kPlanGate, TicketIndex{}, i + 1});
    }
  }
}

}  // namespace headway
