#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// Leases, and what is sent until it is answered.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

/// A worker with one agent that runs `a` while `b` waits there.
struct Running {
  explicit Running(bool on_proof = false) {
    h.join("w");
    PlanBuilder plan;
    TicketBuilder a = plan.add("a");
    if (on_proof) a.only_on_proof();
    plan.add("b");
    run = h.submit(plan);
    h.assigned();
    h.start("a");
  }
  CoreHarness h;
  RunId run;
};

TEST(Lease, ExpiryHandsTheTicketOutAgainWithALargerToken) {
  Running r;
  r.h.silence("w");
  r.h.advance(CoreHarness::kLeaseAndMargin - 1ms);
  EXPECT_EQ(r.h.state("a"), TicketState::kRunning);
  r.h.advance(1ms);
  EXPECT_EQ(r.h.state("a"), TicketState::kReady);
  EXPECT_EQ(r.h.count(FactKind::kWorkerLost), 1U);
  r.h.ignore_messages();
  r.h.join("x", 2);
  EXPECT_EQ(r.h.assigned_to("x"), (Ids{"a", "b"}));
  EXPECT_EQ(r.h.token("a"), Token{3});
}

TEST(Lease, IsRenewedByEveryHeartbeat) {
  Running r;
  r.h.pass(10min);
  EXPECT_EQ(r.h.token("a"), Token{1});
  EXPECT_EQ(r.h.count(FactKind::kWorkerLost), 0U);
}

TEST(Lease, LossesDoNotUseUpRetriesButThreeEndTheTicket) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  for (int i = 1; i <= 3; ++i) {
    const std::string worker = "w" + std::to_string(i);
    h.join(worker);
    EXPECT_EQ(h.assigned_to(worker), Ids{"a"});
    h.start("a");
    h.silence(worker);
    EXPECT_EQ(h.record("a").retries_used, 0U);
    h.advance(CoreHarness::kLeaseAndMargin);
  }
  EXPECT_EQ(h.state("a"), TicketState::kFailed);
  EXPECT_EQ(h.record("a").outcome, Outcome::kKilledWorkers);
  EXPECT_EQ(h.run_state(run), RunState::kFailed);
}

TEST(Lease, WhatKillsItsWorkerBeforeItsStartWasHeardOfIsBlamedWhenTheNextLifeProvesItDead) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  for (std::uint64_t life = 1; life <= 3; ++life) {
    EXPECT_EQ(h.assigned(), Ids{"a"});
    h.rejoin("w", [&](Hello& hello) {
      hello.formers = {h.core().links().begin()->second.incarnation};
      hello.incarnation = 100 + life;
      hello.inventory = {{h.token("a"), HeldState::kDead}};
    });
  }
  EXPECT_EQ(h.record("a").outcome, Outcome::kKilledWorkers);
}

TEST(Lease, WhatOnlyWaitedAtADeadWorkerIsNotBlamedWhenTheNextLifeProvesThat) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.assigned();
  h.rejoin("w", [&](Hello& hello) {
    hello.formers = {hello.incarnation};
    hello.incarnation += 100;
    hello.inventory.clear();
  });
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_EQ(h.record("a").workers_lost, 0U);
}

TEST(Lease, WhatOnlyWaitedAtALostWorkerIsNotBlamed) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("killer").estimate(3h);
  plan.add("innocent");
  h.submit(plan);
  for (int i = 1; i <= 3; ++i) {
    const std::string worker = "w" + std::to_string(i);
    h.join(worker);
    EXPECT_EQ(h.assigned_to(worker), (Ids{"killer", "innocent"}));
    h.start("killer");
    h.silence(worker);
    h.advance(CoreHarness::kLeaseAndMargin);
  }
  EXPECT_EQ(h.state("killer"), TicketState::kFailed);
  EXPECT_EQ(h.record("innocent").workers_lost, 0U);
  EXPECT_EQ(h.state("innocent"), TicketState::kReady);
}

TEST(Lease, ATicketOnProofIsNotHandedOutWhenItExpires) {
  Running r(true);
  r.h.silence("w");
  r.h.advance(1min);
  r.h.ignore_messages();
  EXPECT_EQ(r.h.state("a"), TicketState::kRunning);
  EXPECT_EQ(r.h.state("b"), TicketState::kReady);
  r.h.join("x");
  EXPECT_EQ(r.h.assigned_to("x"), Ids{"b"});
  // It finished on its own, as it was asked to, and its worker comes back with the result.
  const auto verdicts = r.h.rejoin("w", [](Hello& hello) {
    hello.inventory = {{Token{1}, HeldState::kEnded}};
  });
  const std::vector<InventoryVerdict> expected = {{Token{1}, Verdict::kResend}};
  EXPECT_EQ(verdicts, expected);
  r.h.finish("a");
  EXPECT_EQ(r.h.state("a"), TicketState::kSucceeded);
}

