#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// One worker's name, process after process: who may take it, and what becomes of what the former
/// process held.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

PlanBuilder one_ticket() {
  PlanBuilder plan;
  plan.add("a");
  return plan;
}

TEST(WorkerLife, ANameInUseIsRefusedAndMayBeTriedAgain) {
  CoreHarness h;
  h.join("w");
  const Hello other = [] {
    Hello made;
    made.worker = "w";
    made.incarnation = 5;
    return made;
  }();
  EXPECT_FALSE(h.hello("w", other).has_value());
  EXPECT_EQ(h.count(FactKind::kWorkerJoined), 1U);
}

TEST(WorkerLife, ANameIsFreeWhenItsHolderIsSilent) {
  CoreHarness h;
  h.join("w");
  h.advance(5s);
  EXPECT_TRUE(h.hello("w", h.new_life("w")).has_value());
}

TEST(WorkerLife, ANameIsFreeWithProofThatItsHolderIsDead) {
  CoreHarness h;
  h.join("w");
  const std::uint64_t former = h.core().links().begin()->second.incarnation;
  Hello next = h.new_life("w");
  next.formers = {former};
  EXPECT_TRUE(h.hello("w", next).has_value());
}

TEST(WorkerLife, NonsenseIsRefusedWithAReason) {
  CoreHarness h;
  Hello nameless = h.new_life("w");
  nameless.worker = "";
  EXPECT_FALSE(h.hello("w", nameless).has_value());
  Hello slash = h.new_life("w");
  slash.worker = "a/b";
  EXPECT_FALSE(h.hello("w", slash).has_value());
  Hello slots = h.new_life("w");
  slots.slots = 0;
  EXPECT_FALSE(h.hello("w", slots).has_value());
  Hello old = h.new_life("w");
  old.protocol = kProtocolVersion + 1;
  EXPECT_FALSE(h.hello("w", old).has_value());
  EXPECT_EQ(h.count(FactKind::kWorkerJoined), 0U);
}

TEST(WorkerLife, AVoidSessionIsAnsweredByHelloAgain) {
  CoreHarness h;
  h.join("w");
  h.step(WorkerInput{h.peer("w"), {12345, Accept{Token{1}}}});
  h.turn();
  h.sent<HelloAgain>("w");
  EXPECT_EQ(h.core().dropped_messages(), 1U);
}

TEST(WorkerLife, MessagesAboutAnAttemptOfAnotherAreCountedAndChangeNothing) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.join("thief");
  const Token token = h.core().state().attempts.begin()->first;
  AttemptResult result;
  result.token = token;
  result.outcome = Outcome::kSucceeded;
  for (const WorkerMessage& message : {WorkerMessage{result}, WorkerMessage{Stopped{token}},
                                       WorkerMessage{Progress{token, 1, "done"}}}) {
    h.say("thief", message);
  }
  EXPECT_EQ(h.sent<ResultAck>("thief").verdict, ResultVerdict::kStale);
  EXPECT_EQ(h.core().stale_messages(), 3U);
  EXPECT_EQ(h.state("a"), TicketState::kRunning);
}

TEST(WorkerLife, RefusedHellosAreCounted) {
  CoreHarness h;
  Hello old;
  old.protocol = kProtocolVersion + 1;
  h.hello("w", old);
  EXPECT_EQ(h.core().refused_hellos(), 1U);
}

TEST(WorkerLife, AnotherPeerCannotUseASession) {
  CoreHarness h;
  h.join("w");
  h.join("x");
  h.step(WorkerInput{h.peer("x"), {h.session("w"), Goodbye{}}});
  h.turn();
  h.sent<HelloAgain>("x");
  EXPECT_EQ(h.count(FactKind::kWorkerLeft), 0U);
}

