#include <gmock/gmock.h>

#include "explained.h"
#include "tests/support/core/core_harness.h"

/// What is said of tickets that have ended: how, for what, and how they could run again.

namespace headway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ExplainingAnEnd, FindsTheFailureBehindAnAbortedTicket) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("GOOD");
  plan.add("BAD");
  plan.add("B").after({"GOOD", "BAD"});
  plan.add("C").after({"B"});
  plan.add("LONG");
  harness.submit(plan);
  harness.assigned();
  harness.finish("GOOD");
  harness.fail("BAD");
  EXPECT_THAT(why(harness, "C"), HasSubstr("Behind it stands BAD, which failed. Once that is "
                                           "mended: headway ticket retry BAD"));
  harness.finish_all();
}

TEST(ExplainingAnEnd, SaysOfOneThatWasAbortedForWhatItDoesNotDependOnAnyMoreHowItRuns) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("L");
  plan.add("c");
  plan.add("g").after({"c"});
  harness.submit(plan);
  EXPECT_EQ(harness.assigned(), (CoreHarness::Ids{"c", "L"}));
  harness.start("c");
  harness.fail("c");
  plan.plan.tickets[2].dependencies.blocking = {"L"};
  const PlanChange change = harness.apply(plan);
  ASSERT_EQ(change.fates.size(), 1U);
  EXPECT_EQ(change.fates[0].words, "stays aborted; to run it: headway ticket retry g");
  EXPECT_THAT(why(harness, "g"), HasSubstr("It was aborted: c failed"));
  EXPECT_THAT(why(harness, "g"),
              HasSubstr("What it depends on now does not keep it from running: headway ticket "
                        "retry g\n"));
  harness.retry({"g"});
  harness.finish("L");
  harness.finish_all();
  EXPECT_EQ(harness.state("g"), TicketState::kSucceeded);
}

TEST(ExplainingAnEnd, SaysWhatFailFastDroppedAndTheWayOut) {
  CoreHarness harness;
  harness.join("w", 3);
  PlanBuilder plan;
  plan.fail_fast();
  plan.add("FIRST");
  plan.add("SECOND").retry(3);
  plan.add("LONG");
  plan.add("NEVER").after({"LONG"});
  harness.submit(plan);
  harness.assigned();
  for (const char* ticket : {"FIRST", "SECOND", "LONG"}) harness.start(ticket);
  harness.fail("FIRST");
  harness.fail("SECOND");
  EXPECT_THAT(why(harness, "SECOND"),
              HasSubstr("It failed for good after 1 attempt: exit 1.\nIt was not tried again, "
                        "though its plan allows that 3 times more: fail_fast.\n"));
  EXPECT_THAT(why(harness, "FIRST"), Not(HasSubstr("tried again")));
  EXPECT_THAT(why(harness, "NEVER"),
              HasSubstr("fail_fast after FIRST failed.\nBehind it stands FIRST, which failed. Once "
                        "that is mended: headway ticket retry FIRST"));
  harness.finish_all();
}

TEST(ExplainingAnEnd, AdvisesNoRetryInARunThatWasCancelledForGood) {
  CoreHarness harness;
  harness.join("w");
  PlanBuilder plan;
  plan.add("STOPPED");
  plan.add("NEXT").after({"STOPPED"});
  const RunId run = harness.submit(plan);
  harness.assigned();
  harness.start("STOPPED");
  harness.stop(run, true);
  harness.ignore_messages();
  EXPECT_THAT(why(harness, "NEXT"), Not(HasSubstr("retry"))) << "it is stopping";
  harness.end("STOPPED", Outcome::kCancelled);
  ASSERT_EQ(harness.run_state(run), RunState::kCancelled);
  EXPECT_THAT(why(harness, nullptr, "NEXT"),
              HasSubstr("Behind it stands STOPPED, which was cancelled. Run r1 was cancelled for "
                        "good: run its plan again."));
}

TEST(ExplainingAnEnd, SaysOfARejectedReviewWhoRejectedItAndNothingOfTheOutput) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("REVIEWED").approval("sign-off");
  plan.add("CHECKED").gate("lint").approval("sign-off");
  plan.add("OTHER");  // the run goes on
  harness.submit(plan);
  harness.assigned();
  harness.start("REVIEWED");
  harness.finish("REVIEWED");
  harness.reject_review("REVIEWED");
  EXPECT_THAT(why(harness, "REVIEWED"), HasSubstr("'sign-off' was rejected: reject by ann"));
  EXPECT_THAT(why(harness, "REVIEWED"), Not(HasSubstr("headway logs")));
  AttemptResult failed;
  failed.outcome = Outcome::kGate;
  failed.detail = "gate 'lint' failed: exit 1";
  harness.start("CHECKED");
  harness.end("CHECKED", failed);
  EXPECT_THAT(why(harness, "CHECKED"), HasSubstr("headway logs CHECKED"));
  harness.assigned();
}

TEST(ExplainingAnEnd, DoesNotSayOfACommandThatACheckpointStoppedThatItEndedWell) {
  CoreHarness harness;
  harness.join("w", 2);
  PlanBuilder plan;
  plan.add("STOPPED");
  plan.add("GATED").gate("lint");
  plan.add("OTHER");  // the run goes on
  harness.submit(plan);
  harness.assigned();
  AttemptResult stopped;
  stopped.outcome = Outcome::kGate;
  stopped.detail = "checkpoint 'st' failed: exit 1";
  harness.start("STOPPED");
  harness.end("STOPPED", stopped);
  EXPECT_THAT(why(harness, "STOPPED"), HasSubstr("Its attempt was ended by a checkpoint.\n"
                                                 "checkpoint 'st' failed: exit 1\n"));
  EXPECT_THAT(why(harness, "STOPPED"), Not(HasSubstr("ended well")));
  harness.assigned();
  AttemptResult failed;
  failed.outcome = Outcome::kGate;
  failed.detail = "gate 'lint' failed: exit 1";
  harness.start("GATED");
  harness.end("GATED", failed);
  EXPECT_THAT(why(harness, "GATED"), HasSubstr("Its command had ended well: what came after it "
                                               "failed.\ngate 'lint' failed: exit 1\n"));
  harness.ignore_messages();
}

}  // namespace
}  // namespace headway
