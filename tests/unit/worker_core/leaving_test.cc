#include "rig.h"

namespace headway::worker {
namespace {

TEST(Draining, HandsBackWhatWaitsAndFinishesWhatRuns) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.assign(2);
  rig.step(DrainRequested{});
  rig.sent<Drain>();
  const Reject back = rig.sent<Reject>();
  EXPECT_EQ(back.token, Token{2});
  EXPECT_NE(back.reason.find("draining"), std::string::npos);
  rig.from(Assign{Token{3}, Rig::spec()});
  EXPECT_EQ(rig.sent<Reject>().token, Token{3});
  rig.advance(2s);
  rig.tick();
  rig.sent<Drain>();  // again with each heartbeat: one may be lost
  EXPECT_EQ(rig.sent<Heartbeat>().held.size(), 1u);
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.acknowledge(1);
  rig.sent<Goodbye>();
  EXPECT_EQ(rig.take<Exit>().code, 0);
  rig.tick();
}

TEST(Draining, OnTheCoordinatorsWordToo) {
  Rig rig;
  rig.join();
  rig.from(Drain{});
  rig.sent<Drain>();
  rig.sent<Goodbye>();
  EXPECT_EQ(rig.take<Exit>().code, 0);
}

TEST(Draining, ComesBackByTheCoordinatorsLastWord) {
  for (const bool restart : {true, false}) {
    Rig rig;
    rig.join();
    rig.run(1, true);
    rig.from(Drain{!restart});
    rig.sent<Drain>();
    rig.from(Drain{restart});
    rig.ended(SlotId{1}, 1);
    rig.sent<AttemptResult>();
    rig.acknowledge(1);
    rig.sent<Goodbye>();
    EXPECT_EQ(rig.take<Exit>().restart, restart);
  }
}

TEST(Draining, StaysAwayWhereItWasAskedToEndItself) {
  Rig rig;
  rig.join();
  rig.run(1, true);
  rig.step(DrainRequested{});
  rig.sent<Drain>();
  rig.from(Drain{true});
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.acknowledge(1);
  rig.sent<Goodbye>();
  EXPECT_FALSE(rig.take<Exit>().restart);
}

TEST(Draining, WithoutACoordinatorAndNothingHeldItLeavesAtOnce) {
  Rig rig;
  rig.step(DrainRequested{});
  EXPECT_EQ(rig.take<Exit>().code, 0);
}

TEST(Draining, KeepsUndeliveredResultsForABoundedTime) {
  Rig rig;
  rig.join();
  rig.run(1, true);
  rig.advance(16s);
  rig.tick();
  rig.take<ReconnectSocket>();
  rig.step(DrainRequested{});
  rig.nothing();
  rig.ended(SlotId{1}, 1);
  // It does not sit out the pause before the next try.
  rig.take<ReconnectSocket>();
  rig.nothing();
  rig.advance(kDrainPatience - 1ms);
  rig.tick();
  while (rig.effects.size() > 0) rig.take<ReconnectSocket>();
  rig.advance(1ms);
  rig.tick();
  EXPECT_EQ(rig.take<Exit>().code, 1);
}

TEST(StoppingAll, KillsEverythingReportsItAndLeaves) {
  Rig rig;
  rig.join();
  rig.run(1);
  rig.step(DrainRequested{});
  rig.sent<Drain>();
  rig.step(StopAllRequested{});
  const StopSlot kill = rig.command<StopSlot>();
  EXPECT_EQ(kill.grace, Duration{});
  EXPECT_EQ(kill.outcome, Outcome::kTakenBack);
  rig.ended(SlotId{1}, 1, Outcome::kTakenBack);
  rig.sent<AttemptResult>();
  rig.acknowledge(1);
  rig.sent<Goodbye>();
  EXPECT_EQ(rig.take<Exit>().code, 130);
}

TEST(StoppingAll, DoesNotWaitForeverForAnAcknowledgementOrAnEnd) {
  for (const bool ends : {true, false}) {
    Rig rig;
    rig.join();
    rig.run(1);
    rig.step(StopAllRequested{});
    rig.sent<Drain>();
    rig.command<StopSlot>();
    if (ends) {
      rig.ended(SlotId{1}, 1, Outcome::kTakenBack);
      rig.sent<AttemptResult>();
    }
    rig.advance(kStopPatience);
    rig.tick();
    while (!rig.effects.empty() && !std::holds_alternative<Exit>(rig.effects.front())) {
      rig.effects.pop_front();
    }
    EXPECT_EQ(rig.take<Exit>().code, 130);
  }
}

}  // namespace
}  // namespace headway::worker
