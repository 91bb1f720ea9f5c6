#include "rig.h"

namespace headway::worker {
namespace {

TEST(Assigning, AcceptsAndStartsInAFreeSlot) {
  Rig rig;
  rig.join();
  const StartSlot start = rig.run(9);
  EXPECT_EQ(start.slot, SlotId{1});
  EXPECT_EQ(start.root, "/plan");
  EXPECT_EQ(start.spec, Rig::spec());
  rig.event(SlotStarted{SlotId{1}, Token{9}, 4711});
  const Started started = rig.sent<Started>();
  EXPECT_EQ(started.slot, SlotId{1});
  EXPECT_EQ(started.process, 4711);
}

TEST(Assigning, UsesItsOwnRootWhereItHasOne) {
  WorkerIdentity who = Rig::identity(1);
  who.root = "/srv/checkout";
  Rig rig(who);
  rig.join();
  EXPECT_EQ(rig.run(9).root, "/srv/checkout");
}

TEST(Assigning, QueuesOneAheadPerSlotAndRefusesMore) {
  Rig rig(2);
  rig.join();
  rig.run(1);
  rig.run(2);
  rig.assign(3);
  rig.assign(4);
  rig.from(Assign{Token{5}, Rig::spec()});
  const Reject reject = rig.sent<Reject>();
  EXPECT_EQ(reject.token, Token{5});
  EXPECT_NE(reject.reason.find("full"), std::string::npos);
  rig.ended(SlotId{2}, 2);
  rig.sent<AttemptResult>();
  const StartSlot next = rig.command<StartSlot>();
  EXPECT_EQ(next.token, Token{3});  // first in, first out
  EXPECT_EQ(next.slot, SlotId{2});
}

TEST(Assigning, RejectsAFunctionBecauseItOnlyStartsPrograms) {
  Rig rig;
  rig.join();
  AttemptSpec spec = Rig::spec();
  spec.words.clear();
  spec.call = "work:square";
  rig.from(Assign{Token{9}, spec});
  const Reject reject = rig.sent<Reject>();
  EXPECT_EQ(reject.token, Token{9});
  EXPECT_NE(reject.reason.find("cannot call functions"), std::string::npos);
  rig.from(Assign{Token{9}, Rig::spec()});
  EXPECT_EQ(rig.sent<Reject>().token, Token{9});
  rig.nothing();
}

TEST(Assigning, RepeatsGetTheSameAnswer) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.assign(1);
  rig.assign(2);
  rig.assign(2);
  rig.from(Assign{Token{3}, Rig::spec()});
  rig.sent<Reject>();
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.command<StartSlot>();
  // There is room now, but what was handed back may run elsewhere.
  rig.from(Assign{Token{3}, Rig::spec()});
  EXPECT_EQ(rig.sent<Reject>().token, Token{3});
  rig.from(Assign{Token{1}, Rig::spec()});
  EXPECT_EQ(rig.sent<AttemptResult>().token, Token{1});
  rig.acknowledge(1);
  rig.from(Assign{Token{1}, Rig::spec()});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{1});
}

TEST(Assigning, TokenZeroIsNonsense) {
  Rig rig;
  rig.join();
  rig.from(Assign{Token{}, Rig::spec()});
  rig.from(Stop{});
  rig.nothing();
  EXPECT_EQ(rig.core.counters().unexpected, 2u);
}

TEST(Assigning, RemembersABoundedNumberOfTokensAndTakesOlderOnesForStopped) {
  Rig rig;
  rig.join();
  const std::uint64_t count = TokenMemory::kMost + 100;
  for (std::uint64_t token = 1; token <= count; ++token) {
    rig.from(Stop{Token{token}, 0s, false, Outcome::kCancelled});
    EXPECT_EQ(rig.sent<Stopped>().token, Token{token});
  }
  EXPECT_EQ(rig.core.remembered_tokens(), TokenMemory::kMost);
  rig.from(Assign{Token{3}, Rig::spec()});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{3});
  rig.run(count + 1);
}

