#include <limits>

#include "rig.h"

namespace headway::worker {
namespace {

TEST(Results, AreSentAgainUntilTheyAreAcknowledged) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.ended(SlotId{1}, 1, Outcome::kExit);
  EXPECT_EQ(rig.sent<AttemptResult>().outcome, Outcome::kExit);
  for (const Duration pause : {2s, 4s, 8s, 10s, 10s}) {
    rig.pass(pause - 1ms);
    rig.nothing();
    rig.pass(1ms);
    EXPECT_EQ(rig.sent<AttemptResult>().token, Token{1});
  }
  rig.acknowledge(1, ResultVerdict::kDuplicate);
  EXPECT_TRUE(rig.core.attempts().empty());
  rig.pass(60s);
  rig.from(ResultAck{Token{1}, ResultVerdict::kDuplicate});
}

TEST(Results, WaitWithoutASession) {
  Rig rig;
  rig.join();
  rig.run(1, true);
  rig.advance(16s);
  rig.tick();
  rig.take<ReconnectSocket>();
  rig.ended(SlotId{1}, 1);
  rig.nothing();
  rig.greet();
  rig.welcome({{Token{1}, Verdict::kContinue}});
  rig.take<Joined>();
  EXPECT_EQ(rig.sent<AttemptResult>().token, Token{1});
  rig.sent<Heartbeat>();
}

TEST(Results, FitIntoAFrame) {
  Rig rig;
  rig.join();
  rig.run(1);
  SlotEnded end;
  end.slot = SlotId{1};
  end.token = Token{1};
  end.detail = std::string(1U << 20U, 'd');
  end.artifacts.resize(20'000, Artifact{std::string(40, 'p'), 1, std::string(64, 'a')});
  rig.event(end);
  const AttemptResult result = rig.sent<AttemptResult>();
  EXPECT_LT(result.artifacts.size() * 160 + result.detail.size(), 1U << 20U);
  EXPECT_NE(result.detail.find("more artifacts"), std::string::npos);
}

TEST(Results, BringChecksAndWatchedFilesAndFitIntoAFrameWithThem) {
  Rig rig;
  rig.join();
  rig.run(1);
  SlotEnded end;
  end.slot = SlotId{1};
  end.token = Token{1};
  CheckResult check;
  check.kind = CheckKind::kGate;
  check.number = 2;
  check.detail = std::string(1U << 20U, 'd');
  end.checks.assign(500, check);
  end.artifacts.resize(10, Artifact{"a", 1, std::string(64, 'a')});
  end.watched.resize(20'000, Artifact{std::string(40, 'p'), 1, std::string(64, 'a')});
  rig.event(end);
  const AttemptResult result = rig.sent<AttemptResult>();
  EXPECT_EQ(result.checks.front().number, 2U);
  EXPECT_EQ(result.checks.front().detail.size(), kMaxCheckDetail);
  EXPECT_LT(result.checks.size() * (kMaxCheckDetail + 140), kMaxCheckBytes + kMaxCheckDetail);
  EXPECT_EQ(result.artifacts.size(), 10U) << "what little there is stays";
  EXPECT_LT(result.watched.size() * 160, kMaxResultBytes);
  EXPECT_NE(result.detail.find("more checks"), std::string::npos);
  EXPECT_NE(result.detail.find("more watched files"), std::string::npos);
}

TEST(Steps, AreToldAndToldAgainInANewSession) {
  Rig rig;
  rig.join();
  rig.run(1, true);
  rig.event(SlotStep{SlotId{1}, Token{1}, Step::Kind::kRequirement, 1});
  EXPECT_EQ(rig.sent<Step>(), (Step{Token{1}, Step::Kind::kRequirement, 1}));
  rig.event(SlotStep{SlotId{1}, Token{2}, Step::Kind::kGate, 1});  // of nothing that it runs
  rig.advance(16s);
  rig.tick();
  rig.take<ReconnectSocket>();
  rig.event(SlotStep{SlotId{1}, Token{1}, Step::Kind::kGate, 2});
  rig.nothing();
  const Hello hello = rig.greet();
  EXPECT_EQ(hello.inventory,
            (std::vector<InventoryEntry>{{Token{1}, HeldState::kValidating, SlotId{1}}}));
  rig.welcome({{Token{1}, Verdict::kContinue}});
  rig.take<Joined>();
  EXPECT_EQ(rig.sent<Step>(), (Step{Token{1}, Step::Kind::kGate, 2}));
  EXPECT_EQ(rig.sent<Heartbeat>().held.front().state, HeldState::kValidating);
}

TEST(ProgressMessages, AreThrottledAndTheLastOneWins) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.event(SlotProgress{SlotId{1}, Token{1}, 0.1, "a"});
  EXPECT_EQ(rig.sent<Progress>().share, 0.1);
  rig.event(SlotProgress{SlotId{1}, Token{1}, 0.2, "b"});
  rig.event(SlotProgress{SlotId{1}, Token{1}, 7.0, "c"});
  rig.nothing();
  rig.pass(250ms);
  const Progress last = rig.sent<Progress>();
  EXPECT_EQ(last.share, 1.0);
  EXPECT_EQ(last.message, "c");
  rig.pass(1s);
  rig.event(SlotProgress{SlotId{1}, Token{1}, std::numeric_limits<double>::quiet_NaN(),
                         std::string(kMaxProgressText - 1, 'x') + "\u00fc"});
  const Progress odd = rig.sent<Progress>();
  EXPECT_EQ(odd.share, 0.0);
  EXPECT_EQ(odd.message.size(), kMaxProgressText - 1);  // half a character is none
}

TEST(Checkpoints, AreNumberedAndSentAgainUntilTheyAreAcknowledged) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.event(SlotCheckpoint{SlotId{1}, Token{1}, "fetched"});
  rig.event(SlotCheckpoint{SlotId{1}, Token{1}, "built"});
  EXPECT_EQ(rig.sent<CheckpointReached>().number, 1u);
  EXPECT_EQ(rig.sent<CheckpointReached>().number, 2u);
  rig.from(CheckpointAck{Token{1}, 1});
  rig.pass(2s);
  const CheckpointReached again = rig.sent<CheckpointReached>();
  EXPECT_EQ(again.number, 2u);
  EXPECT_EQ(again.name, "built");
  rig.from(CheckpointAck{Token{1}, 2});
  rig.pass(20s);
  rig.from(CheckpointAck{Token{99}, 2});
}

TEST(Checkpoints, SayHowTheirChecksEndedEachTimeThatTheyAreSent) {
  Rig rig;
  rig.join();
  rig.run(1);
  SlotCheckpoint failed{SlotId{1}, Token{1}, "compiles"};
  failed.outcome = Outcome::kExit;
  failed.exit_code = 2;
  failed.elapsed = 3s;
  failed.detail = "ended with code 2";
  rig.event(failed);
  const CheckpointReached wanted{Token{1}, 1,  "compiles",         Outcome::kExit,
                                 2,        3s, "ended with code 2"};
  EXPECT_EQ(rig.sent<CheckpointReached>(), wanted);
  rig.pass(2s);
  EXPECT_EQ(rig.sent<CheckpointReached>(), wanted);
  rig.from(CheckpointAck{Token{1}, 1});
}

TEST(Outputs, AreSpooledAndSentInBoundedPieces) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 100'000);
  const SpoolAppend kept = rig.take<SpoolAppend>();
  EXPECT_EQ(kept.bytes.data.size(), 100'000u);
  EXPECT_EQ(rig.take<SendOutput>(), (SendOutput{rig.session, Token{1}, 0, kMaxChunk}));
  EXPECT_EQ(rig.take<SendOutput>(),
            (SendOutput{rig.session, Token{1}, kMaxChunk, 100'000 - kMaxChunk}));
}

TEST(Outputs, WaitForRoomAndMakeAHeartbeatGoOutEarly) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.advance(1s);
  rig.output(1, 0, 300U << 10U);
  rig.take<SpoolAppend>();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(rig.take<SendOutput>().size, kMaxChunk);
  const Heartbeat beat = rig.sent<Heartbeat>();  // the last one is long ago
  rig.from(HeartbeatAck{beat.number, {}, {{Token{1}, 2 * kMaxChunk}}});
  rig.command<ExtendLease>();
  EXPECT_EQ(rig.take<SpoolRelease>().offset, 2 * kMaxChunk);
  EXPECT_EQ(rig.take<SendOutput>().size, 44U << 10U);
  rig.output(1, 300U << 10U, 300U << 10U);
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.take<SendOutput>();
  rig.nothing();
  EXPECT_EQ(*rig.core.next_deadline(), rig.now + kShortestHeartbeat);
}

TEST(Outputs, ACoordinatorThatAcknowledgesNoneIsAskedLessAndLessOften) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 1U << 20U);
  rig.take<SpoolAppend>();
  for (int i = 0; i < 4; ++i) rig.take<SendOutput>();
  int heartbeats = 0;
  const Instant until = rig.now + 10s;
  while (*rig.core.next_deadline() <= until) {
    rig.now = std::max(rig.now, *rig.core.next_deadline());
    rig.tick();
    while (!rig.effects.empty()) {
      if (std::holds_alternative<SendOutput>(rig.effects.front())) {
        rig.effects.pop_front();
        continue;
      }
      const Heartbeat beat = rig.sent<Heartbeat>();
      ++heartbeats;
      rig.from(HeartbeatAck{beat.number, {}, {}});
      rig.command<ExtendLease>();
    }
  }
  EXPECT_LT(heartbeats, 20);
}

TEST(Outputs, WhatWasLostOnTheWayIsSentAgain) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 10);
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.pass(6s);
  EXPECT_EQ(rig.take<SendOutput>(), (SendOutput{rig.session, Token{1}, 0, 10}));
}

