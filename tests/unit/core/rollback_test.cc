#include <gmock/gmock.h>

#include "tests/support/core/core_harness.h"

/// What failed is put back, with what stood on it, what ended last first, each once.

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// `BAD` has failed, whose rollback takes along the run, and `TOP` runs on what is to be undone.
struct BadBesideTop {
  BadBesideTop() {
    h.join("w", 2);
    PlanBuilder plan;
    plan.add("BASE").rolls_back();
    plan.add("TOP").after({"BASE"}).rolls_back();
    plan.add("BAD").after({"BASE"}).rolls_back(RollbackScope::kRun);
    h.submit(plan);
    h.assigned();
    h.run_through("BASE");
    h.assigned();
    h.start("TOP");
    h.start("BAD");
    h.fail("BAD");
  }
  CoreHarness h;
};

TEST(RollingBack, RunsAfterATicketFailedForGoodAndKeepsItsLocks) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back().writes("db").retry(1).priority(Priority::kHigh);
  plan.add("B").writes("db");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  EXPECT_THAT(h.assigned(), ElementsAre("A")) << "it may be tried again: nothing is put back yet";
  h.start("A");
  h.fail("A");
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
  EXPECT_THAT(h.assigned(), ElementsAre("check A")) << "and B does not get between";
  h.start_check("A");
  h.pass_check("A");
  EXPECT_EQ(h.record("A").rollback, RollbackState::kDone);
  EXPECT_THAT(h.assigned(), ElementsAre("B"));
  h.finish("B");
  EXPECT_EQ(h.run("A").state, RunState::kFailed);
}

TEST(RollingBack, OfWhatNeverStartedIsNotNeeded) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("A").rolls_back();
  h.submit(plan);
  h.cancel({"A"});
  EXPECT_EQ(h.record("A").rollback, RollbackState::kNone);
}

TEST(RollingBack, OfWhatARequirementKeptFromRunningIsNotNeeded) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.end("A", Outcome::kRequirement);
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
  EXPECT_EQ(h.record("A").rollback, RollbackState::kNone) << "what it found is not its own to undo";
  EXPECT_EQ(h.run("A").state, RunState::kFailed);
}

TEST(RollingBack, OfTheWholeRunGoesInReverseOrderOfSuccess) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("L0").rolls_back();
  plan.add("L1").after({"L0"}).rolls_back();
  plan.add("L2").after({"L1"});
  plan.add("BAD").after({"L2"}).rolls_back(RollbackScope::kRun);
  plan.add("NEXT").after({"BAD"});
  h.submit(plan);
  h.assigned();
  for (const char* ticket : {"L0", "L1", "L2"}) h.run_through(ticket);
  h.assigned();
  h.start("BAD");
  h.fail("BAD");
  EXPECT_THAT(h.assigned(), ElementsAre("check BAD"));
  h.pass_check("BAD");
  EXPECT_EQ(h.state("L2"), TicketState::kUndone) << "there was nothing to run";
  EXPECT_EQ(h.state("L1"), TicketState::kSucceeded);
  EXPECT_THAT(h.assigned(), ElementsAre("check L1"));
  h.restart(1s);
  h.rejoin("w");
  h.start_check("L1");
  h.pass_check("L1");
  EXPECT_EQ(h.state("L1"), TicketState::kUndone);
  EXPECT_THAT(h.assigned(), ElementsAre("check L0"));
  h.pass_check("L0");
  EXPECT_EQ(h.state("L0"), TicketState::kUndone);
  EXPECT_EQ(h.state("BAD"), TicketState::kFailed) << "its rollback is recorded beside its state";
  EXPECT_EQ(h.run("L0").state, RunState::kFailed);
}

TEST(RollingBack, StopsWhatStandsOnWhatIsUndone) {
  BadBesideTop r;
  CoreHarness& h = r.h;
  EXPECT_EQ(h.sent<Stop>("w").token, h.token("TOP"));
  h.pass_check("BAD");
  EXPECT_THAT(h.state("BASE"), TicketState::kSucceeded) << "TOP stands on it and may be alive";
  h.end("TOP", Outcome::kCancelled);
  h.pass_check("TOP");
  h.pass_check("BASE");
  EXPECT_EQ(h.state("BASE"), TicketState::kUndone);
  EXPECT_EQ(h.state("TOP"), TicketState::kCancelled);
}

TEST(RollingBack, TakesAlongWhatSucceededBeforeItCouldBeStopped) {
  BadBesideTop r;
  CoreHarness& h = r.h;
  EXPECT_EQ(h.sent<Stop>("w").token, h.token("TOP"));
  h.finish("TOP");
  EXPECT_EQ(h.state("TOP"), TicketState::kSucceeded);
  h.pass_check("BAD");
  EXPECT_THAT(h.state("BASE"), TicketState::kSucceeded) << "TOP stands on it";
  h.pass_check("TOP");
  EXPECT_EQ(h.state("TOP"), TicketState::kUndone);
  h.pass_check("BASE");
  EXPECT_EQ(h.state("BASE"), TicketState::kUndone);
  EXPECT_EQ(h.run("BASE").state, RunState::kFailed);
}

