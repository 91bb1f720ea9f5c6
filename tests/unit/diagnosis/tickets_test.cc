#include <gmock/gmock.h>

#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Unservable, TicketsAreGroupedByWhatIsMissing) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("G1").labelled("gpu").of_type("builder");
  plan.add("FIRST");
  plan.add("G2").labelled("gpu").of_type("builder").after({"FIRST"});
  plan.add("AFTER").after({"G2"});
  plan.add("M").labelled("mac");
  const RunId run = world.submit(plan);
  const std::vector<Finding> findings = of_kind(world.diagnosed(run), FindingKind::kUnservable);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_THAT(text_of(findings[0]), HasSubstr("offers label mac: 1 ticket can never run"));
  EXPECT_THAT(text_of(findings[1]), HasSubstr("2 tickets can never run"));
  EXPECT_THAT(text_of(findings[1]), HasSubstr("1 of them is ready: G1, G2"));
  EXPECT_THAT(text_of(findings[1]), HasSubstr("1 ticket more waits for these"));
  EXPECT_EQ(findings[1].command, "headway-worker --connect ADDRESS --type builder --label gpu");
  EXPECT_EQ(findings[1].severity, FindingSeverity::kProblem);
}

TEST(Unservable, FunctionsWantAWorkerThatCanCallThem) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("F").labelled("gpu").labelled("call").definition().command = {"", {}, "work:f", "[1]"};
  const RunId run = world.submit(plan);
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kUnservable).command,
            "examples/python-worker/worker --connect ADDRESS --label gpu");
}

TEST(Unservable, NamesTheWorkersThatItsPlanExcludes) {
  World world;
  world.join("w1");
  world.join("w2");
  PlanBuilder plan;
  plan.add("A").labelled("arm").not_on("w1").not_on("w2");
  plan.add("B").not_on("w1").not_on("w2");
  const RunId run = world.submit(plan);
  const std::vector<Finding> findings = of_kind(world.diagnosed(run), FindingKind::kUnservable);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_THAT(findings[0].what, HasSubstr("offers an agent on a worker other than w1, w2: 1"));
  EXPECT_EQ(findings[0].command, "headway-worker --connect ADDRESS --name NAME");
  EXPECT_THAT(findings[1].what, HasSubstr("offers label arm on a worker other than w1, w2: 1"));
  EXPECT_EQ(findings[1].command, "headway-worker --connect ADDRESS --label arm --name NAME");
}

TEST(Unservable, AreNoneOnceAWorkerOffersIt) {
  World world;
  world.join("w", 1, [](Hello& hello) { hello.labels = {"gpu"}; });
  PlanBuilder plan;
  plan.add("G1").labelled("gpu");
  plan.add("G2").labelled("gpu");
  const RunId run = world.submit(plan);
  expect_none(world.diagnosed(run), FindingKind::kUnservable);
}

TEST(Unservable, IsWhatNeedsMoreOfAResourceThanThereIs) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.resource("licence", 1);
  plan.add("A").needs("licence", 2);
  const RunId run = world.submit(plan);
  const Finding finding = only(world.diagnosed(run), FindingKind::kUnservable);
  EXPECT_THAT(finding.what,
              HasSubstr("never enough of the resource licence (at most 1, 2 are needed)"));
  EXPECT_EQ(finding.command, "headway adjust --resource licence=2");
}

TEST(Unservable, OnAWorkerProposesAnotherThatHasIt) {
  World world;
  world.join("w", 1, [](Hello& hello) { hello.resources = {{"gpus", 1000}}; });
  PlanBuilder plan;
  plan.add("A").needs("gpus", 2);
  const RunId run = world.submit(plan);
  const Finding finding = only(world.diagnosed(run), FindingKind::kUnservable);
  EXPECT_THAT(finding.what, HasSubstr("No joined worker offers enough of the resource gpus (at "
                                      "most 1, 2 are needed): 1 ticket can never run."));
  EXPECT_EQ(finding.command, "headway-worker --connect ADDRESS --resource gpus=2");
}

TEST(Failures, SayWhatTheyBlockAndComeFirst) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("BAD");
  plan.add("B").after({"BAD"});
  plan.add("C").after({"B"});
  plan.add("LONG");
  const RunId run = world.submit(plan);
  world.start("BAD");
  world.fail_after("BAD", 90s);
  world.start("LONG");
  const std::vector<Finding> findings = world.diagnosed(run);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front(), only(findings, FindingKind::kFailure));
  EXPECT_THAT(text_of(findings.front()), HasSubstr("BAD failed for good: exit 1"));
  EXPECT_THAT(text_of(findings.front()), HasSubstr("1 attempt, the last on w/1 for 1m 30s"));
  EXPECT_THAT(text_of(findings.front()), HasSubstr("2 tickets that depend on it will not run"));
  EXPECT_EQ(findings.front().command, "headway ticket retry BAD");
}