TEST(Outputs, AreSentAgainAfterAReconnectionFromWhatWasAcknowledged) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 100);
  rig.output(1, 100, 100);
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.advance(2s);
  rig.tick();
  rig.from(HeartbeatAck{rig.sent<Heartbeat>().number, {}, {{Token{1}, 100}}});
  rig.command<ExtendLease>();
  rig.take<SpoolRelease>();
  rig.from(HelloAgain{});
  rig.sent<Hello>();
  rig.output(1, 200, 50);
  rig.take<SpoolAppend>();
  rig.welcome({{Token{1}, Verdict::kContinue}});
  rig.take<Joined>();
  rig.command<ExtendLease>();
  EXPECT_EQ(rig.take<SendOutput>(), (SendOutput{rig.session, Token{1}, 100, 150}));
  rig.sent<Heartbeat>();
}

TEST(Outputs, TheAttemptIsKeptUntilTheyHaveArrived) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 100);
  rig.output(1, 5000, 100);  // the middle was left out
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.take<SpoolAppend>();
  EXPECT_EQ(rig.take<SendOutput>().offset, 5000u);
  rig.ended(SlotId{1}, 1);
  EXPECT_EQ(rig.sent<AttemptResult>().output_size, 5100u);
  rig.acknowledge(1);
  rig.nothing();
  EXPECT_EQ(rig.core.attempts().size(), 1u);
  rig.advance(2s);
  rig.tick();
  const Heartbeat beat = rig.sent<Heartbeat>();
  EXPECT_TRUE(beat.held.empty());  // its result is settled
  rig.from(HeartbeatAck{beat.number, {}, {{Token{1}, 5100}}});
  rig.take<SpoolRelease>();
  rig.take<SpoolDrop>();
  EXPECT_TRUE(rig.core.attempts().empty());
}

