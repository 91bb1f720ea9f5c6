#include <gmock/gmock.h>

#include "tests/support/core/core_harness.h"

/// No ticket counts before its gates, wherever they run and whoever decides them.

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

CoreHarness::Offer with_labels(const std::vector<std::string>& labels) {
  return [labels](Hello& hello) { hello.labels = labels; };
}
void without_checks(Hello& hello) { hello.abilities.clear(); }

TEST(Gates, WithoutLabelsRunInTheSlotOfTheirTicket) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").gate("compiles", {}, 2, 3s).parallel_gate("lint").parallel_gate("tests");
  h.submit(plan);
  EXPECT_THAT(h.assigned(), ElementsAre("A"));
  const AttemptSpec spec = h.spec(h.token("A"));
  ASSERT_EQ(spec.gates.size(), 3U);
  EXPECT_EQ(spec.gates[0].tries, 3U);
  EXPECT_EQ(spec.gates[0].backoff, Duration{3s});
  EXPECT_FALSE(spec.gates[1].beside) << "the one before it is not parallel";
  EXPECT_TRUE(spec.gates[2].beside);
  h.start("A");
  h.say("w", Step{h.token("A"), Step::Kind::kGate, 1});
  EXPECT_EQ(h.state("A"), TicketState::kValidating);
  h.finish("A");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
}

TEST(Gates, KeepATicketFromCountingUntilTheyHavePassedElsewhere) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"});
  plan.add("B").after({"A"});
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  EXPECT_EQ(h.state("A"), TicketState::kValidating);
  EXPECT_EQ(h.state("B"), TicketState::kWaiting);
  EXPECT_THAT(h.assigned(), IsEmpty()) << "nobody offers arm";
  h.join("arm", 1, with_labels({"arm"}));
  EXPECT_THAT(h.assigned_to("arm"), ElementsAre("check on arm"));
  h.start_check("on arm");
  h.pass_check("on arm");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
  EXPECT_THAT(h.assigned(), ElementsAre("B"));
  h.finish("B");
}

TEST(Gates, WithLabelsOfTheTicketsOwnWorkerStayInItsSlot) {
  CoreHarness h;
  h.join("arm", 1, with_labels({"arm", "big"}));
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"}).gate("on intel", {"intel"}).gate("here");
  h.submit(plan);
  h.assigned();
  EXPECT_EQ(h.spec(h.token("A")).gates.size(), 1U) << "what follows a gate elsewhere waits for it";
  h.start("A");
  h.finish("A");
  h.join("intel", 1, with_labels({"intel"}));
  EXPECT_THAT(h.assigned_to("intel"), ElementsAre("check on intel"));
  h.pass_check("on intel");
  EXPECT_THAT(h.assigned_to("arm"), ElementsAre("check here"));
  h.pass_check("here");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
}

TEST(Gates, OfAWorkerThatCannotRunThemInASlotAreHandedOutByThemselves) {
  CoreHarness h;
  h.join("simple", 1, without_checks);
  PlanBuilder plan;
  plan.add("A").gate("first").gate("second");
  plan.add("B").requires_that("clean tree");
  h.submit(plan);
  EXPECT_THAT(h.assigned(), ElementsAre("A")) << "B needs a worker that can look first";
  h.start("A");
  h.finish("A");
  EXPECT_THAT(h.assigned(), ElementsAre("check first"));
  h.pass_check("first");
  EXPECT_THAT(h.assigned(), ElementsAre("check second"));
  h.pass_check("second");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
  EXPECT_THAT(h.core().scheduler().hindrance(h.ref("B")).name, HasSubstr("checks"));
  h.join("able");
  EXPECT_THAT(h.assigned(), ElementsAre("B"));
  h.finish("B");
}

TEST(Gates, ThatFailElsewhereFailTheAttemptWithTheirName) {
  CoreHarness h;
  h.join("w");
  h.join("arm", 1, with_labels({"arm"}));
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"}).not_on("arm");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  h.fail_check("on arm");
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
  EXPECT_EQ(h.record("A").outcome, Outcome::kGate);
  EXPECT_EQ(h.record("A").detail, "gate 1 'on arm' failed: exit 1");
}

