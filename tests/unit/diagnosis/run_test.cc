#include <gmock/gmock.h>

#include "coordinator/core/watch.h"
#include "world.h"

namespace headway {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMebibyte = 1U << 20U;

RunId two_tickets(World& world) {
  PlanBuilder plan;
  plan.add_many("T", 2);
  return world.submit(plan);
}

TEST(NothingHandedOut, IsSaidOfAPausedRun) {
  World world;
  world.join("w");
  const RunId run = two_tickets(world);
  expect_none(world.diagnosed(run), FindingKind::kNothingHandedOut);
  world.pause(run);
  const std::vector<Finding> findings = world.diagnosed(run);
  const Finding finding = only(findings, FindingKind::kNothingHandedOut);
  EXPECT_THAT(finding.what, HasSubstr("r1 is paused"));
  EXPECT_EQ(finding.command, "headway resume r1");
  expect_none(findings, FindingKind::kIdleAgents);
}

TEST(NothingHandedOut, IsSaidWhereNoWorkerHasJoined) {
  World world;
  PlanBuilder plan;
  plan.add("G").labelled("gpu");
  const RunId run = world.submit(plan);
  const std::vector<Finding> findings = world.diagnosed(run);
  const Finding finding = only(findings, FindingKind::kNothingHandedOut);
  EXPECT_THAT(text_of(finding), HasSubstr("No worker has ever joined"));
  EXPECT_EQ(finding.command, "headway-worker --connect ADDRESS --label gpu");
  expect_none(findings, FindingKind::kUnservable);
}

TEST(NothingHandedOut, NamesWhereWorkersReachTheCoordinator) {
  CoreOptions options = World::default_options();
  options.join_words = "--connect 'ipc:///tmp/a project/worker.sock'";
  World world(options);
  const RunId run = two_tickets(world);
  EXPECT_EQ(only(world.diagnosed(run), FindingKind::kNothingHandedOut).command,
            "headway-worker --connect 'ipc:///tmp/a project/worker.sock'");
  EXPECT_EQ(RunWatch(world.core().state(), &world.core(), world.clock())
                .answer(*world.core().state().find_run(run))
                .join_command,
            "headway-worker --connect 'ipc:///tmp/a project/worker.sock'");
}

TEST(NothingHandedOut, CountsNoTicketThatWasRemovedFromThePlan) {
  World world;
  world.join("w");
  const RunId run = two_tickets(world);
  PlanBuilder less;
  less.add("T1");
  world.apply(less);
  const Finding finding = only(world.diagnosed_alone(run), FindingKind::kNothingHandedOut);
  EXPECT_THAT(text_of(finding), HasSubstr("1 of 1 ticket has not ended"));
}

TEST(NothingHandedOut, IsSaidWhereNoCoordinatorIsAlive) {
  World world;
  world.join("w");
  const RunId run = two_tickets(world);
  world.start("T1");
  const Finding finding = only(world.diagnosed_alone(run), FindingKind::kNothingHandedOut);
  EXPECT_THAT(text_of(finding), HasSubstr("2 of 2 tickets have not ended; 0 are ready"));
  EXPECT_EQ(finding.command, "headway resume r1");
}

TEST(NothingHandedOut, NamesWhatIsToBePutBackInARunThatIsStopped) {
  World world;
  world.join("w");
  PlanBuilder plan;
  plan.add("A").approval("sign-off").rolls_back();
  const RunId run = world.submit(plan);
  world.assigned();
  world.start("A");
  world.finish("A");
  world.stop({}, false, true);
  world.reject_review("A");
  const Finding finding = only(world.diagnosed(run), FindingKind::kNothingHandedOut);
  EXPECT_THAT(text_of(finding), HasSubstr("1 ticket is to be put back: A."));
  EXPECT_EQ(finding.command, "headway resume r1");
}

TEST(NothingHandedOut, IsNothingToSayOfARunThatHasEnded) {
  World world;
  world.join("w", 2);
  const RunId run = two_tickets(world);
  world.finish("T1");
  world.finish("T2");
  EXPECT_TRUE(world.diagnosed_alone(run).empty());
}

TEST(ARunThatIsWell, HasNoTrouble) {
  World world;
  world.join("w", 1);
  const RunId run = two_tickets(world);
  world.start("T1");
  for (const Finding& finding : world.diagnosed(run)) {
    EXPECT_EQ(finding.severity, FindingSeverity::kNote) << text_of(finding);
  }
}

TEST(Registry, SaysThatItsDiskIsNearlyFull) {
  World world;
  world.join("w");
  const RunId run = two_tickets(world);
  Surroundings around;
  around.disk = {20 * kMebibyte, kMebibyte, 300 * kMebibyte, 0};
  expect_none(world.diagnosed(run, around), FindingKind::kRegistry);
  around.disk->free_bytes = 200 * kMebibyte;
  const Finding finding = only(world.diagnosed(run, around), FindingKind::kRegistry);
  EXPECT_EQ(finding.severity, FindingSeverity::kProblem);
  EXPECT_THAT(text_of(finding), HasSubstr("The registry has 20 MiB, its log 1024 KiB; 200 MiB"));
  EXPECT_THAT(finding.command, HasSubstr("headway registry prune")) << "what gives space back";
}

TEST(Registry, SaysThatItsDiskWillBeFullWithinADay) {
  World world;
  world.join("w");
  const RunId run = two_tickets(world);
  Surroundings around;
  around.disk = {20 * kMebibyte, kMebibyte, 1000 * kMebibyte, 40 * kMebibyte};
  expect_none(world.diagnosed(run, around), FindingKind::kRegistry);
  around.disk->bytes_per_hour = 100 * kMebibyte;
  const Finding finding = only(world.diagnosed(run, around), FindingKind::kRegistry);
  EXPECT_EQ(finding.severity, FindingSeverity::kWarning);
  EXPECT_THAT(finding.what, HasSubstr("full within 11 hours"));
}

TEST(Registry, SaysThatItsLogHasGrownLong) {
  World world;
  world.join("w");
  const RunId run = two_tickets(world);
  Surroundings around;
  around.disk = {20 * kMebibyte, 300 * kMebibyte, 90'000 * kMebibyte, 0};
  EXPECT_THAT(only(world.diagnosed(run, around), FindingKind::kRegistry).what, HasSubstr("log"));
}

}  // namespace
}  // namespace headway
