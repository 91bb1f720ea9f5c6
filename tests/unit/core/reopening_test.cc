#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// What a person does to single tickets: cancel, retry, rerun. That counts and records stay right
/// through all of it is checked by the harness after each turn.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

/// `a` before `b` before `c`; with `fail_fast` also `d` apart, which waits at the one agent.
struct Chain {
  explicit Chain(bool fail_fast = false) {
    h.join("w", 1);
    PlanBuilder plan;
    plan.add("a");
    plan.add("b").after({"a"});
    plan.add("c").after({"b"});
    if (fail_fast) {
      plan.fail_fast();
      plan.add("d");
    }
    run = h.submit(plan);
    h.assigned();
    h.start("a");
  }
  CoreHarness h;
  RunId run;
};

// ---- Cancel

TEST(Cancel, EndsATicketThatWaitsAtOnceAndAbortsWhatDependsOnIt) {
  Chain p;
  p.h.cancel({"b"});
  EXPECT_EQ(p.h.state("b"), TicketState::kCancelled);
  EXPECT_EQ(p.h.record("b").detail, "cancel by ann");
  EXPECT_EQ(p.h.state("c"), TicketState::kAborted);
  p.h.finish("a");
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kFailed);
}

TEST(Cancel, StopsWhatRunsAndIsDurableBeforeItEnds) {
  Chain p;
  p.h.cancel({"a"});
  EXPECT_EQ(p.h.sent<Stop>("w").outcome, Outcome::kCancelled);
  EXPECT_EQ(p.h.state("a"), TicketState::kRunning);
  p.h.restart();
  p.h.rejoin("w");
  EXPECT_EQ(p.h.sent<Stop>("w").token, p.h.token("a"));
  p.h.end("a", Outcome::kCancelled);
  EXPECT_EQ(p.h.state("a"), TicketState::kCancelled);
  EXPECT_EQ(p.h.state("b"), TicketState::kAborted);
  p.h.finish_all();
}

TEST(Cancel, OfATicketWhoseWorkerIsLostDoesNotHandItOutAgain) {
  Chain p;
  p.h.cancel({"a"});
  p.h.silence("w");
  p.h.advance(CoreHarness::kLeaseAndMargin);
  EXPECT_EQ(p.h.state("a"), TicketState::kCancelled);
  p.h.ignore_messages();
}

TEST(Cancel, OutlivesAStopThatPreservesTheState) {
  Chain p;
  p.h.cancel({"a"});
  p.h.stop(p.run, false, true);
  p.h.ignore_messages();
  p.h.end("a", Outcome::kCancelled);
  EXPECT_EQ(p.h.state("a"), TicketState::kCancelled);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kFailed);
}

TEST(Cancel, ComesTooLateForWhatHasEnded) {
  Chain p;
  p.h.finish("a");
  EXPECT_NE(p.h.refused(TicketAction::kCancel, {"b", "a"}).find("a is succeeded"),
            std::string::npos);
  EXPECT_FALSE(is_final(p.h.state("b"))) << "all or none";
  p.h.finish_all();
}

TEST(Cancel, AnswersTheSameTheSecondTime) {
  Chain p;
  p.h.cancel({"b"});
  p.h.cancel({"b"});
  EXPECT_EQ(p.h.count(FactKind::kTicketEnded), 2U);
  p.h.ignore_messages();
}

// ---- Retry

TEST(Retry, OpensATicketAgainWithWhatWasAbortedForIt) {
  Chain p;
  p.h.fail("a");
  EXPECT_EQ(p.h.state("c"), TicketState::kAborted);
  p.h.retry({"a"});
  EXPECT_EQ(p.h.state("b"), TicketState::kWaiting);
  EXPECT_EQ(p.h.record("a").generation, 2U);
  p.h.finish_all();
  EXPECT_EQ(p.h.state("c"), TicketState::kSucceeded);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(Retry, BringsBackARunThatHasEnded) {
  Chain p;
  p.h.fail("a");
  EXPECT_EQ(p.h.run_state(p.run), RunState::kFailed);
  p.h.retry({});
  EXPECT_EQ(p.h.run_state(p.run), RunState::kRunning);
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(Retry, SurvivesARestart) {
  Chain p;
  p.h.fail("a");
  p.h.retry({"a"});
  p.h.ignore_messages();
  p.h.restart();
  p.h.rejoin("w");
  p.h.ignore_messages();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kRunning);
  EXPECT_EQ(p.h.state("b"), TicketState::kWaiting);
}

TEST(Retry, HasAllItsRetriesAgain) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(1);
  h.submit(plan);
  for (int generation = 0; generation < 2; ++generation) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      EXPECT_EQ(h.assigned(), Ids{"a"});
      h.start("a");
      h.fail("a");
    }
    EXPECT_EQ(h.state("a"), TicketState::kFailed);
    if (generation == 0) h.retry({"a"});
  }
  EXPECT_EQ(h.record("a").attempts, 4U);
}

TEST(Retry, OfWhatDependsOnAFailureNamesTheFailure) {
  Chain p;
  p.h.fail("a");
  EXPECT_NE(p.h.refused(TicketAction::kRetry, {"b"}).find("b depends on a, which is failed"),
            std::string::npos);
}

TEST(Retry, OfTheTopOfWhatWasUndoneNamesAllThatIsBelow) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  plan.add("c").after({"b"});
  h.submit(plan);
  h.finish_all();
  h.roll_back();
  EXPECT_EQ(h.refused(TicketAction::kRetry, {"c"}),
            "c depends on b, which is undone: retry b a first, or with it");
  h.retry({"a", "b", "c"});
  h.ignore_messages();
}

