#include <gmock/gmock.h>

#include "coordinator/core/status.h"
#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;
using testing::Not;

CoreHarness::Offer offers_arm() {
  return [](Hello& hello) { hello.labels = {"arm"}; };
}

TEST(Reviews, AreToldTheCostliestFirstWithWhatWaitsBehindThem) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.add("SMALL").approval("sign-off");
  plan.add("LARGE").approval("sign-off", 2h).writes("db");
  plan.add("S1").after({"SMALL"}).estimate(1min);
  plan.add("L1").after({"LARGE"}).estimate(20min);
  plan.add("L2").after({"L1"}).estimate(10min);
  plan.add("BUSY");
  const RunId run = world.submit(plan);
  world.assigned();
  for (const char* ticket : {"SMALL", "LARGE"}) {
    world.start(ticket);
    world.finish(ticket);
  }
  world.start("BUSY");
  world.pass(1h);
  const std::vector<Finding> found = of_kind(world.diagnosed(run), FindingKind::kReview);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(text_of(found[0]), HasSubstr("LARGE waits for a person: gate 1 'sign-off'."));
  EXPECT_THAT(text_of(found[0]), HasSubstr("in review for 1h"));
  EXPECT_THAT(text_of(found[0]), HasSubstr("counts as rejected in 1h"));
  EXPECT_THAT(text_of(found[0]), HasSubstr("It keeps its lock: db."));
  EXPECT_THAT(text_of(found[0]), HasSubstr("2 tickets wait for it, and the longest chain"));
  EXPECT_EQ(found[0].cost, Duration{30min});
  EXPECT_EQ(found[0].command, "headway ticket approve LARGE");
  EXPECT_EQ(found[0].severity, FindingSeverity::kWarning) << "something else goes on";
  EXPECT_EQ(found[1].tickets, std::vector<std::string>{"SMALL"});
  world.finish("BUSY");
  EXPECT_EQ(of_kind(world.diagnosed(run), FindingKind::kReview).front().severity,
            FindingSeverity::kProblem)
      << "nothing moves but by a person";
}

TEST(Rollbacks, ThatFailedAreToldUntilTheyAreSettled) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("BAD").after({"A"}).rolls_back(RollbackScope::kRun).writes("db");
  const RunId run = world.submit(plan);
  world.assigned();
  world.run_through("A");
  world.assigned();
  world.start("BAD");
  world.fail("BAD");
  world.assigned();
  expect_none(world.diagnosed(run), FindingKind::kRollbackFailed);
  world.fail_check("BAD");
  ASSERT_EQ(world.run_state(run), RunState::kFailed) << "nothing more happens by itself";
  const Finding finding = only(world.diagnosed_alone(run), FindingKind::kRollbackFailed);
  EXPECT_THAT(finding.what, HasSubstr("The rollback of BAD failed"));
  EXPECT_THAT(text_of(finding), HasSubstr("headway logs BAD --check rollback"));
  EXPECT_THAT(text_of(finding), HasSubstr("1 more is to be put back after it: A."));
  EXPECT_THAT(finding.command, HasSubstr("headway ticket settle BAD"));
  world.settle("BAD");
  world.assigned();
  expect_none(world.diagnosed(run), FindingKind::kRollbackFailed);
}

TEST(PlanGateFindings, TellWhatTheFailureMeansForTheRun) {
  for (const OnPlanGateFail meaning : {OnPlanGateFail::kWarn, OnPlanGateFail::kPause}) {
    World world;
    world.join("w");
    PlanBuilder plan;
    plan.add("A");
    plan.add("B").after({"A"});
    plan.gate("whole tree", EveryGroup{}, meaning);
    const RunId run = world.submit(plan);
    world.assigned();
    world.run_through("A");
    world.assigned();
    expect_none(world.diagnosed(run), FindingKind::kPlanGate);
    world.fail_check("whole tree");
    const bool pauses = meaning == OnPlanGateFail::kPause;
    const Finding finding = only(world.diagnosed(run), FindingKind::kPlanGate);
    EXPECT_THAT(text_of(finding), HasSubstr("It has failed 1 time and passed 0 times."));
    EXPECT_THAT(text_of(finding), HasSubstr("headway logs --check 'whole tree'"));
    EXPECT_EQ(finding.severity, pauses ? FindingSeverity::kProblem : FindingSeverity::kWarning);
    if (pauses) {
      EXPECT_EQ(finding.command, "headway resume r1");
      expect_none(world.diagnosed(run), FindingKind::kNothingHandedOut);
    }
    world.ignore_messages();
  }
}

