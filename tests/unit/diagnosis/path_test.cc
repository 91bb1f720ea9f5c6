#include <gmock/gmock.h>

#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;

/// A -> B -> C of ten minutes each, and a short one beside them; A runs.
RunId chain(World& world, std::optional<Duration> planned = {}) {
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("A").estimate(10min);
  plan.add("B").estimate(10min).after({"A"});
  plan.add("C").estimate(10min).after({"B"});
  plan.add("SHORT").estimate(1min);
  if (planned) plan.plan.execution_plan.emplace().estimated_duration = planned;
  const RunId run = world.submit(plan);
  world.start("A");
  return run;
}

TEST(CriticalPath, IsWhatIsLeftOfTheLongestChain) {
  World world;
  const RunId run = chain(world);
  world.pass(4min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_EQ(finding.severity, FindingSeverity::kNote);
  EXPECT_THAT(text_of(finding), HasSubstr("What is left takes 26m at least"));
  EXPECT_THAT(text_of(finding), HasSubstr("3 tickets: A, B, C"));
  EXPECT_EQ(finding.tickets, (std::vector<std::string>{"A", "B", "C"}));
}

TEST(CriticalPath, NamesWhatOnItIsLate) {
  World world;
  const RunId run = chain(world);
  for (int i = 0; i < 13; ++i) {
    world.pass(1min);
    world.print("A");
  }
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning);
  EXPECT_EQ(finding.cost, 3min);
  EXPECT_THAT(text_of(finding), HasSubstr("A has run for 13m, 3m longer than was to be expected"));
  EXPECT_EQ(finding.command, "headway logs A");
}

TEST(CriticalPath, LeavesAStragglerToItsOwnFinding) {
  World world;
  const RunId run = chain(world);
  for (int i = 0; i < 25; ++i) {
    world.pass(1min);
    world.print("A");
  }
  const std::vector<Finding> findings = world.diagnosed(run);
  only(findings, FindingKind::kStraggler);
  EXPECT_EQ(only(findings, FindingKind::kCriticalPath).severity, FindingSeverity::kNote);
}

TEST(CriticalPath, IsComparedWithThePlan) {
  World world;
  const RunId run = chain(world, 20min);
  world.pass(4min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning);
  EXPECT_THAT(text_of(finding), HasSubstr("meant the run to take 20m; it will take 30m at least"));
  EXPECT_EQ(finding.cost, 10min);
}

TEST(CriticalPath, IsCorrectedByWhatSuchWorkTook) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  for (const char* id : {"A", "B", "C"}) plan.add(id).estimate(1min);
  plan.add("LAST").estimate(1min).after({"A", "B", "C"});
  const RunId run = world.submit(plan);
  for (const char* id : {"A", "B", "C"}) world.end_after(id, 2min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_THAT(text_of(finding), HasSubstr("What is left takes 2m at least"));
  EXPECT_THAT(text_of(finding), HasSubstr("taken 2 times its estimates"));
}

TEST(CriticalPath, DoesNotHurryWhatNobodyTakes) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("T").estimate(10min);
  plan.add("U").estimate(10min).after({"T"});
  plan.add("BUSY").priority(Priority::kCritical);
  plan.max_parallel(1);
  const RunId run = world.submit(plan);
  world.start("BUSY");
  world.drain("w");
  world.pass(3min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_EQ(finding.command, "");
  EXPECT_EQ(finding.severity, FindingSeverity::kNote);
}

TEST(CriticalPath, DoesNotCountTheTimeOfWhatWaitsForAPerson) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("V-1").estimate(10min).approval("looks");
  plan.add("B").estimate(5min).after({"V-1"});
  const RunId run = world.submit(plan);
  world.start("V-1");
  world.end_after("V-1", 10min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_THAT(text_of(finding), HasSubstr("What is left takes 5m at least"));
  EXPECT_THAT(text_of(finding), HasSubstr("V-1 waits for a person, for which nothing is counted"));
}

/// One ticket before many others, on a worker with two slots.
RunId fan(World& world, std::size_t others) {
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("ROOT").estimate(10min);
  for (std::size_t i = 1; i <= others; ++i) plan.add("T" + std::to_string(i)).after({"ROOT"});
  const RunId run = world.submit(plan);
  world.start("ROOT");
  return run;
}

TEST(Bottlenecks, AreLocksThatMuchGoesThroughOneAfterAnother) {
  World world;
  world.join("w", 4);
  PlanBuilder plan;
  for (int i = 1; i <= 6; ++i) plan.add("L" + std::to_string(i)).writes("db").estimate(10min);
  for (int i = 1; i <= 3; ++i) plan.add("T" + std::to_string(i)).estimate(15min);
  const RunId run = world.submit(plan);
  const Finding finding = only(world.diagnosed(run), FindingKind::kBottleneck);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning);
  EXPECT_THAT(text_of(finding), HasSubstr("The lock db makes what is left take 1h at least"));
  EXPECT_THAT(text_of(finding), HasSubstr("6 tickets need it for themselves, one after another"));
  EXPECT_EQ(finding.cost, 1h);
}

TEST(CriticalPath, IsNotCalledLateWhereThereIsMoreWorkThanAgents) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("FIRST").priority(Priority::kHigh).estimate(1min);
  plan.add_many("t", 30);
  for (auto& ticket : plan.plan.tickets) ticket.estimate = 1min;
  plan.add("LAST").priority(Priority::kLow).estimate(2min);
  const RunId run = world.submit(plan);
  world.start("FIRST");
  world.pass(50s);
  const Finding finding = only(world.diagnosed(run), FindingKind::kCriticalPath);
  EXPECT_THAT(text_of(finding), HasSubstr("LAST"));
  EXPECT_EQ(finding.severity, FindingSeverity::kNote);
  EXPECT_EQ(finding.command, "") << "however early LAST began, the others take 31 minutes";
}

TEST(Bottlenecks, AreTicketsThatMuchWaitsFor) {
  World world;
  const RunId run = fan(world, 12);
  world.pass(1min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kBottleneck);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning) << "an agent is idle meanwhile";
  EXPECT_THAT(text_of(finding), HasSubstr("12 of the 13 tickets that are left wait for it"));
  EXPECT_THAT(text_of(finding), HasSubstr("1 agent is idle meanwhile"));
  EXPECT_EQ(finding.cost, 9min);
}

TEST(Bottlenecks, AreNoneWithLittleBehind) {
  World world;
  const RunId run = fan(world, 5);
  expect_none(world.diagnosed(run), FindingKind::kBottleneck);
}

TEST(Bottlenecks, AreNotSaidOfATicketThatWaitsForALock) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("HOLD").writes("db").estimate(1h).priority(Priority::kCritical);
  plan.add("ROOT").writes("db");
  for (int i = 1; i <= 12; ++i) plan.add("T" + std::to_string(i)).after({"ROOT"});
  const RunId run = world.submit(plan);
  world.start("HOLD");
  const std::vector<Finding> findings = world.diagnosed(run);
  expect_none(findings, FindingKind::kBottleneck);
  EXPECT_THAT(text_of(only(findings, FindingKind::kLockWait)),
              HasSubstr("About 12 tickets more stand behind those"));
}

}  // namespace
}  // namespace headway