TEST(Lease, WhatALostWorkerStillRunsIsKilledWhenItComesBack) {
  Running r;
  r.h.silence("w");
  r.h.advance(20s);
  r.h.ignore_messages();
  const auto verdicts = r.h.rejoin("w");
  ASSERT_EQ(verdicts.size(), 2U);
  for (const auto& verdict : verdicts) EXPECT_EQ(verdict.verdict, Verdict::kKill);
  EXPECT_EQ(r.h.assigned_to("w"), (Ids{"a", "b"}));
}

TEST(Lease, BeginsAnewAndWholeWhenTheCoordinatorDoes) {
  Running r;
  r.h.silence("w");
  r.h.advance(10s);
  r.h.restart(1h);
  r.h.advance(CoreHarness::kLeaseAndMargin - 1ms);
  EXPECT_EQ(r.h.state("a"), TicketState::kRunning);
  r.h.advance(1ms);
  EXPECT_EQ(r.h.state("a"), TicketState::kReady);
  r.h.ignore_messages();
}

TEST(Lease, DoesNotDependOnTheCalendar) {
  Running r;
  const std::size_t before = r.h.facts().size();
  for (const Duration step : {Duration{-48h}, Duration{96h}}) {
    r.h.step_wall_clock(step);
    r.h.pass(4s);
  }
  EXPECT_EQ(r.h.facts().size(), before);
}

TEST(Heartbeat, RevokesWhatIsNotTheWorkers) {
  CoreHarness h;
  h.join("w");
  Heartbeat beat;
  beat.number = 5;
  beat.held = {{Token{9}, HeldState::kRunning}};
  h.say("w", beat);
  const HeartbeatAck ack = h.sent<HeartbeatAck>("w");
  EXPECT_EQ(ack.number, 5U);
  EXPECT_EQ(ack.revoked, std::vector<Token>{Token{9}});
}

TEST(Heartbeat, WithoutAnAcceptedAttemptSaysThatItIsGone) {
  Running r;
  Heartbeat beat;
  beat.number = 1;
  beat.held = {{r.h.token("b"), HeldState::kQueued}};
  r.h.say("w", beat);
  r.h.sent<HeartbeatAck>("w");
  EXPECT_EQ(r.h.assigned(), Ids{"a"});
  EXPECT_EQ(r.h.record("a").workers_lost, 1U);
}

TEST(Assign, IsSentAgainUntilItIsAnswered) {
  CoreHarness h;
  h.accepts = false;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.say("w", Accept{h.token("a")});
  h.expect_nothing_left();
  h.silence("w");
  h.advance(10s);
  EXPECT_EQ(h.assigned(), Ids{});
  EXPECT_EQ(h.count(FactKind::kTicketAssigned), 1U);
}

TEST(Assign, RefusedByTheWorkerItselfGoesOutAgainAfterAPause) {
  CoreHarness h;
  h.accepts = false;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.assigned();
  h.reject("a");
  EXPECT_EQ(h.assigned(), Ids{});
  h.pass(1s);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_EQ(h.token("a"), Token{2});
}

// ---- Results

TEST(Result, RepeatedIsADuplicateAndChangesNothing) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  h.submit(plan);
  h.assigned();
  h.finish("a");
  h.assigned();
  const std::size_t before = h.facts().size();
  AttemptResult again;
  again.token = Token{1};
  again.outcome = Outcome::kSucceeded;
  h.say("w", again);
  EXPECT_EQ(h.sent<ResultAck>("w"), (ResultAck{Token{1}, ResultVerdict::kDuplicate}));
  EXPECT_EQ(h.facts().size(), before);
}

TEST(Result, OfAnAttemptThatWasGivenUpForLostIsStale) {
  Running r;
  r.h.silence("w");
  r.h.advance(CoreHarness::kLeaseAndMargin);
  ASSERT_EQ(r.h.record("a").outcome, Outcome::kWorkerLost);
  r.h.rejoin("w");
  r.h.ignore_messages();
  AttemptResult late;
  late.token = Token{1};
  late.outcome = Outcome::kSucceeded;
  r.h.say("w", late);
  EXPECT_EQ(r.h.sent<ResultAck>("w").verdict, ResultVerdict::kStale);
}

TEST(Result, OfAnOlderTokenIsStaleAndChangesNothing) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(1);
  h.submit(plan);
  h.assigned();
  h.fail("a");
  EXPECT_EQ(h.assigned(), Ids{"a"});
  AttemptResult late;
  late.token = Token{1};
  h.say("w", late);
  EXPECT_EQ(h.sent<ResultAck>("w").verdict, ResultVerdict::kStale);
  EXPECT_EQ(h.state("a"), TicketState::kAssigned);
}

TEST(Result, OfAnotherWorkersTokenOrAnUnknownOneIsStale) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.assigned();
  h.join("thief");
  for (const std::uint64_t token : {std::uint64_t{1}, std::uint64_t{99}, ~std::uint64_t{0}}) {
    AttemptResult stolen;
    stolen.token = Token{token};
    h.say("thief", stolen);
    EXPECT_EQ(h.sent<ResultAck>("thief").verdict, ResultVerdict::kStale);
    h.say("thief", Started{Token{token}, SlotId{1}, 1});
    h.say("thief", Reject{Token{token}, ""});
    h.say("thief", Stopped{Token{token}});
    h.say("thief", Progress{Token{token}, 0.5, ""});
    h.say("thief", CheckpointReached{Token{token}, 1, ""});
    h.sent<CheckpointAck>("thief");
  }
  EXPECT_EQ(h.state("a"), TicketState::kAssigned);
}

