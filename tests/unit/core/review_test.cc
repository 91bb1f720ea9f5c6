#include <gmock/gmock.h>

#include "tests/support/core/core_harness.h"

/// What a person decides about a ticket before it counts.

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
  EXPECT_THAT(h.refused(TicketAction::kRetry, {"A"}), HasSubstr("A is in review: "));
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
  EXPECT_THAT(h.record("A").detail, HasSubstr("it was in review"));
  h.stop({}, false, true);
  EXPECT_EQ(h.run("B").state, RunState::kStopped) << "nothing of it is anywhere";
  EXPECT_EQ(h.state("B"), TicketState::kReview);
  h.approve("B");
  EXPECT_EQ(h.state("B"), TicketState::kSucceeded);
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

}  // namespace
}  // namespace headway
