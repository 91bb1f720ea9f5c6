#include "tests/sim/world/plan_milestones.h"

#include <string>

namespace headway::sim {

namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

Command anything() { return {"true", {}}; }

Gate draw_gate(Random& random, std::uint64_t number) {
  Gate gate;
  gate.name = "g" + std::to_string(number);
  gate.parallel = random.one_in(2);
  gate.approval = random.one_in(6);
  if (gate.approval) {
    if (random.one_in(2)) gate.timeout = random.up_to(30s);
    if (random.one_in(2)) gate.on_timeout = OnReviewTimeout::kApprove;
    return gate;
  }
  gate.command = anything();
  gate.timeout = random.between(1s, 20s);
  if (random.one_in(4)) gate.labels.emplace_back("gpu");
  if (!random.one_in(3)) return gate;
  gate.retry.max = 1 + static_cast<std::int32_t>(random.below(2));
  gate.retry.backoff = std::chrono::milliseconds{random.below(5'000)};
  return gate;
}

PlanGateSchedule draw_schedule(Random& random) {
  switch (random.below(4)) {
    case 0:
      return AtEnd{};
    case 1:
      return EveryGroup{};
    case 2:
      return Duration{2s + random.up_to(30s)};
    default:
      return EveryTickets{1 + static_cast<std::int32_t>(random.below(5))};
  }
}

}  // namespace

void add_milestones(Random& random, Ticket& ticket) {
  for (std::uint64_t left = random.one_in(5) ? 1 + random.below(2) : 0; left > 0; --left) {
    ticket.require.push_back({"r" + std::to_string(left), anything(), random.between(1s, 20s)});
  }
  for (std::uint64_t left = random.one_in(5) ? 1 + random.below(2) : 0; left > 0; --left) {
    Checkpoint checkpoint;
    checkpoint.name = "c" + std::to_string(left);
    if (random.one_in(2)) checkpoint.at = 0.5;
    if (random.one_in(2)) checkpoint.command = anything();
    checkpoint.timeout = 10s;
    if (random.one_in(2)) checkpoint.on_fail = OnCheckpointFail::kStop;
    ticket.checkpoints.push_back(std::move(checkpoint));
  }
  for (std::uint64_t left = random.one_in(3) ? 1 + random.below(4) : 0; left > 0; --left) {
    ticket.gates.push_back(draw_gate(random, left));
  }
  if (!random.one_in(3)) return;
  Rollback rollback;
  rollback.command = anything();
  rollback.scope = static_cast<RollbackScope>(random.below(4));
  rollback.timeout = random.between(1s, 20s);
  ticket.rollback = std::move(rollback);
}

std::vector<PlanGate> draw_plan_gates(Random& random) {
  std::vector<PlanGate> gates;
  for (std::uint64_t left = random.one_in(3) ? 1 + random.below(2) : 0; left > 0; --left) {
    PlanGate gate;
    gate.name = "p" + std::to_string(left);
    gate.command = anything();
    gate.every = draw_schedule(random);
    gate.timeout = random.between(1s, 20s);
    gate.on_fail = static_cast<OnPlanGateFail>(random.below(3));
    gates.push_back(std::move(gate));
  }
  return gates;
}

}  // namespace headway::sim
