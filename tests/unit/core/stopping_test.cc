#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// Pausing, resuming and stopping runs.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

/// One agent runs `t1`; `t2` waits there; `t3` is ready, `t4` waits for it.
struct Busy {
  Busy() {
    h.join("w");
    PlanBuilder plan;
    plan.add("t1").estimate(3h);
    plan.add("t2").estimate(2h);
    plan.add("t3");
    plan.add("t4").after({"t3"});
    run = h.submit(plan);
    h.assigned();
    h.start("t1");
  }
  CoreHarness h;
  RunId run;
};

TEST(Pause, HandsOutNothingMoreAndAsksBackWhatHasNotStarted) {
  Busy b;
  b.h.pause(b.run);
  EXPECT_TRUE(b.h.sent<Stop>("w").recall);
  b.h.reject("t2");
  b.h.finish("t1");
  EXPECT_EQ(b.h.assigned(), Ids{});
  b.h.resume(b.run);
  EXPECT_EQ(b.h.assigned(), (Ids{"t2", "t3"}));
}

TEST(Pause, TellsHowManyTicketsRunOnAndNotWhatWaitsAtAnAgent) {
  Busy b;
  ASSERT_EQ(b.h.state("t2"), TicketState::kAssigned);
  const std::vector<Change> changes = b.h.pause(b.run);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].after, "paused (1 ticket runs on to its end)");
  EXPECT_TRUE(b.h.sent<Stop>("w").recall);
}

TEST(Pause, EndsARunWhoseLastTicketEndsMeanwhile) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.pause(run);
  h.finish("a");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Pause, SurvivesARestart) {
  Busy b;
  b.h.pause(b.run);
  b.h.ignore_messages();
  b.h.restart();
  b.h.rejoin("w");
  b.h.finish("t1");
  b.h.finish("t2");
  EXPECT_EQ(b.h.assigned(), Ids{});
}

TEST(Stop, GivesEachTicketItsGraceAndCancelsTheRest) {
  Busy b;
  b.h.stop(b.run);
  for (const char* ticket : {"t1", "t2"}) {
    const Stop stop = b.h.sent<Stop>("w");
    EXPECT_EQ(stop.token, b.h.token(ticket));
    EXPECT_EQ(stop.grace, 10s);
    EXPECT_EQ(stop.outcome, Outcome::kCancelled);
    EXPECT_FALSE(stop.recall);
  }
  b.h.reject("t2");
  EXPECT_EQ(b.h.run_state(b.run), RunState::kStopping);
  b.h.end("t1", Outcome::kCancelled);
  EXPECT_EQ(b.h.run_state(b.run), RunState::kCancelled);
  for (const char* ticket : {"t1", "t2", "t3", "t4"}) {
    EXPECT_EQ(b.h.state(ticket), TicketState::kCancelled) << ticket;
  }
}

TEST(Stop, ByForceHasNoGrace) {
  Busy b;
  b.h.stop(b.run, true);
  EXPECT_EQ(b.h.sent<Stop>("w").grace, 0s);
  EXPECT_EQ(b.h.sent<Stop>("w").grace, 0s);
}

TEST(Stop, ThenByForceIsMoreUrgent) {
  Busy b;
  b.h.stop(b.run);
  b.h.ignore_messages();
  b.h.stop(b.run);
  b.h.expect_nothing_left();
  b.h.stop(b.run, true);
  EXPECT_EQ(b.h.sent<Stop>("w").grace, 0s);
  EXPECT_EQ(b.h.sent<Stop>("w").grace, 0s);
}

TEST(Stop, WithTheStatePreservedCanBeResumed) {
  Busy b;
  b.h.stop(b.run, false, true);
  EXPECT_EQ(b.h.sent<Stop>("w").outcome, Outcome::kTakenBack);
  b.h.ignore_messages();
  b.h.reject("t2");
  b.h.end("t1", Outcome::kTakenBack);
  EXPECT_EQ(b.h.run_state(b.run), RunState::kStopped);
  EXPECT_EQ(b.h.state("t1"), TicketState::kReady);
  EXPECT_EQ(b.h.record("t1").retries_used, 0U);
  b.h.restart(1h);
  b.h.rejoin("w");
  EXPECT_EQ(b.h.assigned(), Ids{});
  b.h.resume(b.run);
  b.h.finish_all();
  EXPECT_EQ(b.h.run_state(b.run), RunState::kSucceeded);
}