TEST(RollingBack, ThatFailsIsInTheWayUntilAPersonSettlesIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("BAD").after({"A"}).rolls_back(RollbackScope::kRun).writes("db");
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.assigned();
  h.start("BAD");
  h.fail("BAD");
  h.assigned();
  h.start_check("BAD");
  h.fail_check("BAD");
  EXPECT_EQ(h.record("BAD").rollback, RollbackState::kFailed);
  EXPECT_THAT(h.assigned(), IsEmpty());
  EXPECT_EQ(h.run("A").state, RunState::kFailed) << "nothing more can happen by itself";
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
  EXPECT_THAT(h.refused(TicketAction::kRetry, {"BAD"}), HasSubstr("headway ticket settle BAD"));
  EXPECT_THAT(h.refused(TicketAction::kSettle, {"A"}), HasSubstr("the rollback of A is planned"));
  h.settle("BAD");
  EXPECT_THAT(h.assigned(), ElementsAre("check A")) << "the rest goes on";
  h.pass_check("A");
  EXPECT_EQ(h.state("A"), TicketState::kUndone);
  EXPECT_EQ(h.run("A").state, RunState::kFailed);
  h.retry({"A", "BAD"});
  EXPECT_THAT(h.assigned(), ElementsAre("A"));
  h.run_through("A");
  EXPECT_THAT(h.assigned(), ElementsAre("BAD"));
  h.run_through("BAD");
  EXPECT_EQ(h.run("A").state, RunState::kSucceeded);
}

TEST(RollingBack, ThatFailsInARunThatEndsKeepsNoOtherRunWaiting) {
  CoreHarness h;
  h.join("w");
  PlanBuilder first;
  first.add("BAD").rolls_back().writes("db");
  h.submit(first);
  h.assigned();
  h.start("BAD");
  PlanBuilder second;
  second.add("NEXT").writes("db");
  h.submit(second);
  h.fail("BAD");
  EXPECT_THAT(h.assigned(), ElementsAre("check BAD"));
  h.start_check("BAD");
  h.fail_check("BAD");
  EXPECT_THAT(h.assigned(), ElementsAre("NEXT")) << "in the turn in which the first run ended";
}

TEST(RollingBack, RunsAgainWhenItsWorkerIsLost) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  h.assigned();
  h.start_check("A");
  h.silence("w");
  h.pass(20s);
  h.join("v");
  EXPECT_THAT(h.assigned_to("v"), ElementsAre("check A")) << "the same agent where it can";
  h.pass_check("A");
  EXPECT_EQ(h.record("A").rollback, RollbackState::kDone);
}

TEST(RollingBack, DoesNotWaitForLocksOfWhatIsPutBackLater) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("FIRST").rolls_back().writes("b");
  plan.add("SECOND").after({"FIRST"}).rolls_back().writes("a").writes("b");
  plan.add("THIRD").after({"SECOND"}).rolls_back().writes("a");
  h.submit(plan);
  for (const char* ticket : {"FIRST", "SECOND", "THIRD"}) {
    h.assigned();
    h.run_through(ticket);
  }
  h.roll_back();
  for (const char* ticket : {"THIRD", "SECOND", "FIRST"}) {
    EXPECT_THAT(h.assigned(), ElementsAre(std::string("check ") + ticket));
    h.pass_check(ticket);
    EXPECT_EQ(h.state(ticket), TicketState::kUndone);
  }
}

TEST(RollingBack, TakesAlongWhatSucceededBeforeItsStopCame) {
  BadBesideTop r;
  CoreHarness& h = r.h;
  h.sent<Stop>("w");
  h.end("TOP", Outcome::kSucceeded);
  EXPECT_EQ(h.record("TOP").rollback, RollbackState::kPlanned) << "BASE is to be undone";
  h.pass_check("BAD");
  EXPECT_THAT(h.assigned(), testing::Contains("check TOP"));
  h.pass_check("TOP");
  EXPECT_EQ(h.state("TOP"), TicketState::kUndone);
  h.pass_check("BASE");
  EXPECT_EQ(h.state("BASE"), TicketState::kUndone);
  h.ignore_messages();
}

TEST(RollingBack, IsByThePlanOfNowThoughAnOlderOneIsAliveYet) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("A");
  plan.add("B");
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  h.start("B");
  PlanBuilder other;
  other.add("A").rolls_back();
  other.add("B").rolls_back(RollbackScope::kRun);
  h.apply(other);
  h.fail("B");
  EXPECT_THAT(h.assigned(), ElementsAre("check B"));
  h.pass_check("B");
  EXPECT_THAT(h.assigned(), ElementsAre("check A"));
  h.pass_check("A");
  EXPECT_EQ(h.state("A"), TicketState::kUndone);
}

