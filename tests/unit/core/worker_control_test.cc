#include <gtest/gtest.h>

#include "tests/support/core/running_alone.h"

/// What a person does to a worker: drain, remove, and vouch for its death.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

TEST(DrainingAWorker, TellsItAndHandsItNothingMore) {
  RunningAlone r;
  EXPECT_EQ(r.h.drain("w").alive, 1U);
  r.h.sent<Drain>("w");
  PlanBuilder more;
  more.add("b");
  r.h.submit(more);
  EXPECT_EQ(r.h.assigned(), Ids{});
  r.h.finish("a");
  EXPECT_EQ(r.h.assigned(), Ids{});
  r.h.join("x");
  EXPECT_EQ(r.h.assigned_to("x"), Ids{"b"});
}

TEST(DrainingAWorker, IsToldAgainUntilItSaysThatItDrains) {
  RunningAlone r;
  r.h.drain("w");
  r.h.sent<Drain>("w");
  r.h.heartbeat("w");
  r.h.sent<HeartbeatAck>("w");
  r.h.sent<Drain>("w");
  r.h.say("w", Drain{});
  r.h.heartbeat("w");
  r.h.sent<HeartbeatAck>("w");
  r.h.expect_nothing_left();
}

TEST(DrainingAWorker, ComesBackOrStaysAwayByTheLastWord) {
  RunningAlone r;
  r.h.restart_worker("w");
  EXPECT_TRUE(r.h.sent<Drain>("w").restart);
  r.h.say("w", Drain{});
  r.h.drain("w");
  EXPECT_FALSE(r.h.sent<Drain>("w").restart);
  r.h.restart_worker("w");
  EXPECT_TRUE(r.h.sent<Drain>("w").restart);
  r.h.remove("w");
  EXPECT_FALSE(r.h.sent<Drain>("w").restart);
  EXPECT_EQ(r.h.sent<Stop>("w").token, r.h.token("a"));
}

TEST(DrainingAWorker, ThatWasAskedToEndOnItsMachineIsNotStartedAnew) {
  RunningAlone r;
  r.h.say("w", Drain{});
  EXPECT_NE(r.h.refused_restart("w").find("stays away"), std::string::npos);
}

TEST(DrainingAWorker, OutlivesTheCoordinator) {
  RunningAlone r;
  r.h.drain("w");
  r.h.ignore_messages();
  r.h.restart();
  r.h.rejoin("w");
  r.h.sent<Drain>("w");
  r.h.finish("a");
  PlanBuilder more;
  more.add("b");
  r.h.submit(more);
  EXPECT_EQ(r.h.assigned(), Ids{});
}

TEST(DrainingAWorker, EndsWithItsProcess) {
  RunningAlone r;
  r.h.finish("a");
  r.h.drain("w");
  r.h.ignore_messages();
  r.h.say("w", Goodbye{});
  r.h.join("w");
  PlanBuilder more;
  more.add("b");
  r.h.submit(more);
  EXPECT_EQ(r.h.assigned(), Ids{"b"});
}

TEST(RemovingAWorker, TakesItsWorkBackAndGivesItToOthers) {
  RunningAlone r;
  r.h.join("x");
  EXPECT_EQ(r.h.remove("w").alive, 1U);
  r.h.sent<Drain>("w");
  EXPECT_EQ(r.h.sent<Stop>("w").outcome, Outcome::kTakenBack);
  EXPECT_EQ(r.h.assigned(), Ids{});
  r.h.end("a", Outcome::kTakenBack);
  EXPECT_EQ(r.h.assigned_to("x"), Ids{"a"});
  EXPECT_EQ(r.h.record("a").workers_lost, 0U);
}

TEST(RemovingAWorker, WithoutProofLeavesWhatMayBeAliveAlone) {
  RunningAlone r(true);
  r.h.advance(1min);
  EXPECT_NE(r.h.refused_removal("w").find("--confirm-dead"), std::string::npos);
  EXPECT_EQ(r.h.state("a"), TicketState::kRunning);
}

TEST(RemovingAWorker, OnAPersonsWordHandsOutAtOnceWhatWantsProof) {
  RunningAlone r(true);
  r.h.advance(1min);
  EXPECT_EQ(r.h.remove("w", true).alive, 0U);
  r.h.join("x");
  EXPECT_EQ(r.h.assigned_to("x"), Ids{"a"});
  EXPECT_EQ(r.h.record("a").outcome, Outcome::kWorkerLost);
}

TEST(RemovingAWorker, OnAPersonsWordFencesItShouldItComeBack) {
  RunningAlone r(true);
  const Token token = r.h.token("a");
  r.h.advance(1min);
  r.h.remove("w", true);
  r.h.join("x");
  r.h.assigned();
  const auto verdicts = r.h.rejoin("w", [&](Hello& hello) {
    hello.inventory = {{token, HeldState::kRunning}};
  });
  EXPECT_EQ(verdicts.at(0).verdict, Verdict::kKill);
}

TEST(RemovingAWorker, IsRefusedAPersonsWordAboutOneThatWasJustHeard) {
  RunningAlone r;
  EXPECT_NE(r.h.refused_removal("w", true).find("is alive"), std::string::npos);
}

TEST(RemovingAWorker, ThatNeverJoinedSaysSo) {
  RunningAlone r;
  EXPECT_NE(r.h.refused_removal("nobody").find("has ever joined"), std::string::npos);
  EXPECT_NE(r.h.refused_removal("w/7").find("there is no agent w/7"), std::string::npos);
}

}  // namespace
}  // namespace headway