TEST(Gates, AreTriedAgainAfterTheirBackoffAndOverARestart) {
  CoreHarness h;
  h.join("w", 1, with_labels({}));
  h.join("arm", 1, with_labels({"arm"}));
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"}, 2, 60s).not_on("arm");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  h.assigned();
  h.fail_check("on arm");
  EXPECT_EQ(h.state("A"), TicketState::kValidating);
  h.pass(50s);
  EXPECT_THAT(h.assigned(), IsEmpty());
  h.restart(2s);
  h.rejoin("w");
  h.rejoin("arm");
  EXPECT_THAT(h.assigned(), IsEmpty()) << "8 s of its backoff are left";
  h.pass(10s);
  EXPECT_THAT(h.assigned(), ElementsAre("check on arm"));
  h.fail_check("on arm");
  h.pass(121s);
  h.pass_check("on arm");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
}

TEST(Gates, SideBySideElsewhereAllHaveToPass) {
  CoreHarness h;
  h.join("w");
  h.join("arm", 2, with_labels({"arm"}));
  PlanBuilder plan;
  plan.add("A").parallel_gate("one", {"arm"}).parallel_gate("two", {"arm"}).not_on("arm");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  EXPECT_THAT(h.assigned(), UnorderedElementsAre("check one", "check two"));
  h.start_check("two");
  h.fail_check("one");
  EXPECT_EQ(h.state("A"), TicketState::kValidating) << "the other may be alive";
  const auto stop = h.sent<Stop>("arm");
  EXPECT_EQ(stop.token, h.check_token("two"));
  h.end_check("two", Outcome::kTakenBack, 0);
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
}

TEST(Gates, OfALostWorkerRunElsewhereAndTheTicketKeepsWhatItDid) {
  CoreHarness h;
  h.join("w");
  h.join("arm", 1, with_labels({"arm"}));
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"}).not_on("arm");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  h.assigned();
  h.start_check("on arm");
  const Token old = h.check_token("on arm");
  h.silence("arm");
  h.pass(20s);
  h.join("arm2", 1, with_labels({"arm"}));
  EXPECT_THAT(h.assigned(), ElementsAre("check on arm"));
  EXPECT_GT(h.check_token("on arm"), old);
  EXPECT_EQ(h.record("A").attempts, 1U);
  h.pass_check("on arm");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
}

TEST(Gates, AResultOfAnOlderTokenChangesNothing) {
  CoreHarness h;
  h.join("w");
  h.join("arm", 1, with_labels({"arm"}));
  PlanBuilder plan;
  plan.add("A").gate("on arm", {"arm"}).not_on("arm");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  h.start_check("on arm");
  const Token old = h.check_token("on arm");
  h.silence("arm");
  h.pass(20s);
  h.rejoin("arm");
  h.ignore_messages();
  EXPECT_NE(h.check_token("on arm"), old);
  AttemptResult late;
  late.token = old;
  h.say("arm", late);
  EXPECT_EQ(h.sent<ResultAck>("arm").verdict, ResultVerdict::kStale);
  EXPECT_EQ(h.state("A"), TicketState::kValidating);
  h.pass_check("on arm");
}

TEST(Gates, ThatKeepLosingTheirWorkersFail) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").gate("bomb", {"arm"});
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  for (int i = 0; i < 3; ++i) {
    const std::string name = fmt::format("arm{}", i);
    h.join(name, 1, with_labels({"arm"}));
    h.start_check("bomb");
    h.silence(name);
    h.pass(20s);
  }
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
  EXPECT_THAT(h.record("A").detail, HasSubstr("killed its workers"));
}