TEST(RollingBack, OfARemovedTicketIsSettledLikeAnyOther) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B");
  h.submit(plan);
  h.assigned();
  h.start("A");
  PlanBuilder other;
  other.add("B");
  h.apply(other, {.restart = true});
  h.ignore_messages();
  h.end("A", Outcome::kCancelled);
  h.start_check("A");
  h.fail_check("A");
  EXPECT_EQ(h.record("A").rollback, RollbackState::kFailed);
  h.settle("A");
  EXPECT_EQ(h.record("A").rollback, RollbackState::kSettled);
  h.ignore_messages();
  h.finish_all();
}

TEST(RollingBack, PutsBackFirstWhatStandsOnATicketThatSucceededAfterIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("BASE").may_fail().rolls_back();
  plan.add("TOP").after({"BASE"}).rolls_back();
  h.submit(plan);
  h.assigned();
  h.start("BASE");
  h.fail("BASE");
  h.pass_check("BASE");
  h.assigned();
  h.run_through("TOP");
  h.retry({"BASE"});
  h.assigned();
  h.run_through("BASE");
  EXPECT_EQ(h.roll_back(), "TOP:undone BASE:undone");
  EXPECT_THAT(h.assigned(), ElementsAre("check TOP"))
      << "nothing stays succeeded on what is undone";
  h.pass_check("TOP");
  h.pass_check("BASE");
}

TEST(RollingBack, OfAnIsolatedTicketKeepsAllOthersOfItsRunAway) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("FIRST");
  plan.add("ALONE").after({"FIRST"}).isolated().rolls_back().labelled("alone");
  plan.add("OTHER").labelled("other");
  h.submit(plan);
  h.assigned();
  h.run_through("FIRST");
  h.join("alone", 1, [](Hello& hello) { hello.labels = {"alone"}; });
  EXPECT_THAT(h.assigned(), ElementsAre("ALONE"));
  h.run_through("ALONE");
  h.drain("alone");
  h.ignore_messages();
  EXPECT_EQ(h.roll_back("FIRST"), "ALONE:undone");
  h.join("other", 1, [](Hello& hello) { hello.labels = {"other"}; });
  EXPECT_THAT(h.assigned(), IsEmpty()) << "ALONE is to be put back, and nobody can yet";
  h.join("again", 1, [](Hello& hello) { hello.labels = {"alone"}; });
  EXPECT_THAT(h.assigned(), ElementsAre("check ALONE"));
  h.pass_check("ALONE");
  EXPECT_THAT(h.assigned(), ElementsAre("OTHER"));
  h.finish("OTHER");
}

TEST(RollingBack, LeavesWhatWouldHaveComeAfterToARetry) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("BAD").rolls_back(RollbackScope::kDescendants);
  plan.add("NEXT").after({"BAD"});
  h.submit(plan);
  h.assigned();
  h.start("BAD");
  h.fail("BAD");
  EXPECT_EQ(h.state("NEXT"), TicketState::kAborted);
  h.assigned();
  h.pass_check("BAD");
  h.retry({"BAD"});
  h.assigned();
  h.run_through("BAD");
  EXPECT_THAT(h.assigned(), ElementsAre("NEXT"));
  h.finish("NEXT");
  EXPECT_EQ(h.run("BAD").state, RunState::kSucceeded);
}

TEST(RollingBack, OfAFailureThatIsAllowedLeavesWhatComesAfter) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("BAD").may_fail().rolls_back(RollbackScope::kDescendants);
  plan.add("NEXT").after({"BAD"});
  h.submit(plan);
  h.assigned();
  h.start("BAD");
  h.fail("BAD");
  h.assigned();
  h.pass_check("BAD");
  h.run_through("NEXT");
  EXPECT_EQ(h.run("BAD").state, RunState::kSucceeded);
}

TEST(RollingBack, OfTheWholeRunLeavesAloneWhatStandsOnNothingOfIt) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("DONE");
  plan.add("OTHER");
  plan.add("BAD").after({"DONE"}).rolls_back(RollbackScope::kRun);
  plan.add("LATER").after({"DONE", "OTHER"});
  h.submit(plan);
  h.assigned();
  h.run_through("DONE");
  h.assigned();
  h.start("OTHER");
  h.start("BAD");
  h.fail("BAD");
  EXPECT_EQ(h.state("LATER"), TicketState::kAborted) << "it stands on what is undone";
  EXPECT_EQ(h.state("OTHER"), TicketState::kRunning);
  h.assigned();
  h.pass_check("BAD");
  EXPECT_EQ(h.state("DONE"), TicketState::kUndone);
  h.finish("OTHER");
  EXPECT_EQ(h.state("OTHER"), TicketState::kSucceeded);
  h.retry({"DONE", "BAD"});
  h.ignore_messages();
  EXPECT_EQ(h.state("LATER"), TicketState::kWaiting) << "and goes along when that is tried again";
}

TEST(RollingBack, ThatWasTheLastThingWrongEndsTheRunWellOnceItIsSettled) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").may_fail().rolls_back();
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("A");
  h.fail("A");
  h.assigned();
  h.start_check("A");
  h.fail_check("A");
  ASSERT_EQ(h.run_state(run), RunState::kFailed);
  h.settle("A");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

}  // namespace
}  // namespace headway
