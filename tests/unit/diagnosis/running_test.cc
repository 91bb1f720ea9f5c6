#include <gmock/gmock.h>

#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// One ticket that runs, on the first of two workers.
RunId one_running(World& world, std::optional<Duration> estimate = {}) {
  world.join("w");
  PlanBuilder plan;
  TicketBuilder ticket = plan.add("T");
  if (estimate) ticket.estimate(*estimate);
  plan.add("AFTER").after({"T"});
  const RunId run = world.submit(plan);
  world.start("T");
  return run;
}

TEST(Stuck, IsWhatDoesNothingOnAMachineThatDoesNothing) {
  World world;
  const RunId run = one_running(world);
  world.join("other");
  world.pass(6min);
  const std::vector<Finding> findings = world.diagnosed(run);
  const Finding finding = only(findings, FindingKind::kStuck);
  EXPECT_EQ(finding.severity, FindingSeverity::kProblem);
  EXPECT_THAT(text_of(finding), HasSubstr("No output and no progress for 6m"));
  EXPECT_THAT(text_of(finding), HasSubstr("1 ticket waits behind it"));
  EXPECT_EQ(finding.command, "headway ticket reassign T --to other --restart");
  expect_none(findings, FindingKind::kStraggler);
}

TEST(Stuck, IsShownWhereThereIsNoOtherPlace) {
  World world;
  const RunId run = one_running(world);
  world.pass(6min);
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kStuck).command, "headway logs T");
}

TEST(Stuck, IsNotWhatStillSpeaks) {
  World world;
  const RunId run = one_running(world);
  world.pass(4min);
  world.print("T");
  world.pass(4min);
  expect_none(world.diagnosed(run), FindingKind::kStuck);
  world.tell_progress("T", 0.5);
  world.pass(4min);
  expect_none(world.diagnosed(run), FindingKind::kStuck);
  world.tell_progress("T", 0.5);  // nothing new
  world.pass(2min);
  only(world.diagnosed(run), FindingKind::kStuck);
}

TEST(Stuck, IsNotWhatIsQuietForAsLongAsItWasMeantToTake) {
  World world;
  const RunId run = one_running(world, 10min);
  world.pass(9min);
  expect_none(world.diagnosed(run), FindingKind::kStuck);
  world.pass(2min);
  only(world.diagnosed(run), FindingKind::kStuck);
}

TEST(Stuck, IsNotSoonSaidWhereTheMachineIsBusy) {
  World world;
  const RunId run = one_running(world);
  world.pass(10min);
  world.tell("w", 0.9);
  expect_none(world.diagnosed(run), FindingKind::kStuck);
  world.pass(21min);
  world.tell("w", 0.9);
  EXPECT_THAT(text_of(only(world.diagnosed(run), FindingKind::kStuck)), HasSubstr("90% of its"));
}

TEST(Stragglers, TakeLongerThanTheirEstimateAndTheirLike) {
  World world;
  world.join("w", 4);
  PlanBuilder plan;
  for (const char* id : {"A", "B", "C", "LATE"}) {
    plan.add(id).estimate(1min).definition().category = "build";
  }
  const RunId run = world.submit(plan);
  for (const char* id : {"A", "B", "C", "LATE"}) world.start(id);
  for (const char* id : {"A", "B", "C"}) world.end_after(id, 72s);
  world.pass(140s);
  expect_none(world.diagnosed(run), FindingKind::kStraggler);
  world.pass(100s);
  const Finding finding = only(world.diagnosed(run), FindingKind::kStraggler);
  EXPECT_THAT(text_of(finding), HasSubstr("It has run on w/1 for 4m; its estimate is 1m"));
  EXPECT_THAT(text_of(finding),
              HasSubstr("3 tickets of the category build took 1m 12s on average, 1m 12s at most"));
  EXPECT_EQ(finding.cost, 240s - 72s) << "the estimate is corrected by what its like took";
  EXPECT_EQ(finding.command, "headway logs LATE");
}

TEST(Stragglers, AreNotJudgedByNothing) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("A");
  plan.add("B");
  const RunId run = world.submit(plan);
  world.start("A");
  world.start("B");
  world.end_after("A", 1s);
  world.pass(4min);
  expect_none(world.diagnosed(run), FindingKind::kStraggler);
}

}  // namespace
}  // namespace headway
