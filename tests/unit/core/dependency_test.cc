#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// What waits for what, and what follows from an end.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

TEST(Plan, WithoutTicketsSucceedsAtOnce) {
  CoreHarness h;
  PlanBuilder plan;
  const RunId run = h.submit(plan);
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
  EXPECT_TRUE(h.core().state().runs.empty());
}

TEST(Dependency, BlockingWaitsForSuccess) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  const RunId run = h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.finish("b");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Dependency, BlockingOnAFailureAbortsTheWholeChain) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  plan.add("c").after({"b"});
  plan.add("d");
  const RunId run = h.submit(plan);
  h.assigned();
  h.fail("a", 3);
  EXPECT_EQ(h.record("a").exit_code, 3);
  EXPECT_EQ(h.state("b"), TicketState::kAborted);
  EXPECT_EQ(h.state("c"), TicketState::kAborted);
  EXPECT_EQ(h.record("c").detail, "b aborted, and it depends on it");
  EXPECT_EQ(h.run_state(run), RunState::kRunning);
  h.finish("d");
  EXPECT_EQ(h.run_state(run), RunState::kFailed);
}

TEST(Dependency, SequentialWaitsForTheEndHoweverItComes) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a");
  plan.add("after failure").after_end_of({"a"});
  plan.add("aborted").after({"a"});
  plan.add("after abort").after_end_of({"aborted"});
  const RunId run = h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.fail("a");
  EXPECT_EQ(h.assigned(), (Ids{"after failure", "after abort"}));
  h.finish("after failure");
  h.finish("after abort");
  EXPECT_EQ(h.run_state(run), RunState::kFailed);
}

TEST(Dependency, AnAllowedFailureCountsAsSuccess) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a").may_fail();
  plan.add("b").after({"a"});
  const RunId run = h.submit(plan);
  h.assigned();
  h.fail("a");
  EXPECT_EQ(h.state("a"), TicketState::kFailed);
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.finish("b");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Dependency, OfSeveralKindsAreAllKept) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b");
  plan.add("c").after({"a"}).after_end_of({"b"});
  h.submit(plan);
  h.assigned();
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{});
  h.fail("b");
  EXPECT_EQ(h.assigned(), Ids{"c"});
  h.finish("c");
}

TEST(FailFast, AbortsWhatWasNotStartedAndLetsTheRestEnd) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b");
  plan.add("ahead");
  plan.add("later").after_end_of({"a"});
  plan.fail_fast();
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("b");
  h.fail("a");
  EXPECT_EQ(h.state("later"), TicketState::kAborted);
  EXPECT_TRUE(h.sent<Stop>("w").recall);
  h.reject("ahead");
  EXPECT_EQ(h.state("ahead"), TicketState::kAborted);
  EXPECT_EQ(h.run_state(run), RunState::kRunning);
  h.finish("b");
  EXPECT_EQ(h.run_state(run), RunState::kFailed);
}

TEST(FailFast, IsNotSetOffByAnAllowedFailureOrARetry) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a").may_fail();
  plan.add("b").retry(1);
  plan.add("c").after({"a", "b"});
  plan.fail_fast();
  const RunId run = h.submit(plan);
  h.assigned();
  h.fail("a");
  h.fail("b");
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.finish("b");
  EXPECT_EQ(h.assigned(), Ids{"c"});
  h.finish("c");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Barriers, AGroupStartsWhenTheOneBeforeHasEnded) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b");
  plan.add("c").after({"a"});
  plan.add("d").after_end_of({"b"});
  plan.add("e").after({"c"});
  plan.barriers();
  const RunId run = h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"a", "b"}));
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{});
  h.fail("b");
  EXPECT_EQ(h.assigned(), (Ids{"c", "d"}));
  h.finish("c");
  EXPECT_EQ(h.assigned(), Ids{});
  h.restart();
  h.rejoin("w");
  h.finish("d");
  EXPECT_EQ(h.assigned(), Ids{"e"});
  h.finish("e");
  EXPECT_EQ(h.run_state(run), RunState::kFailed);
}

TEST(Isolated, RunsWithNothingBesideIt) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("a");
  plan.add("alone").isolated();
  plan.add("b");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"a", "b"}));
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{});
  h.finish("b");
  EXPECT_EQ(h.assigned(), Ids{"alone"});
}

TEST(Isolated, SequentialOnesFollowEachOtherBesideOthers) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("s1").sequential();
  plan.add("s2").sequential();
  plan.add("free");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"s1", "free"}));
  h.finish("s1");
  EXPECT_EQ(h.assigned(), Ids{"s2"});
}

// ---- Retries

TEST(Retry, HandsOutAgainAsOftenAsAllowed) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(2);
  const RunId run = h.submit(plan);
  for (std::uint64_t token = 1; token <= 3; ++token) {
    EXPECT_EQ(h.assigned(), Ids{"a"});
    EXPECT_EQ(h.token("a"), Token{token});
    h.fail("a");
  }
  EXPECT_EQ(h.assigned(), Ids{});
  EXPECT_EQ(h.state("a"), TicketState::kFailed);
  EXPECT_EQ(h.record("a").attempts, 3U);
  EXPECT_EQ(h.run_state(run), RunState::kFailed);
}

TEST(Retry, WaitsForItsBackoffWhichGrows) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(3, 10s, 3);
  h.submit(plan);
  h.assigned();
  h.fail("a");
  h.pass(9s);
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.fail("a");
  h.pass(29s);
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
}

TEST(Retry, HappensOnlyForTheCausesNamed) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("exit").retry(1).retry_when({RetryCause::kTimeout});
  plan.add("timeout").retry(1).retry_when({RetryCause::kTimeout});
  h.submit(plan);
  h.assigned();
  h.fail("exit");
  EXPECT_EQ(h.state("exit"), TicketState::kFailed);
  h.end("timeout", Outcome::kTimeout);
  EXPECT_EQ(h.assigned(), Ids{"timeout"});
}

TEST(Retry, KeepsWhatIsLeftOfItsBackoffOverARestart) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(1, 60s);
  h.submit(plan);
  h.assigned();
  h.fail("a");
  h.pass(20s);
  h.restart(10s);
  h.rejoin("w");
  h.pass(29s);
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
}

TEST(Retry, NeverWaitsLongerThanItsBackoffThoughTheCalendarWentBack) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(1, 60s);
  h.submit(plan);
  h.assigned();
  h.fail("a");
  h.step_wall_clock(-48h);
  h.restart();
  h.rejoin("w");
  h.pass(60s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
}

TEST(Retry, WhoseBackoffRunsCanBeCancelled) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(1, 60s);
  const RunId run = h.submit(plan);
  h.assigned();
  h.fail("a");
  h.stop(run);
  EXPECT_EQ(h.run_state(run), RunState::kCancelled);
  h.pass(2min);
}

}  // namespace
}  // namespace headway