TEST(WorkerLife, ReconnectingGoesOnWithWhatIsHeld) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add_many("t", 3);
  h.submit(plan);
  h.assigned();
  h.start("t1");
  const auto verdicts = h.rejoin("w");
  ASSERT_EQ(verdicts.size(), 3U);
  for (const auto& verdict : verdicts) EXPECT_EQ(verdict.verdict, Verdict::kContinue);
  EXPECT_EQ(h.state("t1"), TicketState::kRunning);
  EXPECT_EQ(h.count(FactKind::kWorkerJoined), 1U);
}

TEST(WorkerLife, AnAssignThatWasLostIsSentAgain) {
  CoreHarness h;
  h.accepts = false;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.rejoin("w");
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_EQ(h.token("a"), Token{1});
}

TEST(WorkerLife, WhatItRanAndDoesNotKnowAnyMoreIsHandedOutAgainAfterTheFirstHeartbeat) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.rejoin("w", [](Hello& hello) { hello.inventory.clear(); });
  EXPECT_EQ(h.assigned(), Ids{});
  h.say("w", Heartbeat{1, {}, {}});
  h.sent<HeartbeatAck>("w");
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_EQ(h.token("a"), Token{2});
  EXPECT_EQ(h.record("a").workers_lost, 1U);
}

TEST(WorkerLife, TheSlotIsKnownWhateverTellsOfAStartFirst) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add_many("t", 3);
  h.submit(plan);
  h.assigned();
  Heartbeat beat;
  beat.number = 1;
  beat.held = {{h.token("t1"), HeldState::kRunning, SlotId{3}},
               {h.token("t2"), HeldState::kQueued},
               {h.token("t3"), HeldState::kQueued}};
  h.say("w", beat);
  h.sent<HeartbeatAck>("w");
  EXPECT_EQ(h.record("t1").slot, SlotId{3});
  h.rejoin("w", [&](Hello& hello) {
    hello.inventory = {{h.token("t1"), HeldState::kRunning, SlotId{3}},
                       {h.token("t2"), HeldState::kValidating, SlotId{2}},
                       {h.token("t3"), HeldState::kQueued}};
  });
  EXPECT_EQ(h.record("t2").slot, SlotId{2});
  AttemptResult result;
  result.outcome = Outcome::kRequirement;
  result.slot = SlotId{1};
  h.end("t3", result);
  EXPECT_EQ(h.record("t3").slot, SlotId{1});
}

TEST(WorkerLife, AStepOfWhatIsNotKnownToHaveStartedWaitsForTheHeartbeatThatSaysWhere) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("t").gate("lint");
  h.submit(plan);
  h.assigned();
  h.say("w", Step{h.token("t"), Step::Kind::kGate, 1});
  EXPECT_EQ(h.state("t"), TicketState::kAssigned);
  Heartbeat beat;
  beat.number = 1;
  beat.held = {{h.token("t"), HeldState::kValidating, SlotId{1}}};
  h.say("w", beat);
  h.sent<HeartbeatAck>("w");
  EXPECT_EQ(h.state("t"), TicketState::kValidating);
  EXPECT_EQ(h.record("t").slot, SlotId{1});
}

TEST(WorkerLife, EachStateOfAnInventoryGetsItsVerdict) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add_many("t", 3);
  h.submit(plan);
  h.assigned();
  h.start("t1");
  const auto verdicts = h.rejoin("w", [](Hello& hello) {
    hello.inventory = {{Token{1}, HeldState::kRunning}, {Token{2}, HeldState::kQueued},
                       {Token{3}, HeldState::kEnded},   {Token{71}, HeldState::kRunning},
                       {Token{72}, HeldState::kQueued}, {Token{73}, HeldState::kEnded},
                       {Token{74}, HeldState::kDead}};
  });
  const std::vector<InventoryVerdict> expected = {
      {Token{1}, Verdict::kContinue}, {Token{2}, Verdict::kContinue}, {Token{3}, Verdict::kResend},
      {Token{71}, Verdict::kKill},    {Token{72}, Verdict::kKill},    {Token{73}, Verdict::kForget},
      {Token{74}, Verdict::kForget}};
  EXPECT_EQ(verdicts, expected);
}

