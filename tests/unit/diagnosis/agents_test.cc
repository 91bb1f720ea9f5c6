#include <gmock/gmock.h>

#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;

RunId one_ticket(World& world) {
  world.join("w");
  PlanBuilder plan;
  plan.add("T");
  const RunId run = world.submit(plan);
  world.start("T");
  return run;
}

TEST(SilentWorkers, AreToldWithWhatTheyHoldAndWhenItIsFreed) {
  World world;
  const RunId run = one_ticket(world);
  world.pass(10s);
  expect_none(world.diagnosed(run), FindingKind::kSilentWorker);
  world.silence("w");
  world.advance(8s);
  const Finding finding = only(world.diagnosed(run), FindingKind::kSilentWorker);
  EXPECT_EQ(finding.worker, "w");
  EXPECT_THAT(text_of(finding), HasSubstr("It holds 1 ticket: T"));
  EXPECT_THAT(finding.consequence, HasSubstr("They go out again when its lease has run out"));
  EXPECT_GT(finding.cost, 5s);
  EXPECT_LT(finding.cost, 15s);
  EXPECT_EQ(finding.command, "headway worker remove w --confirm-dead");
}

TEST(SilentWorkers, AreAlsoFormerLivesOfWhichNothingIsKnown) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("T").only_on_proof();
  const RunId run = world.submit(plan);
  world.start("T");
  world.advance(5s);
  world.hello("w", world.new_life("w"));
  world.pass(CoreHarness::kLeaseAndMargin + 1s);
  const Finding finding = only(world.diagnosed(run), FindingKind::kSilentWorker);
  EXPECT_THAT(finding.what, HasSubstr("w was started anew; what it ran before may be alive"));
  EXPECT_THAT(text_of(finding), HasSubstr("It holds 1 ticket: T"));
  EXPECT_EQ(finding.severity, FindingSeverity::kProblem);
  EXPECT_EQ(finding.command, "headway worker remove w --confirm-dead");
}

TEST(FlappingWorkers, LeaveThreeTimesWithinAnHour) {
  World world;
  const RunId run = one_ticket(world);
  const WorkerId worker = world.record("T").worker;
  Surroundings around;
  around.comings[worker] = {3, 2};
  expect_none(world.diagnosed(run, around), FindingKind::kFlappingWorker);
  around.comings[worker] = {4, 3};
  const Finding finding = only(world.diagnosed(run, around), FindingKind::kFlappingWorker);
  EXPECT_THAT(text_of(finding), HasSubstr("joined 4 times and was lost 3 times"));
  EXPECT_EQ(finding.command, "") << "nobody else would take tickets";
  world.join("other");
  EXPECT_EQ(only(world.diagnosed(run, around), FindingKind::kFlappingWorker).command,
            "headway worker drain w");
}

TEST(FlappingWorkers, AreNotToBeDrainedWhileTheyAreAway) {
  World world;
  const RunId run = one_ticket(world);
  Surroundings around;
  around.comings[world.record("T").worker] = {4, 3};
  world.join("other");
  world.join("another");
  world.say("w", Goodbye{});
  EXPECT_EQ(only(world.diagnosed(run, around), FindingKind::kFlappingWorker).command, "");
}

TEST(Clocks, ThatAreFarApartAreANote) {
  World world;
  const RunId run = one_ticket(world);
  world.tell("w", 0, 2s);
  expect_none(world.diagnosed(run), FindingKind::kClockSkew);
  world.tell("w", 0, -90s);
  const Finding finding = only(world.diagnosed(run), FindingKind::kClockSkew);
  EXPECT_EQ(finding.severity, FindingSeverity::kNote);
  EXPECT_THAT(text_of(finding), HasSubstr("It is 1m 30s behind the coordinator's"));
}

TEST(Clocks, MaySayAnything) {
  World world;
  const RunId run = one_ticket(world);
  Heartbeat beat;
  beat.held.push_back({world.token("T"), HeldState::kRunning});
  for (const std::int64_t millis :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    beat.wall_clock = wall_from_millis(millis);
    world.say("w", beat);
    only(world.diagnosed(run), FindingKind::kClockSkew);
  }
}

TEST(IdleAgents, SayThatTheRunsLimitKeepsThemIdle) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.max_parallel(1).add_many("T", 5);
  const RunId run = world.submit(plan);
  const Finding finding = only(world.diagnosed(run), FindingKind::kIdleAgents);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning);
  EXPECT_THAT(text_of(finding), HasSubstr("2 agents are idle while tickets wait"));
  EXPECT_THAT(text_of(finding), HasSubstr("4 tickets wait: 1 alive, as many as max_parallel"));
  EXPECT_EQ(finding.command, "headway adjust --parallelism 3");
}

TEST(IdleAgents, SayWhichResourceKeepsThemIdle) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.resource("licence", 1);
  plan.add("A").needs("licence", 1);
  plan.add("B").needs("licence", 1);
  const RunId run = world.submit(plan);
  const Finding finding = only(world.diagnosed(run), FindingKind::kIdleAgents);
  EXPECT_THAT(text_of(finding), HasSubstr("1 ticket waits for counted resources"));
  EXPECT_EQ(finding.command, "headway adjust --resource licence=2");
}

TEST(IdleAgents, ProposeAnotherWorkerWhereThoseOfAKindAreBusy) {
  World world;
  world.join("plain", 1);
  world.join("gpu", 1, [](Hello& hello) { hello.labels = {"gpu"}; });
  PlanBuilder plan;
  for (const char* id : {"A", "B", "C"}) plan.add(id).labelled("gpu");
  const RunId run = world.submit(plan);
  const Finding finding = only(world.diagnosed(run), FindingKind::kIdleAgents);
  EXPECT_THAT(text_of(finding), HasSubstr("the idle ones may not run"));
  EXPECT_EQ(finding.command, "headway-worker --connect ADDRESS --label gpu");
}

TEST(IdleAgents, AreANoteWhereAnotherFindingSaysWhy) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.add("A").writes("db").estimate(1h);
  plan.add("B").writes("db");
  const RunId run = world.submit(plan);
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kIdleAgents).severity, FindingSeverity::kNote);
}

TEST(IdleAgents, AreNoneWhereAllIsDoneThatCanBe) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"});
  const RunId run = world.submit(plan);
  expect_none(world.diagnosed(run), FindingKind::kIdleAgents);
}

}  // namespace
}  // namespace headway
