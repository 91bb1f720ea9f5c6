#include "rig.h"

namespace headway::worker {
namespace {

TEST(Joining, SaysHelloWhenConnectedAndReportsThatItHasJoined) {
  WorkerIdentity who = Rig::identity(3);
  who.labels = {"linux"};
  who.types = {"builder"};
  who.containment = "subreaper";
  Rig rig(who);
  const Hello hello = rig.greet();
  EXPECT_EQ(hello.worker, "build-01");
  EXPECT_EQ(hello.incarnation, 77u);
  EXPECT_EQ(hello.slots, 3u);
  EXPECT_EQ(hello.labels, who.labels);
  EXPECT_EQ(hello.types, who.types);
  EXPECT_EQ(hello.abilities, std::vector<std::string>{"checks"});
  EXPECT_EQ(hello.containment, "subreaper");
  EXPECT_EQ(hello.registry, "");
  EXPECT_FALSE(rig.core.is_joined());
  rig.welcome();
  const Joined joined = rig.take<Joined>();
  EXPECT_EQ(joined.registry, "registry-a");
  EXPECT_TRUE(joined.first);
  const Heartbeat first = rig.sent<Heartbeat>();
  EXPECT_EQ(first.number, 1u);
  EXPECT_TRUE(first.wall_clock) << "so that people see clocks that are wrong";
  EXPECT_TRUE(rig.core.is_joined());
}

TEST(Joining, RepeatsHelloOnANewConnectionWithAGrowingPause) {
  Rig rig;
  rig.greet();
  Duration last{};
  for (int i = 0; i < 8; ++i) {
    const Instant sent = rig.now;
    rig.now = *rig.core.next_deadline();
    rig.tick();
    rig.take<ReconnectSocket>();
    const Duration pause = rig.now - sent;
    EXPECT_GE(pause, i < 4 ? last : Duration{10s});
    EXPECT_LE(pause, 12500ms);
    last = pause;
    rig.greet();
  }
}

TEST(Joining, TriesAnotherSocketWhenTheFirstNeverConnects) {
  Rig rig;
  rig.tick();
  rig.advance(13s);
  rig.tick();
  rig.take<ReconnectSocket>();
}

TEST(Joining, AWelcomeThatNobodyWaitsForChangesNothing) {
  Rig rig;
  rig.join();
  Welcome stale = rig.welcome_message({{Token{5}, Verdict::kKill}});
  stale.session = 99;
  rig.step(FromCoordinator{99, stale});
  rig.nothing();
  rig.run(5);  // the session is still the old one
  EXPECT_EQ(rig.core.counters().unexpected, 1u);
}

TEST(Joining, AWelcomeOfAnEarlierLifeOfTheCoordinatorIsDropped) {
  Rig rig;
  rig.epoch = Epoch{4};
  rig.join();
  rig.from(HelloAgain{});
  rig.nothing();
  rig.advance(200ms);
  rig.tick();
  rig.take<ReconnectSocket>();
  rig.greet();
  rig.epoch = Epoch{3};
  rig.welcome();
  rig.nothing();
  EXPECT_FALSE(rig.core.is_joined());
}

TEST(Joining, NonsenseInAWelcomeIsDropped) {
  Rig rig;
  rig.greet();
  rig.session = 5;
  Welcome welcome = rig.welcome_message();
  welcome.session = 0;
  rig.step(FromCoordinator{5, welcome});
  welcome = rig.welcome_message();
  welcome.lease = -1s;
  rig.step(FromCoordinator{5, welcome});
  welcome = rig.welcome_message();
  welcome.registry.clear();
  rig.step(FromCoordinator{5, welcome});
  EXPECT_EQ(rig.core.counters().unexpected, 3u);
  EXPECT_FALSE(rig.core.is_joined());
}

TEST(Joining, AnotherProtocolVersionEndsTheWorkerWithAReason) {
  Rig rig;
  rig.greet();
  Welcome welcome = rig.welcome_message();
  welcome.session = 1;
  welcome.protocol = 2;
  rig.step(FromCoordinator{1, welcome});
  const Exit exit = rig.take<Exit>();
  EXPECT_EQ(exit.code, 1);
  EXPECT_NE(exit.reason.find("version 2"), std::string::npos) << exit.reason;
}

TEST(Joining, AFinalRefusalEndsTheWorkerAndATemporaryOneIsTriedAgain) {
  {
    Rig rig;
    rig.greet();
    rig.step(FromCoordinator{0, Refused{"its name is in use", true}});
    rig.nothing();
    rig.now = *rig.core.next_deadline();
    rig.tick();
    rig.take<ReconnectSocket>();
    rig.greet();
    rig.welcome();
    rig.take<Joined>();
    rig.sent<Heartbeat>();
  }
  Rig rig;
  rig.greet();
  rig.step(FromCoordinator{0, Refused{"it is not on the list", false}});
  const Exit exit = rig.take<Exit>();
  EXPECT_EQ(exit.code, 1);
  EXPECT_NE(exit.reason.find("not on the list"), std::string::npos);
}

TEST(Joining, HelloAgainIsAnsweredWithTheFullInventory) {
  Rig rig(2);
  rig.join();
  rig.run(1);
  rig.run(2);
  rig.assign(3);
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.command<StartSlot>();
  rig.assign(4);
  rig.advance(1s);
  rig.from(HelloAgain{});
  const Hello hello = rig.sent<Hello>();
  EXPECT_EQ(hello.registry, "registry-a");
  const std::vector<InventoryEntry> expected = {{Token{1}, HeldState::kEnded},
                                                {Token{2}, HeldState::kRunning, SlotId{2}},
                                                {Token{3}, HeldState::kRunning, SlotId{1}},
                                                {Token{4}, HeldState::kQueued}};
  EXPECT_EQ(hello.inventory, expected);
  // Nothing is taken or said before the welcome.
  rig.from(Assign{Token{5}, Rig::spec()});
  rig.from(HelloAgain{});
  rig.nothing();
  EXPECT_EQ(rig.core.counters().wrong_session, 1u);
}

TEST(Joining, MessagesOfAnotherSessionAreDroppedAndCounted) {
  Rig rig;
  rig.join();
  rig.step(FromCoordinator{42, Assign{Token{1}, Rig::spec()}});
  rig.step(FromCoordinator{0, Stop{Token{1}, 0s, false, Outcome::kCancelled}});
  rig.step(FromCoordinator{42, Drain{}});
  rig.nothing();
  EXPECT_EQ(rig.core.counters().wrong_session, 3u);
}

TEST(Joining, FollowsTheVerdicts) {
  Rig rig(3);
  rig.join();
  rig.run(1);
  rig.run(2);
  rig.run(3);
  rig.assign(4);
  rig.assign(5);
  rig.ended(SlotId{1}, 1);
  rig.sent<AttemptResult>();
  rig.command<StartSlot>();  // 4, in slot 1
  rig.assign(6);
  rig.ended(SlotId{1}, 4);
  rig.sent<AttemptResult>();
  rig.command<StartSlot>();  // 5
  rig.advance(1s);
  rig.from(HelloAgain{});
  rig.sent<Hello>();
  rig.welcome({{Token{1}, Verdict::kForget},
               {Token{2}, Verdict::kContinue},
               {Token{3}, Verdict::kKill},
               {Token{4}, Verdict::kResend},
               {Token{5}, Verdict::kContinue},
               {Token{6}, Verdict::kKill},
               {Token{77}, Verdict::kKill}});
  EXPECT_FALSE(rig.take<Joined>().first);
  EXPECT_EQ(rig.take<Settled>().token, Token{1});
  const StopSlot kill = rig.command<StopSlot>();
  EXPECT_EQ(kill.token, Token{3});
  EXPECT_EQ(kill.grace, Duration{});
  EXPECT_EQ(rig.sent<Reject>().token, Token{6});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{77});
  EXPECT_EQ(rig.command<ExtendLease>().token, Token{5});
  EXPECT_EQ(rig.command<ExtendLease>().token, Token{2});
  EXPECT_EQ(rig.sent<AttemptResult>().token, Token{4});
  const std::vector<InventoryEntry> expected = {{Token{2}, HeldState::kRunning, SlotId{2}},
                                                {Token{3}, HeldState::kRunning, SlotId{3}},
                                                {Token{4}, HeldState::kEnded},
                                                {Token{5}, HeldState::kRunning, SlotId{1}}};
  EXPECT_EQ(rig.sent<Heartbeat>().held, expected);
}

TEST(Joining, ProvesWhatAFormerLifeLeftDeadUntilItIsSettled) {
  WorkerIdentity who = Rig::identity(1);
  who.registry = "registry-a";
  who.dead = {Token{7}, Token{8}};
  Rig rig(who);
  const Hello hello = rig.greet();
  EXPECT_EQ(hello.registry, "registry-a");
  const std::vector<InventoryEntry> expected = {{Token{7}, HeldState::kDead},
                                                {Token{8}, HeldState::kDead}};
  EXPECT_EQ(hello.inventory, expected);
  rig.welcome({{Token{7}, Verdict::kForget}});
  rig.take<Joined>();
  EXPECT_EQ(rig.take<Settled>().token, Token{7});
  EXPECT_EQ(rig.sent<Heartbeat>().held,
            (std::vector<InventoryEntry>{{Token{8}, HeldState::kDead}}));
  rig.from(Assign{Token{8}, Rig::spec()});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{8});
  rig.from(ResultAck{Token{8}, ResultVerdict::kStale});
  EXPECT_EQ(rig.take<Settled>().token, Token{8});
  rig.from(Assign{Token{7}, Rig::spec()});
  EXPECT_EQ(rig.sent<Stopped>().token, Token{7});
}

