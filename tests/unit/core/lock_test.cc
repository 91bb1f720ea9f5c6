#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// Tickets that may not be alive together.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

TEST(Locks, ReadersShareAndWritersDoNot) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("r1").reads("l");
  plan.add("r2").reads("l");
  plan.add("w1").writes("l");
  plan.add("w2").writes("l");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"r1", "r2"}));
  h.finish("r1");
  EXPECT_EQ(h.assigned(), Ids{});
  h.finish("r2");
  EXPECT_EQ(h.assigned(), Ids{"w1"});
  h.finish("w1");
  EXPECT_EQ(h.assigned(), Ids{"w2"});
}

TEST(Locks, AllOfATicketsAreTakenTogetherOrNone) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("holder").writes("a");
  plan.add("both").writes("a").writes("b");
  plan.add("other").writes("b").priority(Priority::kLow);
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"holder", "other"})) << "`both` holds b for nobody";
}

TEST(Locks, PathsThatOverlapAreKeptApart) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("tree").changes("docs/**");
  plan.add("file").changes("docs/api/index.md");
  plan.add("elsewhere").changes("src/main.c");
  plan.add("glob").changes("docs/*/index.md");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"tree", "elsewhere"}));
  h.finish("tree");
  EXPECT_EQ(h.assigned(), Ids{"file"});
  h.finish("file");
  EXPECT_EQ(h.assigned(), Ids{"glob"});
}

TEST(Locks, PathsOfOneFolderMeanTheSameInEveryRun) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("a").changes("x.c");
  RunOptions here, there;
  here.plan_folder = "/here";
  there.plan_folder = "/there";
  h.submit(plan, here);
  h.submit(plan, here);
  h.submit(plan, there);
  EXPECT_EQ(h.assigned(), (Ids{"a", "a"}));
  EXPECT_EQ(h.core().state().find_run(RunId{2})->count(TicketState::kReady), 1U);
}

TEST(Locks, DeclaredConflictsHoldWhicheverSideDeclaredThem) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").never_beside({"a"});
  plan.add("c").never_beside({"b"});
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"a", "c"}));
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{});
  h.finish("c");
  EXPECT_EQ(h.assigned(), Ids{"b"});
}

TEST(Locks, AreHeldOverARestart) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("a").changes("docs/a.md");
  plan.add("b").changes("docs/*.md");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.restart();
  h.rejoin("w");
  EXPECT_EQ(h.assigned(), Ids{});
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"b"});
}

TEST(Locks, AWaitIsRecordedOnce) {
  CoreHarness h;
  h.join("w", 8);
  PlanBuilder plan;
  plan.add("a").writes("l");
  plan.add("b").writes("l");
  h.submit(plan);
  h.assigned();
  h.pass(10s);
  EXPECT_EQ(h.count(FactKind::kLockWait), 1U);
  h.finish("a");
  h.assigned();
  EXPECT_EQ(h.core().state().runs.begin()->second.totals.lock_wait_time, 10s);
}

/// Seconds to run `count` tickets that all change `docs/**`, one after the other.
double seconds_for(std::size_t count) {
  CoreHarness h;
  h.checks_each_turn = false;
  h.join("w", 4);
  PlanBuilder plan;
  for (std::size_t i = 0; i < count; ++i) plan.add("t" + std::to_string(i)).changes("docs/**");
  h.submit(plan);
  const auto begin = std::chrono::steady_clock::now();
  h.finish_all();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(Locks, TenThousandTicketsOnOneFolderCostEachTheSame) {
  const double some = seconds_for(2'000);
  const double many = seconds_for(10'000);
  // Five times as many; work that grew with what waits would take 25 times as long.
  EXPECT_LT(many, 15 * some + 0.1);
}

}  // namespace
}  // namespace headway
