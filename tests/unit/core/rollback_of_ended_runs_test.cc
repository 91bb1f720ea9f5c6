#include <gmock/gmock.h>

#include "tests/support/core/core_harness.h"

/// What is put back of runs that are stopped, or have ended.

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RollingBack, FollowsAStopThatKeepsNothing) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B").rolls_back();
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.stop();
  h.ignore_messages();
  h.reject("B");
  h.end("A", Outcome::kCancelled);
  EXPECT_THAT(h.assigned(), ElementsAre("check A")) << "B has done nothing";
  EXPECT_EQ(h.run("A").state, RunState::kStopping) << "until what it did is put back";
  h.pass_check("A");
  EXPECT_EQ(h.run("A").state, RunState::kCancelled);
}

TEST(RollingBack, WaitsOutAStopThatKeepsTheState) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  h.assigned();
  h.start_check("A");
  h.stop({}, false, true);
  h.ignore_messages();
  h.reject("B");
  h.end_check("A", Outcome::kTakenBack, 0);
  EXPECT_EQ(h.run("A").state, RunState::kStopped);
  h.restart(1s);
  h.rejoin("w");
  EXPECT_THAT(h.assigned(), IsEmpty());
  h.resume();
  EXPECT_THAT(h.assigned(), testing::Contains("check A"));
  h.pass_check("A");
  h.finish_all();
}

TEST(RollingBack, OfARunThatHadEndedWaitsOutAStopThatKeepsTheState) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.roll_back();
  h.assigned();
  h.start_check("A");
  h.stop({}, false, true);
  h.ignore_messages();
  h.end_check("A", Outcome::kTakenBack, 0);
  EXPECT_EQ(h.run("A").state, RunState::kStopped);
  h.resume();
  EXPECT_THAT(h.assigned(), ElementsAre("check A"));
  h.pass_check("A");
  EXPECT_EQ(h.state("A"), TicketState::kUndone);
}

/// A run that was stopped for good while TOP ran, on top of BASE. Putting TOP back has
/// failed.
void stop_for_good(CoreHarness& h) {
  h.join("w");
  PlanBuilder plan;
  plan.add("BASE").rolls_back();
  plan.add("TOP").after({"BASE"}).rolls_back(RollbackScope::kRun);
  h.submit(plan);
  h.assigned();
  h.run_through("BASE");
  h.assigned();
  h.start("TOP");
  h.stop();
  h.ignore_messages();
  h.end("TOP", Outcome::kCancelled);
  h.start_check("TOP");
  h.fail_check("TOP");
}

TEST(RollingBack, GoesOnWhenItIsSettledThoughTheRunWasStoppedForGood) {
  CoreHarness h;
  stop_for_good(h);
  EXPECT_EQ(h.run("TOP").state, RunState::kCancelled);
  EXPECT_EQ(h.record("TOP").rollback, RollbackState::kFailed);
  h.settle("TOP");
  EXPECT_EQ(h.run("TOP").state, RunState::kStopping) << "nothing else of it begins";
  EXPECT_THAT(h.assigned(), ElementsAre("check BASE"));
  h.pass_check("BASE");
  EXPECT_EQ(h.state("BASE"), TicketState::kUndone);
  EXPECT_EQ(h.run("TOP").state, RunState::kCancelled) << "as it had ended";
}

TEST(RollingBack, ByHandUndoesARunThatWasStoppedForGood) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B").after({"A"});
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.assigned();
  h.start("B");
  h.stop();
  h.ignore_messages();
  h.end("B", Outcome::kCancelled);
  ASSERT_EQ(h.run("A").state, RunState::kCancelled);
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded) << "a stop undoes nothing that had succeeded";
  EXPECT_EQ(h.roll_back(), "A:undone");
  EXPECT_THAT(h.assigned(), ElementsAre("check A"));
  h.restart(1s);
  h.rejoin("w");
  h.pass_check("A");
  EXPECT_EQ(h.state("A"), TicketState::kUndone);
  EXPECT_EQ(h.run("A").state, RunState::kCancelled);
}

TEST(RollingBack, ByHandUndoesAnEndedRunBackToATicket) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B").after({"A"}).rolls_back();
  plan.add("C").after({"B"});
  h.submit(plan);
  h.assigned();
  EXPECT_THAT(h.roll_back(), HasSubstr("1 ticket of run r1 is alive"));
  for (const char* ticket : {"A", "B", "C"}) h.run_through(ticket);
  h.assigned();
  EXPECT_EQ(h.run("A").state, RunState::kSucceeded);
  EXPECT_EQ(h.roll_back("A"), "C:undone (it has no rollback) B:undone");
  EXPECT_THAT(h.assigned(), ElementsAre("check B"));
  h.pass_check("B");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
  EXPECT_EQ(h.state("B"), TicketState::kUndone);
  EXPECT_EQ(h.state("C"), TicketState::kUndone);
  EXPECT_EQ(h.run("A").state, RunState::kFailed);
  EXPECT_EQ(h.roll_back(), "A:undone");
  EXPECT_THAT(h.assigned(), ElementsAre("check A"));
  h.pass_check("A");
  EXPECT_THAT(h.roll_back(), HasSubstr("nothing of run r1 has succeeded"));
}

TEST(RollingBack, EndsItsRunInTheTurnThatLetsItGoOn) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder other;
  other.add("BEFORE");
  other.add("FAILS").after({"BEFORE"}).writes("shared").rolls_back();
  h.submit(other);
  PlanBuilder plan;
  plan.add("A").writes("shared");
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.run_through("BEFORE");
  h.assigned();
  h.start("FAILS");
  h.fail("FAILS");
  h.assigned();
  h.start_check("FAILS");
  EXPECT_EQ(h.roll_back(), "A:undone (it has no rollback)");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded) << "what FAILS left is being put back there";
  h.fail_check("FAILS");
  EXPECT_EQ(h.run("FAILS").state, RunState::kFailed) << "and holds nothing any more";
  EXPECT_EQ(h.state("A"), TicketState::kUndone);
  EXPECT_EQ(h.run("A").state, RunState::kFailed);
}

}  // namespace
}  // namespace headway