TEST(Gates, FreeTheSlotAndKeepTheLocks) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").writes("db").approval("sign-off").priority(Priority::kHigh);
  plan.add("B").writes("db");
  plan.add("C");
  plan.max_parallel(1);
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  EXPECT_EQ(h.state("A"), TicketState::kReview);
  EXPECT_THAT(h.assigned(), ElementsAre("C")) << "a review takes no agent and no place";
  h.finish("C");
  EXPECT_EQ(h.state("B"), TicketState::kReady);
  h.approve("A");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
  EXPECT_THAT(h.assigned(), ElementsAre("B"));
  h.finish("B");
}

TEST(Review, SurvivesARestartAndIsDecidedByAPerson) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").gate("compiles").approval("sign-off", 2h).gate("after");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  EXPECT_EQ(h.state("A"), TicketState::kReview);
  h.restart(5s);
  h.rejoin("w");
  EXPECT_EQ(h.state("A"), TicketState::kReview);
  h.approve("A");
  EXPECT_THAT(h.assigned(), ElementsAre("check after")) << "the next gate, on the same worker";
  h.pass_check("after");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
}

TEST(Review, ThatNobodyDecidesEndsAsThePlanSays) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("A").approval("sign-off", 1h);
  plan.add("B").approval("sign-off", 1h, OnReviewTimeout::kApprove);
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.finish("A");
  h.start("B");
  h.finish("B");
  h.pass(20min);
  h.restart(1s);
  h.rejoin("w");
  h.pass(39min);
  EXPECT_EQ(h.state("A"), TicketState::kReview);
  h.pass(2min);
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
  EXPECT_EQ(h.record("A").detail, "gate 1 'sign-off' was rejected: nobody decided in time");
  EXPECT_EQ(h.state("B"), TicketState::kSucceeded);
}

TEST(Review, IsRefusedForWhatIsNotInReviewAndForNobody) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").approval("sign-off");
  h.submit(plan);
  h.assigned();
  EXPECT_THAT(h.refused(TicketAction::kApprove, {"A"}),
              HasSubstr("A is assigned: only a ticket in review can be approved"));
  h.start("A");
  h.finish("A");
  h.reject_review("A");
  EXPECT_EQ(h.state("A"), TicketState::kFailed);
  EXPECT_EQ(h.record("A").detail, "gate 1 'sign-off' was rejected: reject by ann");
}

TEST(Review, EndsWhenItsTicketIsCancelledOrItsRunStopped) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("A").approval("sign-off");
  plan.add("B").approval("sign-off");
  h.submit(plan);
  h.assigned();
  for (const char* ticket : {"A", "B"}) {
    h.start(ticket);
    h.finish(ticket);
  }
  h.cancel({"A"});
  EXPECT_EQ(h.state("A"), TicketState::kCancelled);
  h.stop({}, false, true);
  EXPECT_EQ(h.run("B").state, RunState::kStopped) << "nothing of it is anywhere";
  EXPECT_EQ(h.state("B"), TicketState::kReview);
  h.approve("B");
  EXPECT_EQ(h.state("B"), TicketState::kSucceeded);
}

TEST(Gates, ThatRunElsewhereAreStoppedWithTheirRun) {
  for (const bool preserve : {true, false}) {
    CoreHarness h;
    h.join("w");
    h.join("arm", 1, with_labels({"arm"}));
    PlanBuilder plan;
    plan.add("A").gate("on arm", {"arm"}).not_on("arm");
    h.submit(plan);
    h.assigned();
    h.start("A");
    h.finish("A");
    h.assigned();
    h.start_check("on arm");
    h.stop({}, false, preserve);
    h.ignore_messages();
    EXPECT_EQ(h.run("A").state, RunState::kStopping);
    h.end_check("on arm", Outcome::kTakenBack, 0);
    EXPECT_EQ(h.state("A"), preserve ? TicketState::kValidating : TicketState::kCancelled);
    if (!preserve) continue;
    EXPECT_EQ(h.run("A").state, RunState::kStopped);
    h.resume();
    EXPECT_THAT(h.assigned(), ElementsAre("check on arm"));
    h.pass_check("on arm");
    EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
  }
}

