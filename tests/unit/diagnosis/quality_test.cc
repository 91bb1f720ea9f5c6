#include <gmock/gmock.h>

#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;

/// So many tickets fail on a worker, which gets nothing more; then they succeed on another.
RunId failing_on_one(World& world, int tickets) {
  world.join("bad", 4);
  PlanBuilder plan;
  for (int i = 1; i <= tickets; ++i) plan.add("T" + std::to_string(i)).retry(1);
  plan.add("LONG");
  const RunId run = world.submit(plan);
  world.drain("bad");
  world.join("good", 4);
  for (int i = 1; i <= tickets; ++i) world.fail_after("T" + std::to_string(i), 1min);
  for (int i = 1; i <= tickets; ++i) world.end_after("T" + std::to_string(i), 1min);
  return run;
}

TEST(BadWorkers, AreThoseOnWhichTicketsFailThatDoWellElsewhere) {
  World world;
  const RunId run = failing_on_one(world, 3);
  const std::vector<Finding> findings = world.diagnosed(run);
  const Finding finding = only(findings, FindingKind::kBadWorker);
  EXPECT_EQ(finding.worker, "bad");
  EXPECT_THAT(text_of(finding), HasSubstr("3 tickets failed on it in 3 attempts; 3 of them "
                                          "succeeded on another worker: T1, T2, T3"));
  EXPECT_THAT(text_of(finding), HasSubstr("0 tickets succeeded on it"));
  EXPECT_EQ(finding.command, "headway worker drain bad");
  expect_none(findings, FindingKind::kBadTicket);
}

TEST(BadWorkers, AreNotCalledSoForTwoTickets) {
  World world;
  const RunId run = failing_on_one(world, 2);
  expect_none(world.diagnosed(run), FindingKind::kBadWorker);
}

TEST(BadWorkers, AreStillKnownToTheRegistryAlone) {
  World world;
  const RunId run = failing_on_one(world, 3);
  world.finish("LONG");
  const Finding finding = only(world.diagnosed_alone(run), FindingKind::kBadWorker);
  EXPECT_EQ(finding.severity, FindingSeverity::kNote) << "nobody is there who could let it leave";
  EXPECT_EQ(finding.command, "");
}

/// A ticket fails on two workers; each of which has done another one well, where `others_do_well`.
RunId failing_everywhere(World& world, bool others_do_well, std::int32_t retries) {
  world.join("one");
  world.join("two");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B");
  plan.add("T").after({"A", "B"}).retry(retries);
  plan.add("LONG").after({"T"});
  const RunId run = world.submit(plan);
  world.finish("A");
  if (others_do_well) {
    world.finish("B");
  } else {
    world.drain(world.worker_of("B"));  // so that T goes where A was
    world.finish("B");
  }
  world.drain(world.worker_of("T"));
  if (!others_do_well) world.join("three");
  world.fail("T");
  world.fail("T");
  return run;
}

TEST(BadTickets, FailWhereOthersDoWell) {
  World world;
  const RunId run = failing_everywhere(world, true, 9);
  const Finding finding = only(world.diagnosed(run), FindingKind::kBadTicket);
  EXPECT_THAT(text_of(finding), HasSubstr("It failed 2 times on one, two"));
  EXPECT_EQ(finding.command, "headway logs T");
}

TEST(BadTickets, AreNotToldFromBadWorkersThatHaveDoneNothingWell) {
  World world;
  const RunId run = failing_everywhere(world, false, 9);
  expect_none(world.diagnosed(run), FindingKind::kBadTicket);
}

TEST(BadTickets, ThatFailedForGoodAreToldOnce) {
  World world;
  const RunId run = failing_everywhere(world, true, 1);
  const std::vector<Finding> findings = world.diagnosed_alone(run);
  expect_none(findings, FindingKind::kBadTicket);
  EXPECT_THAT(text_of(only(findings, FindingKind::kFailure)),
              HasSubstr("It failed on 2 workers: the fault is its own"));
}

/// Six tickets on two workers, of which one takes so much longer.
RunId paced(World& world, Duration slow) {
  world.join("slow", 3);
  world.join("fast", 3);
  PlanBuilder plan;
  for (int i = 1; i <= 6; ++i) plan.add("T" + std::to_string(i)).estimate(2min);
  plan.add("LONG");
  const RunId run = world.submit(plan);
  for (int i = 1; i <= 6; ++i) {
    const std::string id = "T" + std::to_string(i);
    world.end_after(id, world.worker_of(id) == "slow" ? slow : 1min);
  }
  return run;
}

