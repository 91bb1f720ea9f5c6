#include <gtest/gtest.h>

#include "coordinator/core/status.h"
#include "tests/support/core/core_harness.h"

/// What people are shown of a ticket's times.

namespace headway {
namespace {

TicketView viewed(const CoreHarness& h, const std::string& ticket) {
  const Status status(h.folded(), &h.core(), h.clock());
  return status.ticket(h.run(ticket), h.ref(ticket).ticket);
}

AttemptResult well_after(Duration elapsed) {
  AttemptResult result;
  result.outcome = Outcome::kSucceeded;
  result.exit_code = 0;
  result.usage.elapsed = elapsed;
  return result;
}

TEST(TicketView, TakesNoLongerWhileAPersonIsWaitedFor) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").approval("sign-off");
  h.submit(plan);
  h.assigned();
  h.start("A");
  EXPECT_FALSE(viewed(h, "A").took.has_value()) << "it counts still";
  h.end("A", well_after(4s));
  h.pass(3min);
  EXPECT_EQ(viewed(h, "A").took, Duration{4s});
  h.approve("A");
  ASSERT_EQ(h.state("A"), TicketState::kSucceeded);
  EXPECT_EQ(viewed(h, "A").took, Duration{4s});
}

TEST(TicketView, TellsARejectionFromAGateThatFailed) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("REVIEWED").approval("sign-off");
  plan.add("GATED").approval("sign-off");
  h.submit(plan);
  h.assigned();
  h.start("REVIEWED");
  h.start("GATED");
  h.finish("REVIEWED");
  h.reject_review("REVIEWED");
  h.end("GATED", Outcome::kGate);
  ASSERT_EQ(h.state("REVIEWED"), TicketState::kFailed);
  ASSERT_EQ(h.state("GATED"), TicketState::kFailed);
  EXPECT_TRUE(viewed(h, "REVIEWED").rejected);
  EXPECT_FALSE(viewed(h, "GATED").rejected);
}

TEST(TicketView, TookAsLongAsItRanWhereNobodyMeasuredIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A");
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.pass(20s);
  h.stop({}, true, true);
  h.ignore_messages();
  h.end("A", Outcome::kTakenBack);
  ASSERT_EQ(h.state("A"), TicketState::kReady);
  const Duration took = viewed(h, "A").took.value_or(Duration{});
  EXPECT_GE(took, Duration{20s});
  h.pass(1min);
  EXPECT_EQ(viewed(h, "A").took, took) << "nothing of it runs";
  h.cancel({"A"});
  ASSERT_EQ(h.state("A"), TicketState::kCancelled);
  EXPECT_EQ(viewed(h, "A").took, took);
}

TEST(TicketView, SaysWhenAFailureIsTriedAgain) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").retry(1, 1min);
  h.submit(plan);
  h.assigned();
  h.start("A");
  EXPECT_FALSE(viewed(h, "A").rest.has_value());
  h.fail("A", 9);
  h.pass(20s);
  EXPECT_EQ(viewed(h, "A").rest, Duration{40s});
  h.step_wall_clock(-1h);
  EXPECT_EQ(viewed(h, "A").rest, Duration{1min}) << "whatever the clock did, no longer than that";
  h.step_wall_clock(1h);
  h.pass(40s);
  h.assigned();
  EXPECT_FALSE(viewed(h, "A").rest.has_value()) << "it is under way";
  h.run_through("A");
}

TEST(TicketView, ExpectsMoreOfWhatIsOverdue) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("A").estimate(1min);
  h.submit(plan);
  h.assigned();
  h.start("A");
  h.pass(20s);
  EXPECT_EQ(viewed(h, "A").eta, Duration{40s});
  h.pass(80s);
  EXPECT_EQ(viewed(h, "A").eta, Duration{10s}) << "it may end at any moment, and did not for long";
  h.finish("A");
  EXPECT_FALSE(viewed(h, "A").eta.has_value());
}

}  // namespace
}  // namespace headway