TEST(Gates, OfATicketThatIsToBeginElsewhereAreNotHandedOutAgain) {
  CoreHarness h;
  h.join("w");
  h.join("arm", 2, with_labels({"arm"}));
  PlanBuilder plan;
  plan.add("A").parallel_gate("one", {"arm"}).parallel_gate("two", {"arm"});
  h.submit(plan);
  ASSERT_THAT(h.assigned(), ElementsAre("A"));
  h.start("A");
  h.finish("A");
  h.start_check("one");
  h.start_check("two");
  h.reassign({"A"}, "arm", true);
  h.ignore_messages();
  h.end_check("one", Outcome::kTakenBack, 0);
  EXPECT_THAT(h.assigned(), IsEmpty());
  h.end_check("two", Outcome::kTakenBack, 0);
  EXPECT_THAT(h.assigned(), ElementsAre("A")) << "from its command on";
  h.finish("A");
  EXPECT_EQ(h.state("A"), TicketState::kSucceeded);
}

TEST(Checkpoints, AreToldToTheNextAttempt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").retry(1);
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.say("w", CheckpointReached{h.token("A"), 1, "fetched"});
  CheckpointReached bad{h.token("A"), 2, "built"};
  bad.outcome = Outcome::kExit;
  bad.exit_code = 2;
  h.say("w", bad);
  h.ignore_messages();
  h.fail("A");
  h.assigned();
  EXPECT_EQ(h.spec(h.token("A")).last_checkpoint, "fetched") << "built was not sound";
  h.finish("A");
}

TEST(Artifacts, OfADependencyAreExpectedToBeAsTheyWere) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"});
  h.submit(plan);
  h.assigned();
  h.start("A");
  AttemptResult made;
  made.artifacts = {{"out/a.json", 7, "abc"}};
  h.end("A", made);
  h.assigned();
  const std::vector<ExpectedFile> inputs = h.spec(h.token("B")).inputs;
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_EQ(inputs.front(), (ExpectedFile{"out/a.json", 7, "abc", "as A left it"}));
  h.finish("B");
}

TEST(Review, EndsInTimeThoughTheNewPlanHasNone) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").approval("sign-off", 10s);
  h.submit(plan);
  h.assigned();
  h.run_through("A");
  ASSERT_EQ(h.state("A"), TicketState::kReview);
  PlanBuilder other;
  other.add("A");
  h.apply(other);
  h.pass(11s);
  EXPECT_EQ(h.state("A"), TicketState::kFailed) << "it was given out with one";
}

TEST(Artifacts, ThatAnotherTicketMayChangeAreExpectedAsThatOneLeftThem) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"}).changes("out/*.md").retry(1);
  plan.add("SILENT").after({"B"}).changes("out/other.md");
  plan.add("LAST").after({"A", "SILENT"});
  h.submit(plan);
  h.assigned();
  AttemptResult made;
  made.artifacts = {{"out/one.md", 1, "a1"}, {"out/other.md", 2, "a2"}, {"out/x.json", 3, "a3"}};
  h.start("A");
  h.end("A", made);
  EXPECT_EQ(h.spec(h.token("B")).inputs.size(), 3U) << "nobody has changed anything yet";
  h.start("B");
  h.fail("B");
  EXPECT_EQ(h.spec(h.token("B")).inputs.size(), 1U) << "what it left half done is nobody's word";
  made.artifacts = {{"out/one.md", 4, "b1"}, {"out/other.md", 5, "b2"}};
  h.start("B");
  h.end("B", made);
  h.run_through("SILENT");
  h.assigned();
  EXPECT_THAT(h.spec(h.token("LAST")).inputs,
              ElementsAre(ExpectedFile{"out/one.md", 4, "b1", "as B left it"},
                          ExpectedFile{"out/x.json", 3, "a3", "as A left it"}))
      << "SILENT changed the other and told nobody";
  h.finish("LAST");
}

}  // namespace
}  // namespace headway