TEST(GateFindings, TellOfAGateThatFailsAndIsTriedAgain) {
  World world;
  world.join("w");
  world.join("arm", 1, offers_arm());
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"}, 2, 60s).not_on("arm");
  const RunId run = world.submit(plan);
  world.assigned();
  world.start("A");
  world.finish("A");
  world.assigned();
  expect_none(world.diagnosed(run), FindingKind::kFailingGate);
  world.fail_check("on arm");
  const Finding finding = only(world.diagnosed(run), FindingKind::kFailingGate);
  EXPECT_EQ(finding.what, "gate 1 'on arm' of A fails.");
  EXPECT_THAT(text_of(finding), HasSubstr("It has failed 1 time, of 3 tries that it has in all."));
  EXPECT_EQ(finding.command, "headway logs A --check 'on arm'");
}

TEST(GateFindings, TellOfAGateThatNoAgentCanRun) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"});
  plan.add("B").after({"A"});
  const RunId run = world.submit(plan);
  world.assigned();
  world.start("A");
  world.finish("A");
  const Finding finding = only(world.diagnosed(run), FindingKind::kUnservable);
  EXPECT_EQ(finding.what, "No joined worker offers label arm: gate 1 'on arm' of A cannot run.");
  EXPECT_THAT(text_of(finding), HasSubstr("1 ticket waits behind it."));
  EXPECT_EQ(finding.command, "headway-worker --connect ADDRESS --label arm");
  world.join("arm", 1, offers_arm());
  expect_none(world.diagnosed(run), FindingKind::kUnservable);
}

TEST(GateFindings, TellOfGatesThatChangedTheirMind) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A").gate("unit tests");
  const RunId run = world.submit(plan);
  Surroundings around;
  expect_none(world.diagnosed(run, around), FindingKind::kFlakyGate);
  around.flaky_gates[{TicketIndex{0}, 1}] = 2;
  const Finding finding = only(world.diagnosed(run, around), FindingKind::kFlakyGate);
  EXPECT_EQ(finding.what, "gate 1 'unit tests' of A passed after it had failed.");
  EXPECT_THAT(text_of(finding), HasSubstr("It failed 2 times"));
  EXPECT_EQ(finding.severity, FindingSeverity::kNote);
}

TEST(Requirements, ThatDoNotHoldAreACauseOfTheirOwn) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A").requires_that("clean tree");
  plan.add("B").requires_that("clean tree").retry(1, 1h);
  const RunId run = world.submit(plan);
  world.assigned();
  for (const char* ticket : {"A", "B"}) {
    world.start(ticket);
    world.end_after(ticket, 1s, Outcome::kRequirement);
    world.assigned();
  }
  const std::vector<Finding> found = of_kind(world.diagnosed(run), FindingKind::kRequirement);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].what, "A failed for good: what it requires does not hold.");
  EXPECT_EQ(found[0].command, "headway ticket retry A");
  EXPECT_EQ(found[1].what, "What B requires does not hold.");
  expect_none(world.diagnosed(run), FindingKind::kFailure);
}

TEST(GateFindings, TellACheckpointThatEndsAttemptsFromAGate) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("STOPPED").retry(1, 1h);
  plan.add("GATED").gate("lint").retry(1, 1h);
  const RunId run = world.submit(plan);
  world.assigned();
  AttemptResult ended;
  ended.outcome = Outcome::kGate;
  ended.detail = "checkpoint 'half' failed: exit 1";
  world.start("STOPPED");
  world.end("STOPPED", ended);
  ended.detail = "gate 'lint' failed: exit 1";
  world.start("GATED");
  world.end("GATED", ended);
  const std::vector<Finding> found = of_kind(world.diagnosed(run), FindingKind::kFailingGate);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].what, "STOPPED does not pass its checkpoints.");
  EXPECT_EQ(found[1].what, "GATED does not pass its gates.");
}

TEST(Requirements, ThatAreFilesAreNotMendedByARetryAlone) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").requires_that("clean tree");
  plan.add("LAST");
  const RunId run = world.submit(plan);
  world.assigned();
  AttemptResult ended;
  ended.outcome = Outcome::kRequirement;
  ended.detail =
      "input a.txt, as it was when the plan was submitted, has changed since it was recorded";
  world.start("A");
  world.end("A", ended);
  world.assigned();
  ended.detail = "requirement 'clean tree' failed: exit 1";
  world.start("B");
  world.end("B", ended);
  const std::vector<Finding> found = of_kind(world.diagnosed(run), FindingKind::kRequirement);
  ASSERT_EQ(found.size(), 2U);
  const std::string remedy = "put it back as it was before a retry, or run the plan anew.";
  EXPECT_THAT(found[0].consequence, HasSubstr(remedy));
  EXPECT_THAT(found[1].consequence, Not(HasSubstr(remedy)));
  const Status status(world.journalled(), nullptr, world.clock());
  EXPECT_THAT(status.explain(world.run("A"), world.ref("A").ticket).reasons,
              testing::Contains(HasSubstr(remedy)));
}

}  // namespace
}  // namespace headway