TEST(Result, WithoutAStartImpliesOne) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.assigned();
  h.finish("a");
  EXPECT_EQ(h.count(FactKind::kAttemptStarted), 1U);
  EXPECT_EQ(h.state("a"), TicketState::kSucceeded);
}

TEST(Result, RecordsArtifacts) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.assigned();
  AttemptResult result;
  result.token = Token{1};
  result.artifacts = {{"out/a.json", 12, "abc"}};
  h.say("w", result);
  h.sent<ResultAck>("w");
  EXPECT_EQ(h.count(FactKind::kArtifact), 1U);
}

TEST(Checkpoint, IsCommittedOnceInOrderAndAcknowledgedEachTime) {
  Running r;
  const Token token = r.h.token("a");
  r.h.say("w", CheckpointReached{token, 2, "early"});
  r.h.expect_nothing_left();
  for (int i = 0; i < 2; ++i) {
    r.h.say("w", CheckpointReached{token, 1, "one"});
    EXPECT_EQ(r.h.sent<CheckpointAck>("w"), (CheckpointAck{token, 1}));
  }
  EXPECT_EQ(r.h.count(FactKind::kCheckpoint), 1U);
  EXPECT_EQ(r.h.record("a").checkpoints, 1U);
}

// ---- Output

Output piece(Token token, std::uint64_t offset, const std::string& text) {
  return {token, offset, Bytes{text}};
}

TEST(Output, IsStoredAndAcknowledgedWithTheNextHeartbeat) {
  Running r;
  r.h.say("w", piece(Token{1}, 0, "hello"));
  EXPECT_EQ(r.h.answered<StoreOutput>(), (StoreOutput{r.run, Token{1}, 0, "hello"}));
  r.h.heartbeat("w");
  const std::vector<OutputReceived> expected = {{Token{1}, 5}};
  EXPECT_EQ(r.h.sent<HeartbeatAck>("w").outputs, expected);
}

TEST(Output, AfterTheResultIsStillTakenThoughItsRunIsGone) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  AttemptResult result;
  result.token = Token{1};
  result.output_size = 5;
  h.say("w", result);
  h.sent<ResultAck>("w");
  EXPECT_TRUE(h.core().state().runs.empty());
  EXPECT_TRUE(h.core().output_pending(Token{1}));
  EXPECT_TRUE(h.core().output_pending(run));
  EXPECT_FALSE(h.core().output_pending(RunId{9}));
  h.say("w", piece(Token{1}, 0, "hello"));
  EXPECT_EQ(h.answered<StoreOutput>(), (StoreOutput{run, Token{1}, 0, "hello"}));
  h.say("w", Heartbeat{1, {}, {}});
  const std::vector<OutputReceived> expected = {{Token{1}, 5}};
  EXPECT_EQ(h.sent<HeartbeatAck>("w").outputs, expected);
  EXPECT_FALSE(h.core().output_pending(Token{1}));
}

TEST(Output, OfASettledAttemptIsAcknowledgedAndDropped) {
  CoreHarness h;
  h.join("w");
  h.say("w", piece(Token{44}, 10, "xx"));
  const HeartbeatAck taken = h.sent<HeartbeatAck>("w");
  EXPECT_EQ(taken.number, 0U);
  const std::vector<OutputReceived> expected = {{Token{44}, 12}};
  EXPECT_EQ(taken.outputs, expected);
}

TEST(Output, ThatIsForgottenIsNotWaitedFor) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  h.assigned();
  AttemptResult result;
  result.token = Token{1};
  result.output_size = 5;
  h.say("w", result);
  h.sent<ResultAck>("w");
  h.rejoin("w", [](Hello& hello) { hello.inventory = {{Token{1}, HeldState::kEnded}}; });
  EXPECT_FALSE(h.core().output_pending(Token{1}));
}

TEST(Output, ThatIsStillToComeIsNobodyElsesToSendOrToForget) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  AttemptResult result;
  result.token = Token{1};
  result.output_size = 5;
  h.say("w", result);
  h.sent<ResultAck>("w");
  h.join("rogue", 1, [](Hello& hello) { hello.inventory = {{Token{1}, HeldState::kEnded}}; });
  EXPECT_TRUE(h.core().output_pending(Token{1})) << "a stranger says that it has forgotten it";
  h.say("rogue", piece(Token{1}, 0, "wrong"));
  h.sent<HeartbeatAck>("rogue");
  h.say("w", piece(Token{1}, 0, "hello"));
  EXPECT_EQ(h.answered<StoreOutput>(), (StoreOutput{run, Token{1}, 0, "hello"}));
  h.say("w", Heartbeat{1, {}, {}});
  h.sent<HeartbeatAck>("w");
}

}  // namespace
}  // namespace headway