TEST(Joining, AnotherRegistryKillsAndForgetsEverything) {
  Rig rig(2);
  rig.join();
  rig.run(1);
  rig.output(1, 0, 10);
  rig.take<SpoolAppend>();
  rig.take<SendOutput>();
  rig.run(2);
  rig.ended(SlotId{2}, 2);
  rig.sent<AttemptResult>();
  rig.advance(1s);
  rig.from(HelloAgain{});
  rig.sent<Hello>();
  rig.registry = "registry-b";
  rig.welcome();
  EXPECT_EQ(rig.command<StopSlot>().token, Token{1});
  EXPECT_EQ(rig.take<SpoolDrop>().token, Token{1});
  rig.take<Joined>();
  EXPECT_TRUE(rig.sent<Heartbeat>().held.empty());
  // The other registry's attempt 1 is another attempt; slot 1 is not free for it yet.
  EXPECT_EQ(rig.run(1).slot, SlotId{2});
  rig.assign(2);
  rig.event(SlotOutput{SlotId{1}, Token{1}, 0, Bytes{"of the old one"}});
  rig.nothing();
  rig.ended(SlotId{1}, 1);
  EXPECT_EQ(rig.command<StartSlot>().token, Token{2});
}

}  // namespace
}  // namespace headway::worker
