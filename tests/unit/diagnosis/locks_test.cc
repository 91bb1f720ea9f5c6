#include <gmock/gmock.h>

#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;

/// One ticket that holds a lock, and others that want it.
PlanBuilder locked(std::optional<Duration> estimate, std::size_t waiters) {
  PlanBuilder plan;
  TicketBuilder holder = plan.add("HOLD").writes("db").priority(Priority::kCritical);
  if (estimate) holder.estimate(*estimate);
  for (std::size_t i = 1; i <= waiters; ++i) plan.add("W" + std::to_string(i)).writes("db");
  return plan;
}

TEST(LockWaits, AreToldWithHolderWaitersAndWhatTheyCost) {
  World world;
  world.join("w", 3);
  PlanBuilder plan = locked(10min, 2);
  plan.add("AFTER").after({"W1"});
  const RunId run = world.submit(plan);
  world.start("HOLD");
  world.pass(4min);
  const Finding finding = only(world.diagnosed(run), FindingKind::kLockWait);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning);
  EXPECT_THAT(text_of(finding), HasSubstr("2 tickets wait for the lock db"));
  EXPECT_THAT(text_of(finding), HasSubstr("HOLD holds it on w/1 for 4m"));
  EXPECT_THAT(text_of(finding), HasSubstr("W1, W2 wait for it, for 4m so far"));
  EXPECT_THAT(text_of(finding), HasSubstr("About 1 ticket more stands behind those"));
  EXPECT_EQ(finding.cost, 12min) << "two wait for the 6 minutes that are left";
  EXPECT_EQ(finding.command, "headway logs HOLD");
  EXPECT_EQ(finding.tickets, (std::vector<std::string>{"HOLD", "W1", "W2"}));
}

TEST(LockWaits, OfAMomentAreANote) {
  World world;
  world.join("w", 3);
  PlanBuilder plan = locked(4s, 2);
  const RunId run = world.submit(plan);
  world.start("HOLD");
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kLockWait).severity, FindingSeverity::kNote);
}

TEST(LockWaits, WithoutAnEstimateSayThatTheCostIsNotKnown) {
  World world;
  world.join("w", 3);
  PlanBuilder plan = locked(std::nullopt, 1);
  const RunId run = world.submit(plan);
  world.start("HOLD");
  const Finding finding = only(world.diagnosed(run), FindingKind::kLockWait);
  EXPECT_FALSE(finding.cost);
  EXPECT_THAT(finding.consequence, HasSubstr("not known"));
}

TEST(LockWaits, NameATicketThatIsToBePutBackAsWhatIsInTheWay) {
  World world;
  world.join("w", 2);
  PlanBuilder plan;
  plan.add("BAD").writes("db").rolls_back();
  plan.add("OTHER").rolls_back();
  plan.add("NEXT").writes("db");
  const RunId run = world.submit(plan);
  world.start("BAD");
  world.start("OTHER");
  world.fail("OTHER");
  world.fail("BAD");
  const Finding planned = only(world.diagnosed(run), FindingKind::kLockWait);
  EXPECT_THAT(text_of(planned), HasSubstr("BAD is to be put back: until then nobody begins"));
  EXPECT_EQ(planned.command, "headway explain BAD");
  world.pass_check("OTHER");
  world.fail_check("BAD");
  const Finding failed = only(world.diagnosed(run), FindingKind::kLockWait);
  EXPECT_THAT(text_of(failed), HasSubstr("The rollback of BAD failed: its locks stay kept"));
  EXPECT_EQ(failed.command, "headway ticket settle BAD");
}

TEST(LockWaits, ForATicketInReviewAreEndedByTheDecision) {
  World world;
  world.join("w", 3);
  PlanBuilder plan;
  plan.add("HOLD").writes("db").approval("sign-off").priority(Priority::kCritical);
  plan.add("WAIT").writes("db");
  plan.add("AFTER").after({"HOLD"});
  const RunId run = world.submit(plan);
  world.assigned();
  world.start("HOLD");
  world.finish("HOLD");
  const std::vector<Finding> found = world.diagnosed(run);
  const Finding wait = only(found, FindingKind::kLockWait);
  EXPECT_THAT(wait.consequence, HasSubstr("decided about HOLD: approve it, or reject"));
  EXPECT_EQ(wait.command, "headway ticket approve HOLD");
  const Finding review = only(found, FindingKind::kReview);
  EXPECT_THAT(review.consequence, HasSubstr("2 tickets wait for it"));
  EXPECT_THAT(text_of(review), HasSubstr("Behind it: AFTER, WAIT."));
}

TEST(LockWaits, AreNotFoundWhereNobodyWaits) {
  World world;
  world.join("w", 3);
  PlanBuilder plan = locked(10min, 0);
  const RunId run = world.submit(plan);
  world.start("HOLD");
  world.pass(4min);
  expect_none(world.diagnosed(run), FindingKind::kLockWait);
  expect_none(world.diagnosed(run), FindingKind::kOrphanedLock);
}

TEST(OrphanedLocks, AreThoseOfWorkersThatAreGoneWithoutProof) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("HOLD").writes("docs/the index").only_on_proof();
  plan.add("WAIT").writes("docs/the index");
  const RunId run = world.submit(plan);
  world.start("HOLD");
  world.silence("w");
  world.join("other");
  world.advance(CoreHarness::kLeaseAndMargin + 1s);
  world.rejoin("other");
  const std::vector<Finding> findings = world.diagnosed(run);
  const Finding finding = only(findings, FindingKind::kOrphanedLock);
  EXPECT_EQ(finding.severity, FindingSeverity::kProblem);
  EXPECT_THAT(text_of(finding), HasSubstr("HOLD holds it on w/1"));
  EXPECT_THAT(text_of(finding), HasSubstr("WAIT waits for it"));
  EXPECT_THAT(text_of(finding), HasSubstr("its lease ended 1.0s ago"));
  EXPECT_THAT(text_of(finding), HasSubstr("headway worker remove w --confirm-dead"));
  EXPECT_EQ(finding.worker, "w");
  EXPECT_EQ(finding.command, "headway locks --clear 'docs/the index'");
  expect_none(findings, FindingKind::kLockWait);
  expect_none(findings, FindingKind::kSilentWorker);
}

TEST(OrphanedLocks, AreNoneWhereALeaseThatRanOutIsProofEnough) {
  World world;
  world.join("w");
  PlanBuilder plan = locked(10min, 1);
  const RunId run = world.submit(plan);
  world.start("HOLD");
  world.silence("w");
  world.advance(CoreHarness::kLeaseAndMargin + 1s);
  expect_none(world.diagnosed(run), FindingKind::kOrphanedLock);
}

}  // namespace
}  // namespace headway
