#include <gmock/gmock.h>

#include "tests/support/core/core_harness.h"

/// Checks of the whole tree, while other tickets go on.

namespace headway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

/// What people are told of the end of a gate of the plan, the last time.
std::string plan_gate_end(const CoreHarness& h) {
  std::string told;
  for (const Fact& fact : h.facts()) {
    if (fact.kind == FactKind::kPlanGateEnded) told = fact.detail;
  }
  return told;
}

TEST(PlanGates, AreDueWhenAGroupHasEndedAndHoldNothingUp) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"});
  plan.gate("tree", EveryGroup{});
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  EXPECT_THAT(h.assigned(), ElementsAre("check tree", "B"));
  EXPECT_EQ(h.verifications.size(), 1U) << "the registry is verified at the same moment";
  h.run_through("B");
  EXPECT_EQ(h.run("A").state, RunState::kRunning) << "the gate is still out";
  h.pass_check("tree");
  EXPECT_THAT(h.assigned(), ElementsAre("check tree")) << "once more: another group has ended";
  h.pass_check("tree");
  EXPECT_EQ(h.run("A").state, RunState::kSucceeded);
}

TEST(PlanGates, AreDueAfterSoManyTicketsAndAtTheEnd) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add_many("T", 5);
  plan.gate("often", EveryTickets{2});
  plan.gate("last", AtEnd{});
  h.submit(plan);
  h.assigned();
  std::size_t often = 0;
  for (int i = 1; i <= 5; ++i) {
    const std::string id = fmt::format("T{}", i);
    h.run_through(id);
    for (const std::string& given : h.assigned()) {
      if (given != "check often") continue;
      ++often;
      h.pass_check("often");
      h.assigned();
    }
  }
  EXPECT_EQ(often, 2U);
  EXPECT_EQ(h.run("T1").state, RunState::kRunning);
  h.pass_check("last");
  EXPECT_EQ(h.run("T1").state, RunState::kSucceeded);
}

TEST(PlanGates, AreDueEverySoOftenOverARestart) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("LONG");
  plan.gate("tree", Duration{10min});
  h.submit(plan);
  h.assigned();
  h.start("LONG");
  h.pass(6min);
  h.restart(1s);
  h.rejoin("w");
  h.pass(3min);
  EXPECT_THAT(h.assigned(), IsEmpty());
  h.pass(2min);
  EXPECT_THAT(h.assigned(), ElementsAre("check tree"));
  h.pass_check("tree");
  h.finish("LONG");
  EXPECT_EQ(h.run("LONG").state, RunState::kSucceeded);
}

TEST(PlanGates, ThatFailWarnPauseOrFailTheRun) {
  for (const OnPlanGateFail on_fail :
       {OnPlanGateFail::kWarn, OnPlanGateFail::kPause, OnPlanGateFail::kFail}) {
    CoreHarness h;
    h.join("w", 2);
    PlanBuilder plan;
    plan.add("A");
    plan.add("B").after({"A"});
    plan.add("C").after({"B"});
    plan.gate("tree", EveryTickets{1}, on_fail);
    h.submit(plan);
    h.assigned();
    h.run_through("A");
    h.start("B");
    h.fail_check("tree");
    h.ignore_messages();
    const std::string told = plan_gate_end(h);
    switch (on_fail) {
      case OnPlanGateFail::kWarn:
        EXPECT_THAT(told, EndsWith("'tree' failed: exit 1; the run goes on"));
        EXPECT_EQ(h.run("A").state, RunState::kRunning);
        break;
      case OnPlanGateFail::kPause:
        EXPECT_THAT(told, EndsWith("; the run is paused until somebody resumes it"));
        EXPECT_EQ(h.run("A").state, RunState::kPaused);
        break;
      case OnPlanGateFail::kFail:
        EXPECT_THAT(told, EndsWith("; nothing more is started"));
        EXPECT_EQ(h.state("C"), TicketState::kAborted);
        break;
    }
    h.finish("B");
    h.pass_check("tree");
    if (on_fail == OnPlanGateFail::kPause) {
      EXPECT_EQ(h.state("C"), TicketState::kReady);
      h.resume();
    }
    h.assigned();
    if (on_fail != OnPlanGateFail::kFail) {
      h.finish("C");
      h.pass_check("tree");
    }
    EXPECT_EQ(h.run("A").state,
              on_fail == OnPlanGateFail::kFail ? RunState::kFailed : RunState::kSucceeded);
  }
}