TEST(WorkerLife, TokensOfAnotherRegistryMeanNothing) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  const auto verdicts = h.rejoin("w", [](Hello& hello) { hello.registry = "another"; });
  const std::vector<InventoryVerdict> expected = {{Token{1}, Verdict::kKill}};
  EXPECT_EQ(verdicts, expected);
  EXPECT_EQ(h.assigned(), Ids{"a"});
}

TEST(WorkerLife, AnInventoryThatNamesADeadAttemptTwiceIsNoDifferent) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.rejoin("w", [](Hello& hello) {
    hello.inventory = {{Token{1}, HeldState::kDead}, {Token{1}, HeldState::kDead}};
  });
  EXPECT_EQ(h.count(FactKind::kAttemptEnded), 1U);
  EXPECT_EQ(h.assigned(), Ids{"a"});
}

// ---- Hellos that come late

TEST(LateHello, OfTheSameProcessIsDropped) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.start("a");
  Hello late = h.core().links().begin()->second.hello;
  h.step(WorkerInput{"a dead connection", {0, late}});
  h.turn();
  EXPECT_EQ(h.core().dropped_messages(), 1U);
  EXPECT_EQ(h.core().links().begin()->second.peer, h.peer("w"));
  EXPECT_EQ(h.state("a"), TicketState::kRunning);
}

TEST(LateHello, AfterARestartDoesNotEndWhatIsNewerThanIt) {
  CoreHarness h;
  h.join("w");
  const Hello late = h.core().links().begin()->second.hello;
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.restart();
  h.step(WorkerInput{"a dead connection", {0, late}});
  h.turn();
  EXPECT_EQ(h.state("a"), TicketState::kRunning);
  EXPECT_EQ(h.rejoin("w").at(0).verdict, Verdict::kContinue);
  h.pass(1min);
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{}) << "it was not handed out twice";
}

TEST(LateHello, OfAProcessThatIsProvenDeadIsRefusedForGood) {
  CoreHarness h;
  h.join("w");
  const Hello dead = h.core().links().begin()->second.hello;
  Hello next = h.new_life("w");
  next.formers = {dead.incarnation};
  h.hello("w", next);
  h.advance(5s);
  h.step(WorkerInput{h.peer("w"), {0, dead}});
  h.turn();
  EXPECT_FALSE(h.sent<Refused>("w").retry);
}

TEST(LateHello, OfAnEarlierProcessLeavesTheLaterOnesAttemptsToItWhenItComesBack) {
  CoreHarness h;
  h.join("w");
  const Hello earlier = h.core().links().begin()->second.hello;
  h.advance(5s);
  Hello later = h.new_life("w");
  h.hello("w", later);
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.start("a");
  h.advance(5s);
  h.step(WorkerInput{"a dead connection", {0, earlier}});
  h.turn();
  h.advance(5s);
  EXPECT_EQ(h.rejoin("w").at(0).verdict, Verdict::kContinue);
  h.pass(1min);
  EXPECT_EQ(h.state("a"), TicketState::kRunning);
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{});
}

// ---- Leaving

TEST(Leaving, ADrainingWorkerGetsNothingMore) {
  CoreHarness h;
  h.join("w", 1);
  h.say("w", Drain{});
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{});
  h.join("x");
  EXPECT_EQ(h.assigned_to("x"), Ids{"a"});
}

TEST(Leaving, GoodbyeGivesBackWhatWasOnItsWay) {
  CoreHarness h;
  h.accepts = false;
  h.join("w");
  PlanBuilder plan = one_ticket();
  h.submit(plan);
  h.assigned();
  h.say("w", Goodbye{});
  h.join("x");
  EXPECT_EQ(h.assigned_to("x"), Ids{"a"});
  EXPECT_EQ(h.record("a").workers_lost, 0U);
  EXPECT_EQ(h.count(FactKind::kWorkerLeft), 1U);
  h.silence("w");
  h.advance(1min);
  EXPECT_EQ(h.count(FactKind::kWorkerLost), 1U) << "only the silent x";
  h.ignore_messages();
}

}  // namespace
}  // namespace headway