TEST(Stop, OfARunThatWasStoppedCancelsIt) {
  Busy b;
  b.h.stop(b.run, false, true);
  b.h.ignore_messages();
  b.h.reject("t2");
  b.h.end("t1", Outcome::kTakenBack);
  b.h.stop(b.run);
  EXPECT_EQ(b.h.run_state(b.run), RunState::kCancelled);
}

TEST(Stop, IsSentAgainUntilItIsAnswered) {
  Busy b;
  b.h.stop(b.run);
  b.h.ignore_messages();
  b.h.pass(2s);
  EXPECT_EQ(b.h.sent<Stop>("w").token, b.h.token("t1"));
  EXPECT_EQ(b.h.sent<Stop>("w").token, b.h.token("t2"));
  b.h.say("w", Stopped{b.h.token("t1")});
  b.h.reject("t2");
  EXPECT_EQ(b.h.run_state(b.run), RunState::kCancelled);
  EXPECT_EQ(b.h.record("t1").outcome, Outcome::kCancelled);
}

TEST(Stop, SurvivesARestart) {
  Busy b;
  b.h.stop(b.run);
  b.h.ignore_messages();
  b.h.restart();
  EXPECT_EQ(b.h.run_state(b.run), RunState::kStopping);
  b.h.rejoin("w");
  EXPECT_EQ(b.h.sent<Stop>("w").token, b.h.token("t1"));
  EXPECT_EQ(b.h.sent<Stop>("w").token, b.h.token("t2"));
}

TEST(Stop, OfAnUnreachableWorkersTicketsEndsWhenItsLeaseHasRunOut) {
  Busy b;
  b.h.silence("w");
  b.h.stop(b.run);
  b.h.ignore_messages();
  b.h.advance(16s);
  EXPECT_EQ(b.h.run_state(b.run), RunState::kStopping);
  b.h.advance(2s);
  EXPECT_EQ(b.h.run_state(b.run), RunState::kCancelled);
  b.h.ignore_messages();
}

TEST(Stop, LetsASuccessThatWasOnItsWayCount) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.stop(run);
  h.sent<Stop>("w");
  h.finish("a");
  EXPECT_EQ(h.state("a"), TicketState::kSucceeded);
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Control, OfARunThatHasEndedInTheSameTurnIsRefused) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  AttemptResult result;
  result.token = h.token("a");
  h.step(WorkerInput{h.peer("w"), {h.session("w"), result}});
  h.step(StopInput{1, {run, false, false}});
  h.step(ResumeInput{2, run});
  h.step(PauseInput{3, run});
  h.turn();
  h.sent<ResultAck>("w");
  for (std::uint64_t request = 1; request <= 3; ++request) {
    EXPECT_EQ(h.answered<AnswerError>().request, request);
  }
  EXPECT_EQ(h.count(FactKind::kRunEnded), 1U);
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Control, OfAnUnknownRunIsAnError) {
  CoreHarness h;
  h.step(StopInput{1, {RunId{7}, false, false}});
  h.turn();
  EXPECT_EQ(h.answered<AnswerError>().error.kind, ErrorKind::kNotFound);
}

TEST(Control, OfAllRunsPassesOverThoseThatItDoesNotConcern) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.submit(plan);
  h.pause(RunId{1});
  h.step(PauseInput{9, RunId{}});
  h.turn();
  EXPECT_EQ(h.answered<AnswerControl>().runs.size(), 2U);
  EXPECT_EQ(h.count(FactKind::kRunPaused), 2U);
}

}  // namespace
}  // namespace headway