TEST(Failures, SayWhatFailFastDropped) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.fail_fast();
  plan.add("FIRST");
  plan.add("SECOND").retry(3);
  plan.add("LONG");
  plan.add("NEVER").after({"LONG"});
  const RunId run = world.submit(plan);
  for (const char* ticket : {"FIRST", "SECOND", "LONG"}) world.start(ticket);
  world.fail("FIRST");
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kFailure).consequence,
            "The run ends with it (fail_fast): 1 ticket does not run.");
  world.fail("SECOND");
  const std::vector<Finding> findings = of_kind(world.diagnosed(run), FindingKind::kFailure);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_THAT(text_of(findings[0]) + text_of(findings[1]),
              HasSubstr("It was not tried again, though its plan allows that 3 times more: "
                        "fail_fast."));
}

TEST(Failures, ThatAreAllowedOrTriedAgainAreNone) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("ALLOWED").may_fail();
  plan.add("AGAIN").retry(1, 1h);
  const RunId run = world.submit(plan);
  world.fail("ALLOWED");
  world.fail("AGAIN");
  expect_none(world.diagnosed(run), FindingKind::kFailure);
}

TEST(Failures, AreRetriedWithWhatWasUndoneBelowThemOnceNoRollbackIsInTheWay) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A").rolls_back();
  plan.add("B").after({"A"}).rolls_back();
  plan.add("C").after({"B"}).rolls_back(RollbackScope::kRun);
  plan.add("AWAY").labelled("gpu");
  const RunId run = world.submit(plan);
  world.run_through("A");
  world.run_through("B");
  world.start("C");
  world.fail("C");
  world.fail_check("C");
  const std::vector<Finding> failed = world.diagnosed(run);
  EXPECT_EQ(failed.front().command, "headway ticket settle C");
  EXPECT_EQ(only(failed, FindingKind::kFailure).command, "") << "it would be refused";
  EXPECT_THAT(only(failed, FindingKind::kFailure).consequence, HasSubstr("is settled"));
  world.settle("C");
  world.pass_check("B");
  world.pass_check("A");
  EXPECT_EQ(world.state("A"), TicketState::kUndone);
  const std::vector<Finding> alone = world.diagnosed_alone(run);
  EXPECT_EQ(only(alone, FindingKind::kFailure).command, "headway ticket retry A B C --run r1");
}

TEST(Failures, BeyondTheFirstFiftyAreTakenTogether) {
  World world;
  world.join("w", 60);
  PlanBuilder plan;
  plan.add_many("T", 60);
  plan.add("LONG");
  const RunId run = world.submit(plan);
  for (int i = 1; i <= 60; ++i) world.fail("T" + std::to_string(i));
  const std::vector<Finding> findings = of_kind(world.diagnosed(run), FindingKind::kFailure);
  ASSERT_EQ(findings.size(), 51U);
  EXPECT_THAT(findings.back().what, HasSubstr("10 tickets more failed"));
  EXPECT_EQ(findings.back().command, "headway ticket retry --failed");
}

TEST(Failures, OfARunThatWasCancelledForGoodAreNotRetried) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("BAD");
  plan.add("LONG");
  const RunId run = world.submit(plan);
  world.start("BAD");
  world.fail("BAD");
  world.start("LONG");
  world.stop(run, true);
  world.end("LONG", Outcome::kCancelled);
  ASSERT_EQ(world.run_state(run), RunState::kCancelled);
  EXPECT_EQ(only(world.diagnosed_alone(run), FindingKind::kFailure).command, "");
}

/// One agent, a ticket that nobody hurries, and urgent ones that become ready one after the other.
RunId starving(World& world, int urgent, bool all_at_once) {
  world.join("w");
  PlanBuilder plan;
  for (int i = 1; i <= urgent; ++i) {
    TicketBuilder ticket = plan.add("H" + std::to_string(i)).priority(Priority::kHigh);
    if (i > 1 && !all_at_once) ticket.after({"H" + std::to_string(i - 1)});
  }
  plan.resource("licence", 9);  // what counts resources waits at no busy agent
  plan.add("LOW").priority(Priority::kLow).needs("licence", 1);
  return world.submit(plan);
}

TEST(Starvation, IsWhenThoseThatCameLaterAreAlwaysServedFirst) {
  World world;
  const RunId run = starving(world, 15, false);
  // A chain of urgent tickets: each becomes ready when the one before it has ended, and goes first.
  for (int i = 1; i <= 13; ++i) {
    world.start("H" + std::to_string(i));
    world.pass(30s);
    world.end_after("H" + std::to_string(i), 30s);
  }
  world.start("H14");
  const Finding finding = only(world.diagnosed(run), FindingKind::kStarvation);
  EXPECT_THAT(finding.what, HasSubstr("LOW has been ready for"));
  EXPECT_THAT(text_of(finding), HasSubstr("13 tickets that became ready later"));
  EXPECT_EQ(finding.command, "headway adjust --priority LOW=critical");
}

TEST(Starvation, IsNotTheEndOfALongLine) {
  World world;
  const RunId run = starving(world, 15, true);
  for (int i = 1; i <= 13; ++i) {
    world.start("H" + std::to_string(i));
    world.pass(30s);
    world.end_after("H" + std::to_string(i), 30s);
  }
  expect_none(world.diagnosed(run), FindingKind::kStarvation);
}

}  // namespace
}  // namespace headway