TEST(Outputs, AreDroppedLongAfterTheResultWasAcknowledged) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 100);
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.acknowledge(1);
  rig.pass(kOutputPatience);
  while (rig.effects.size() > 1) rig.take<SendOutput>();
  EXPECT_EQ(rig.take<SpoolDrop>().token, Token{1});
  EXPECT_TRUE(rig.core.attempts().empty());
  EXPECT_NE(rig.logs.back().find("never acknowledged"), std::string::npos);
}

TEST(Outputs, NoOutputCostsNoSpool) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.acknowledge(1);
  rig.nothing();
}

TEST(Outputs, NonsenseFromThePeerIsHarmless) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.output(1, 0, 10);
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.from(HeartbeatAck{7, {}, {{Token{1}, ~0ULL}, {Token{2}, 5}, {Token{}, 0}}});
  EXPECT_EQ(rig.take<SpoolRelease>().offset, 10u);
  rig.output(1, 5, 10);  // overlaps what is known
  const SpoolAppend kept = rig.take<SpoolAppend>();
  EXPECT_EQ(kept.offset, 10u);
  EXPECT_EQ(kept.bytes.data.size(), 5u);
  rig.take<SendOutput>();
  rig.output(1, ~0ULL, 10);
  rig.nothing();
}

TEST(OutputTracking, BytesThatAreLostBecomeAHole) {
  OutputTrack track;
  track.append({0, 100});
  track.lose({20, 30});
  EXPECT_EQ(track.take_next(), (OutputPiece{0, 20}));
  EXPECT_EQ(track.take_next(), (OutputPiece{50, 50}));
  EXPECT_EQ(track.take_next(), std::nullopt);
  track.lose({10, ~0ULL});
  EXPECT_EQ(track.kept(), 10u);
  EXPECT_TRUE(track.acknowledge(10));
  EXPECT_TRUE(track.all_arrived());
}

}  // namespace
}  // namespace headway::worker
