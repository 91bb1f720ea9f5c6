#include "rig.h"

namespace headway::worker {
namespace {

TEST(LeaseRules, CountFromTheSendingOfTheHello) {
  Rig rig;
  rig.greet();
  const Instant sent = rig.now;
  rig.advance(800ms);
  rig.welcome();
  rig.take<Joined>();
  rig.sent<Heartbeat>();
  EXPECT_EQ(rig.core.lease_ends(), sent + Rig::kLease);
  EXPECT_EQ(rig.run(1).lease_ends, sent + Rig::kLease);
}

TEST(LeaseRules, CountFromTheSendingOfTheHeartbeatThatIsAcknowledged) {
  Rig rig(2);
  rig.join();
  rig.run(1);
  rig.run(2, true);
  rig.advance(2s);
  const Instant sent = rig.now;
  rig.tick();
  const Heartbeat beat = rig.sent<Heartbeat>();
  rig.advance(1s);
  rig.from(HeartbeatAck{beat.number, {}, {}});
  const ExtendLease extended = rig.command<ExtendLease>();
  EXPECT_EQ(extended.token, Token{1});  // the other one has no lease
  EXPECT_EQ(extended.lease_ends, sent + Rig::kLease);
}

TEST(LeaseRules, AnAttemptThatMayFinishGetsNoDeadline) {
  Rig rig;
  rig.join();
  EXPECT_EQ(rig.run(1, true).lease_ends, std::nullopt);
}

TEST(LeaseRules, AnAcknowledgementOfSomethingNeverSentRenewsNothing) {
  Rig rig;
  rig.join();
  rig.run(1);
  const auto before = rig.core.lease_ends();
  rig.advance(1s);
  rig.from(HeartbeatAck{999, {}, {}});
  rig.from(HeartbeatAck{0, {}, {}});
  rig.nothing();
  EXPECT_EQ(rig.core.lease_ends(), before);
}

TEST(LeaseRules, AnOldAcknowledgementNeverShortens) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.advance(2s);
  rig.tick();
  const Heartbeat first = rig.sent<Heartbeat>();
  rig.advance(2s);
  rig.tick();
  const Heartbeat second = rig.sent<Heartbeat>();
  rig.from(HeartbeatAck{second.number, {}, {}});
  rig.command<ExtendLease>();
  const auto ends = rig.core.lease_ends();
  rig.from(HeartbeatAck{first.number, {}, {}});
  rig.nothing();
  EXPECT_EQ(rig.core.lease_ends(), ends);
}

TEST(LeaseRules, SilenceMakesTheWorkerConnectAnewBeforeTheLeaseEnds) {
  Rig rig;
  rig.join();
  rig.advance(2s);
  rig.tick();
  rig.sent<Heartbeat>();
  rig.advance(2s);
  rig.tick();
  rig.sent<Heartbeat>();
  rig.advance(2s);
  rig.tick();
  rig.take<ReconnectSocket>();
  EXPECT_FALSE(rig.core.is_joined());
}

TEST(LeaseRules, TheEndKillsWhatRunsAndDropsWhatWaits) {
  Rig rig(2);
  rig.join();
  rig.run(1);
  rig.run(2, true);
  rig.assign(3);
  rig.advance(16s);
  rig.tick();
  const StopSlot kill = rig.command<StopSlot>();
  EXPECT_EQ(kill.token, Token{1});
  EXPECT_EQ(kill.grace, Duration{});
  EXPECT_EQ(kill.outcome, Outcome::kWorkerLost);
  rig.take<ReconnectSocket>();
  rig.nothing();
  rig.ended(SlotId{1}, 1, Outcome::kWorkerLost);
  rig.nothing();  // nothing is started without a lease, and nothing is said without a session
  const Hello hello = rig.greet();
  EXPECT_EQ(hello.inventory,
            (std::vector<InventoryEntry>{{Token{1}, HeldState::kEnded},
                                         {Token{2}, HeldState::kRunning, SlotId{2}}}));
  rig.welcome({{Token{1}, Verdict::kResend}, {Token{2}, Verdict::kContinue}});
  rig.take<Joined>();
  EXPECT_EQ(rig.sent<AttemptResult>().outcome, Outcome::kWorkerLost);
  rig.sent<Heartbeat>();
  rig.acknowledge(1, ResultVerdict::kStale);
  rig.from(Assign{Token{3}, Rig::spec()});
  EXPECT_EQ(rig.sent<Reject>().token, Token{3});
}

TEST(LeaseRules, AnAnswerAfterTheEndDoesNotReviveIt) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.advance(2s);
  rig.tick();
  const Heartbeat beat = rig.sent<Heartbeat>();
  rig.advance(14s);
  rig.from(HeartbeatAck{beat.number, {}, {}});
  EXPECT_EQ(rig.command<StopSlot>().token, Token{1});
  rig.take<ReconnectSocket>();
}

TEST(LeaseRules, AWelcomeSlowerThanItsLeaseIsNotEntered) {
  Rig rig;
  rig.greet();
  rig.advance(800ms);
  rig.session = 1;
  Welcome welcome = rig.welcome_message();
  welcome.lease = 500ms;
  rig.step(FromCoordinator{1, welcome});
  rig.nothing();
  EXPECT_FALSE(rig.core.is_joined());
  ASSERT_TRUE(rig.core.next_deadline().has_value());
  EXPECT_GE(*rig.core.next_deadline() - rig.now, Duration{1s});
}

TEST(LeaseRules, HeartbeatsComeAsOftenAsTheWelcomeSays) {
  Rig rig;
  rig.join();
  for (std::uint64_t number = 2; number < 6; ++number) {
    rig.advance(1999ms);
    rig.tick();
    rig.nothing();
    rig.advance(1ms);
    rig.step(LoadMeasured{Load{0.5, 0.25, 0, 0, 1, 2, 3}});
    const Heartbeat beat = rig.sent<Heartbeat>();
    EXPECT_EQ(beat.number, number);
    EXPECT_EQ(beat.load.cpu, 0.5);
    rig.from(HeartbeatAck{beat.number, {}, {}});
  }
}

TEST(LeaseRules, AFloodOfJoinsIsSlowedDown) {
  Rig rig;
  rig.join();
  rig.from(HelloAgain{});
  rig.nothing();
  EXPECT_EQ(*rig.core.next_deadline(), rig.now + kHelloGap);
}

}  // namespace
}  // namespace headway::worker
