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
/// `A` has run on `w`, and `arm` is given its gate.
struct GateOnArm {
  GateOnArm() {
    h.join("w");
    h.join("arm", 1, with_labels({"arm"}));
    PlanBuilder plan;
    plan.add("A").gate("on arm", {"arm"}).not_on("arm");
    h.submit(plan);
    h.assigned();
    h.start("A");
    h.finish("A");
  }
  CoreHarness h;
};

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
  GateOnArm gate;
  CoreHarness& h = gate.h;
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
  GateOnArm gate;
  CoreHarness& h = gate.h;
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
  GateOnArm gate;
  CoreHarness& h = gate.h;
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

TEST(Gates, ThatRunElsewhereAreStoppedWithTheirRun) {
  for (const bool preserve : {true, false}) {
    GateOnArm gate;
    CoreHarness& h = gate.h;
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

}  // namespace
}  // namespace headway