TEST(Stopping, EndsARunningAttemptWithGraceAndOutcome) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.from(Stop{Token{1}, 5s, false, Outcome::kTakenBack});
  const StopSlot stop = rig.command<StopSlot>();
  EXPECT_EQ(stop.slot, SlotId{1});
  EXPECT_EQ(stop.grace, Duration{5s});
  EXPECT_EQ(stop.outcome, Outcome::kTakenBack);
  rig.from(Stop{Token{1}, 5s, false, Outcome::kTakenBack});
  rig.nothing();
  rig.from(Stop{Token{1}, 0s, false, Outcome::kTakenBack});
  EXPECT_EQ(rig.command<StopSlot>().grace, Duration{});
  rig.ended(SlotId{1}, 1, Outcome::kTakenBack);
  EXPECT_EQ(rig.sent<AttemptResult>().outcome, Outcome::kTakenBack);
  rig.from(Stop{Token{1}, 0s, false, Outcome::kTakenBack});
  EXPECT_EQ(rig.sent<AttemptResult>().outcome, Outcome::kTakenBack);
}

TEST(Stopping, HandsBackWhatWasNotStarted) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.assign(2);
  rig.from(Stop{Token{2}, 5s, false, Outcome::kCancelled});
  EXPECT_EQ(rig.sent<Reject>().token, Token{2});
  rig.from(Stop{Token{2}, 5s, false, Outcome::kCancelled});
  EXPECT_EQ(rig.sent<Reject>().token, Token{2});
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
}

TEST(Stopping, ARecallLeavesARunningAttemptAlone) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.assign(2);
  rig.from(Stop{Token{1}, 0s, true, Outcome::kTakenBack});
  rig.nothing();
  rig.from(Stop{Token{2}, 0s, true, Outcome::kTakenBack});
  EXPECT_EQ(rig.sent<Reject>().token, Token{2});
}

TEST(Stopping, AnUnknownTokenIsProvenStoppedAndStaysSo) {
  Rig rig;
  rig.join();
  rig.from(Stop{Token{6}, 0s, false, Outcome::kCancelled});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{6});
  // The assign was overtaken: it must not start anything now.
  rig.from(Assign{Token{6}, Rig::spec()});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{6});
}

TEST(Stopping, RevokedAttemptsAreKilledAtOnce) {
  Rig rig(2);
  rig.join();
  rig.run(1);
  rig.run(2);
  rig.assign(3);
  rig.advance(2s);
  rig.tick();
  const Heartbeat beat = rig.sent<Heartbeat>();
  rig.from(HeartbeatAck{beat.number, {Token{1}, Token{3}}, {}});
  EXPECT_EQ(rig.command<StopSlot>().token, Token{1});
  EXPECT_EQ(rig.sent<Reject>().token, Token{3});
  EXPECT_EQ(rig.command<ExtendLease>().token, Token{2});
  rig.advance(2s);
  rig.tick();
  rig.from(HeartbeatAck{rig.sent<Heartbeat>().number, {Token{1}}, {}});
  EXPECT_EQ(rig.command<ExtendLease>().token, Token{2});  // it is killed once only
}

TEST(Slots, ALostSupervisorProvesThatItsAttemptIsDead) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.event(SlotLost{SlotId{1}, Token{1}});
  const AttemptResult result = rig.sent<AttemptResult>();
  EXPECT_EQ(result.outcome, Outcome::kWorkerLost);
  rig.event(SlotLost{SlotId{1}, Token{}});
  rig.run(2);
}

TEST(Slots, EventsThatFitNothingAreCounted) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.event(SlotStarted{SlotId{2}, Token{1}, 1});
  rig.event(SlotStarted{SlotId{1}, Token{5}, 1});
  rig.event(SlotProgress{SlotId{0}, Token{1}, 0.5, ""});
  rig.ended(SlotId{9}, 1);
  rig.nothing();
  EXPECT_EQ(rig.core.counters().odd_events, 4u);
}

}  // namespace
}  // namespace headway::worker
