#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/status.h"
#include "tests/support/core/core_harness.h"

/// A run's measures, and that they are the same live and from the journal.

namespace headway {
namespace {

constexpr double kNear = 0.05;  // facts have whole milliseconds, turns take none

RunMetrics live(const CoreHarness& h, RunId run) {
  const State& state = h.core().state();
  return Status(state, &h.core(), h.clock()).metrics(state.runs.at(run));
}
RunMetrics afterwards(const CoreHarness& h, RunId run) {
  return Status(h.journalled(), nullptr, h.clock()).metrics(h.journalled().runs.at(run));
}

TEST(RunMeter, CountsAgentsWhileTheyAreThereAndTheRunIsOpen) {
  CoreHarness h;
  h.join("w1", 2);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.pass(10s);
  h.join("w2", 1);
  h.pass(10s);
  EXPECT_NEAR(live(h, run).agent_time_s, 2 * 10 + 3 * 10, kNear);
  EXPECT_NEAR(live(h, run).busy_time_s, 20, kNear);
  EXPECT_NEAR(live(h, run).utilization, 20.0 / 50, 0.01);
  h.pause(run);
  h.finish("a");
  h.pass(100s);
  EXPECT_NEAR(live(h, run).agent_time_s, 50, kNear) << "paused, and nothing of it runs";
}

TEST(RunMeter, SaysTheSameAfterwardsAsAtTheEnd) {
  CoreHarness h;
  h.join("w1", 1);
  h.join("w2", 1);
  PlanBuilder plan;
  plan.add("a").retry(1);
  plan.add("b").after({"a"});
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.pass(4s);
  h.fail("a");
  h.assigned();
  h.start("a");
  h.pass(6s);
  h.finish("a");
  h.assigned();
  h.pass(2s);
  h.start("b");
  h.pass(7s);
  const RunMetrics before = live(h, run);
  h.finish("b");
  h.pass(50s);
  const RunMetrics after = afterwards(h, run);
  EXPECT_NEAR(after.agent_time_s, before.agent_time_s, kNear);
  EXPECT_NEAR(after.agent_time_s, 2 * 19, kNear);
  EXPECT_NEAR(after.busy_time_s, 17, kNear);
  EXPECT_NEAR(after.parallelism_efficiency, 13.0 / 38, 0.01) << "4 s of it were wasted";
  EXPECT_NEAR(after.queue_time_s, 2.0 / 3, kNear) << "three starts, one after two seconds";
  EXPECT_NEAR(after.lead_time_s, (10 + 9) / 2.0, kNear);
  EXPECT_EQ(after.retries, 1U);
}

TEST(RunMeter, CountsWhatWasLostWithAWorker) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.silence("w");
  h.pass(60s);
  EXPECT_NEAR(live(h, run).lost_time_s, 17.15, 0.1) << "until its lease had run out for certain";
  EXPECT_DOUBLE_EQ(live(h, run).parallelism_efficiency, 0);
  h.ignore_messages();
}

TEST(RunMeter, NothingPassesWhereTheClockIsSetBack) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.pass(5s);
  h.step_wall_clock(-1h);
  h.pass(5s);
  h.finish("a");
  EXPECT_GE(afterwards(h, run).busy_time_s, 0);
  EXPECT_LE(afterwards(h, run).busy_time_s, 10 + kNear);
}

TEST(RunLoad, IsKeptEveryFiveMinutesAndAtTheEnd) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("a");
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("a");
  h.load("w", {.cpu = 0.8, .memory = 0.5, .disk_busy = 0.25, .network = 0.125});
  h.pass(11min);
  EXPECT_EQ(h.count(FactKind::kRunLoad), 2U);
  EXPECT_NEAR(live(h, run).cpu, 0.8, 0.01);
  h.finish("a");
  EXPECT_EQ(h.count(FactKind::kRunLoad), 3U);
  const RunMetrics after = afterwards(h, run);
  EXPECT_NEAR(after.cpu, 0.8, 0.01);
  EXPECT_NEAR(after.memory, 0.5, 0.01);
  EXPECT_NEAR(after.disk, 0.25, 0.01);
  EXPECT_NEAR(after.network, 0.125, 0.01);
}

TEST(RunLoad, ReadsItsOwnWordsAndNoOthers) {
  LoadSums sums;
  sums.add({.cpu = 0.5, .memory = 0.25, .disk_busy = 1, .network = 0}, 10s);
  const auto read = parse_load(load_words(sums), 10s);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, sums);
  EXPECT_FALSE(parse_load("0.5 0.25", 10s));
  EXPECT_FALSE(parse_load("0.5 0.25 1 x", 10s));
  EXPECT_FALSE(parse_load("0.5 0.25 1 0 7", 10s));
}

}  // namespace
}  // namespace headway