TEST(PlanGates, ThatPauseAtTheEndLookAgainWhenTheRunGoesOn) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.gate("tree", AtEnd{}, OnPlanGateFail::kPause);
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.fail_check("tree");
  EXPECT_EQ(h.run("A").state, RunState::kPaused);
  h.restart(1s);
  h.rejoin("w");
  EXPECT_EQ(h.run("A").state, RunState::kPaused);
  h.assigned();
  h.resume();
  EXPECT_THAT(h.assigned(), ElementsAre("check tree"));
  h.pass_check("tree");
  EXPECT_EQ(h.run("A").state, RunState::kSucceeded);
}

TEST(PlanGates, ThatTakeLongerThanTheirIntervalLetTheRunEnd) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.gate("slow", Duration{10s});
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.pass(11s);
  h.finish("A");
  h.start_check("slow");
  h.pass(25s);
  h.pass_check("slow");
  EXPECT_EQ(h.run("A").state, RunState::kSucceeded);
}

/// A run whose only ticket has succeeded, and whose gate at the end is at a worker.
struct GateAtTheEnd {
  explicit GateAtTheEnd(OnPlanGateFail on_fail = OnPlanGateFail::kFail) {
    h.join("w");
    PlanBuilder plan;
    plan.add("A");
    plan.gate("tree", AtEnd{}, on_fail);
    h.submit(plan);
    h.assigned();
    h.run_through("A");
    h.assigned();
    h.start_check("tree");
  }
  void stop(bool preserve) {
    h.stop({}, false, preserve);
    h.ignore_messages();
    h.end_check("tree", Outcome::kTakenBack, 0);
  }
  CoreHarness h;
};

TEST(PlanGates, ThatHaveNotPassedKeepAStoppedRunFromHavingSucceeded) {
  GateAtTheEnd g;
  g.stop(true);
  EXPECT_EQ(g.h.run("A").state, RunState::kStopped);
  g.h.resume();
  EXPECT_THAT(g.h.assigned(), ElementsAre("check tree"));
  g.h.pass_check("tree");
  EXPECT_EQ(g.h.run("A").state, RunState::kSucceeded);
}

TEST(PlanGates, ThatWillNeverPassLeaveARunCancelledThatIsStoppedForGood) {
  GateAtTheEnd g;
  g.stop(false);
  EXPECT_EQ(g.h.run("A").state, RunState::kCancelled);
}

TEST(PlanGates, ThatWouldBeDueAtTheEndWaitOutAStop) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.gate("tree", AtEnd{});
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.stop({}, false, true);
  h.ignore_messages();
  h.finish("A");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded) << "its stop came too late";
  EXPECT_EQ(h.run("A").state, RunState::kStopped);
  h.resume();
  EXPECT_THAT(h.assigned(), ElementsAre("check tree"));
  h.pass_check("tree");
}

TEST(PlanGates, ThatPausedARunAreTriedAgainAfterAStopToo) {
  GateAtTheEnd g(OnPlanGateFail::kPause);
  g.h.fail_check("tree");
  ASSERT_EQ(g.h.run("A").state, RunState::kPaused);
  g.h.stop({}, false, true);
  EXPECT_EQ(g.h.run("A").state, RunState::kStopped);
  g.h.resume();
  EXPECT_THAT(g.h.assigned(), ElementsAre("check tree"));
  g.h.pass_check("tree");
  EXPECT_EQ(g.h.run("A").state, RunState::kSucceeded);
}

}  // namespace
}  // namespace headway