TEST(Retry, LeavesOutWhatAnotherFailureKeepsFromStarting) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b");
  plan.add("c").after({"a", "b"});
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.start("b");
  h.fail("a");
  h.fail("b");
  h.retry({"a"});
  EXPECT_EQ(h.state("c"), TicketState::kAborted);
  h.retry({"b"});
  EXPECT_EQ(h.state("c"), TicketState::kWaiting);
  h.finish_all();
  EXPECT_EQ(h.state("c"), TicketState::kSucceeded);
}

TEST(Retry, AfterFailFastTakesEverythingThatWasAborted) {
  Chain p(true);
  p.h.fail("a");
  EXPECT_EQ(p.h.run_state(p.run), RunState::kFailed);
  p.h.retry({"a"});
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
  EXPECT_EQ(p.h.state("d"), TicketState::kSucceeded);
}

TEST(Retry, OfACancelledRunIsRefused) {
  Chain p;
  p.h.stop(p.run);
  p.h.ignore_messages();
  p.h.end("a", Outcome::kCancelled);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kCancelled);
  EXPECT_NE(p.h.refused(TicketAction::kRetry, {"a"}).find("cancelled for good"), std::string::npos);
}

TEST(Retry, WaitsForTheEndOfWhatComesAfterIt) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after_end_of({"a"});
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.fail("a");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.start("b");
  EXPECT_NE(h.refused(TicketAction::kRetry, {"a"}).find("b comes after a and is running"),
            std::string::npos);
  h.finish("b");
}

TEST(Retry, OfATicketThatNobodyKnowsSaysSo) {
  Chain p;
  EXPECT_NE(p.h.refused(TicketAction::kRetry, {"x"}).find("has no ticket x"), std::string::npos);
}

TEST(Retry, BehindABarrierStillWaitsForIt) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.barriers();
  plan.add("a");
  plan.add("b").after({"a"});
  plan.add("c").after({"b"});
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.cancel({"b"});
  h.retry({"b"});
  h.finish("a");
  h.finish_all();
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

// ---- Rerun

TEST(Rerun, OpensWhatSucceededWithAllThatSucceededOnTopOfIt) {
  Chain p;
  p.h.finish("a");
  p.h.finish_all();
  p.h.rerun({"b"});
  EXPECT_EQ(p.h.state("a"), TicketState::kSucceeded);
  EXPECT_EQ(p.h.state("c"), TicketState::kWaiting);
  EXPECT_EQ(p.h.run_state(p.run), RunState::kRunning);
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
  EXPECT_EQ(p.h.record("c").attempts, 2U);
}

TEST(Rerun, TakesBackWhatIsReadyAndNotYetRunning) {
  Chain p;
  p.h.pause(p.run);
  p.h.finish("a");
  ASSERT_EQ(p.h.state("b"), TicketState::kReady);
  p.h.rerun({"a"});
  EXPECT_EQ(p.h.state("b"), TicketState::kWaiting);
  p.h.resume(p.run);
  p.h.finish_all();
  EXPECT_EQ(p.h.run_state(p.run), RunState::kSucceeded);
}

TEST(Rerun, LeavesTheBackoffOfWhatComesAfterIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"}).retry(1, 60s);
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.fail("b");
  h.rerun({"a"});
  EXPECT_EQ(h.state("b"), TicketState::kWaiting);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.finish("a");
  EXPECT_EQ(h.state("b"), TicketState::kReady);
  h.pass(59s);
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"b"});
}

TEST(Rerun, KeepsWhatIsLeftOfThatBackoffOverARestart) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"}).retry(1, 60s);
  h.submit(plan);
  h.assigned();
  h.finish("a");
  h.assigned();
  h.fail("b");
  h.rerun({"a"});
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.restart(10s);
  h.rejoin("w");
  h.finish("a");
  h.pass(49s);
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"b"});
}

TEST(Rerun, IsRefusedWhereWhatItDependsOnWasRetriedAndCancelled) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").may_fail();
  plan.add("b").after({"a"});
  h.submit(plan);
  h.assigned();
  h.fail("a");
  h.assigned();
  h.finish("b");
  h.retry({"a"});
  h.assigned();
  h.cancel({"a"});
  h.ignore_messages();
  h.end("a", Outcome::kCancelled);
  ASSERT_EQ(h.state("a"), TicketState::kCancelled);
  EXPECT_NE(h.refused(TicketAction::kRerun, {"b"}).find("b depends on a, which is cancelled"),
            std::string::npos);
  EXPECT_EQ(h.state("b"), TicketState::kSucceeded);
}

TEST(Rerun, IsForWhatSucceededAlone) {
  Chain p;
  p.h.fail("a");
  EXPECT_NE(p.h.refused(TicketAction::kRerun, {"a"}).find("only what succeeded"),
            std::string::npos);
}

TEST(BeingPutBack, SaysHowToGoOnWhereTheRunIsStopped) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").approval("sign-off").rolls_back();
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  h.stop({}, false, true);
  ASSERT_EQ(h.run("A").state, RunState::kStopped);
  h.reject_review("A");
  ASSERT_EQ(h.record("A").rollback, RollbackState::kPlanned);
  EXPECT_THAT(h.refused(TicketAction::kRetry, {"A"}),
              testing::HasSubstr("run r1 is stopped: let it go on first (headway resume r1)"));
  h.resume();
  EXPECT_THAT(h.assigned(), testing::ElementsAre("check A"));
  EXPECT_THAT(h.refused(TicketAction::kRetry, {"A"}),
              testing::HasSubstr("A is being put back: wait for its end"));
}

}  // namespace
}  // namespace headway