TEST(SlowWorkers, TakeLongerForWorkThatIsAlike) {
  World world;
  const RunId run = paced(world, 3min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kSlowWorker);
  EXPECT_EQ(finding.worker, "slow");
  EXPECT_THAT(text_of(finding), HasSubstr("Its 3 tickets took 9m; at the pace of others in the "
                                          "same categories they take 3m: 3.0 times as long"));
  EXPECT_EQ(finding.cost, 6min);
  EXPECT_EQ(finding.command, "headway worker drain slow");
}

TEST(SlowWorkers, MayBeALittleSlower) {
  World world;
  const RunId run = paced(world, 80s);
  expect_none(world.diagnosed(run), FindingKind::kSlowWorker);
}

/// T1 to T3 run on one worker, O1 to O3 on the other; as many of each as are said have an estimate
/// of 20s.
RunId side_by_side(World& world, int own_estimated, int others_estimated, Duration own_took,
                   Duration others_took) {
  world.join("own", 3);
  world.join("other", 4);
  PlanBuilder plan;
  for (int i = 1; i <= 3; ++i) {
    TicketBuilder own = plan.add("T" + std::to_string(i)).not_on("other");
    if (i <= own_estimated) own.estimate(20s);
    TicketBuilder others = plan.add("O" + std::to_string(i)).not_on("own");
    if (i <= others_estimated) others.estimate(20s);
  }
  plan.add("LONG").not_on("own");
  const RunId run = world.submit(plan);
  for (int i = 1; i <= 3; ++i) {
    world.end_after("T" + std::to_string(i), own_took);
    world.end_after("O" + std::to_string(i), others_took);
  }
  return run;
}

TEST(SlowWorkers, AreNotMeasuredByTheFewOfTheOthersThatHadAnEstimate) {
  World world;
  expect_none(world.diagnosed(side_by_side(world, 3, 1, 20s, 5s)), FindingKind::kSlowWorker);
  World enough;
  only(enough.diagnosed(side_by_side(enough, 3, 3, 20s, 5s)), FindingKind::kSlowWorker);
}

TEST(SlowWorkers, MustHaveDoneEnoughThatCanBeCompared) {
  World world;
  expect_none(world.diagnosed(side_by_side(world, 1, 3, 1min, 20s)), FindingKind::kSlowWorker);
  World enough;
  only(enough.diagnosed(side_by_side(enough, 3, 3, 1min, 20s)), FindingKind::kSlowWorker);
}

TEST(SlowWorkers, AreNotProposedToLeaveWhereNobodyElseTakesTickets) {
  World world;
  const RunId run = paced(world, 3min);
  world.drain("fast");
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kSlowWorker).command, "");
}

/// So many tickets that fail once, and then succeed, all on one worker.
RunId retried(World& world, int tickets, Duration failing_after) {
  world.join("w", 20);
  PlanBuilder plan;
  for (int i = 1; i <= tickets; ++i) plan.add("T" + std::to_string(i)).retry(1);
  plan.add("LONG");
  const RunId run = world.submit(plan);
  for (int i = 1; i <= tickets; ++i) world.fail_after("T" + std::to_string(i), failing_after);
  for (int i = 1; i <= tickets; ++i) world.end_after("T" + std::to_string(i), 1min);
  return run;
}

TEST(RetryStorms, AreSeenWhenMuchOfTheWorkIsDoneForNothing) {
  World world;
  const RunId run = retried(world, 12, 1min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kRetryStorm);
  EXPECT_THAT(text_of(finding), HasSubstr("12 of 24 attempts were followed by another"));
  EXPECT_THAT(text_of(finding), HasSubstr("12m of the 24m that agents worked"));
  EXPECT_EQ(finding.cost, 36s) << "12 minutes of 20 agents";
}

TEST(RetryStorms, AreNotAFewRetries) {
  World world;
  const RunId run = retried(world, 6, 1min);
  expect_none(world.diagnosed(run), FindingKind::kRetryStorm);
}

}  // namespace
}  // namespace headway
