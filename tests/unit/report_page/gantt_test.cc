#include "coordinator/cli/report/html/gantt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/units.h"
#include "coordinator/cli/report/html/ticks.h"

/// Where the bars of a Gantt chart stand.

namespace headway::cli {
namespace {

using namespace std::chrono_literals;
using testing::DoubleNear;
using testing::ElementsAre;

WallTime at(std::chrono::milliseconds offset) {
  return *parse_time("2026-01-06T09:00:00Z") + offset;
}

TimelineAttempt attempt(std::size_t agent, std::chrono::milliseconds start,
                        std::chrono::milliseconds end, Outcome outcome = Outcome::kSucceeded) {
  TimelineAttempt result;
  result.ticket = "T";
  result.agent = agent;
  result.start = at(start);
  result.end = at(end);
  result.over = true;
  result.outcome = outcome;
  return result;
}

Timeline timeline_of(std::vector<TimelineAttempt> attempts, std::size_t agents = 1) {
  Timeline line;
  line.begin = at(0ms);
  for (std::size_t i = 0; i < agents; ++i) line.agents.push_back("w/" + std::to_string(i + 1));
  line.attempts = std::move(attempts);
  return line;
}

TEST(Gantt, PlacesBarsInSharesOfTheTimeSinceTheFirst) {
  const Gantt gantt = make_gantt(timeline_of({attempt(0, 10s, 12s), attempt(0, 15s, 20s)}));
  EXPECT_EQ(gantt.lead, 10s);
  EXPECT_EQ(gantt.length, 10s);
  ASSERT_EQ(gantt.lanes.size(), 1U);
  ASSERT_EQ(gantt.lanes[0].size(), 2U);
  EXPECT_THAT(gantt.lanes[0][0].start, DoubleNear(0, 1e-9));
  EXPECT_THAT(gantt.lanes[0][0].length, DoubleNear(0.2, 1e-9));
  EXPECT_THAT(gantt.lanes[0][1].start, DoubleNear(0.5, 1e-9));
  EXPECT_THAT(gantt.lanes[0][1].length, DoubleNear(0.5, 1e-9));
}

TEST(Gantt, HasALaneForEachAgentInTheOrderOfTheirNumbers) {
  Timeline line = timeline_of({attempt(0, 0s, 1s), attempt(1, 0s, 1s), attempt(2, 0s, 1s)});
  line.agents = {"b/10", "b/2", "a/1"};
  const Gantt gantt = make_gantt(line);
  EXPECT_THAT(gantt.agents, ElementsAre("a/1", "b/2", "b/10"));
  EXPECT_EQ(gantt.lanes[2][0].attempt, 0U);
  EXPECT_EQ(make_gantt(line, {.agents = 1}).agents_left, 2U);
}

TEST(Gantt, TellsOutcomesApart) {
  EXPECT_EQ(kind_of(attempt(0, 0s, 1s, Outcome::kExit)), BarKind::kFailed);
  EXPECT_EQ(kind_of(attempt(0, 0s, 1s, Outcome::kTakenBack)), BarKind::kTakenBack);
  EXPECT_EQ(kind_of(attempt(0, 0s, 1s, Outcome::kWorkerLost)), BarKind::kWorkerLost);
  EXPECT_EQ(kind_of(attempt(0, 0s, 1s, Outcome::kCancelled)), BarKind::kCancelled);
  TimelineAttempt running = attempt(0, 0s, 1s);
  running.over = false;
  EXPECT_EQ(kind_of(running), BarKind::kRunning);
}

TEST(Gantt, DrawsShortAttemptsTogetherWhereThereAreTooMany) {
  std::vector<TimelineAttempt> attempts;
  for (int i = 0; i < 5000; ++i)
    attempts.push_back(
        attempt(0, 2ms * i, 2ms * i + 1ms, i == 777 ? Outcome::kExit : Outcome::kSucceeded));
  attempts.push_back(attempt(0, 10s, 20s));
  const GanttLimits limits{.bars = 300};
  const Gantt gantt = make_gantt(timeline_of(attempts), limits);
  EXPECT_LE(gantt.bars, limits.bars);
  EXPECT_GT(gantt.bars, limits.bars / 20) << "no more than needed";
  std::uint32_t sum = 0;
  std::uint32_t failed = 0;
  for (const Bar& bar : gantt.lanes[0]) {
    sum += bar.attempts;
    failed += bar.failed;
    EXPECT_EQ(bar.failed > 0, bar.kind == BarKind::kFailed);
  }
  EXPECT_EQ(sum, 5001U) << "none is lost";
  EXPECT_EQ(failed, 1U);
  EXPECT_EQ(gantt.merged, 5000U);
  EXPECT_EQ(gantt.lanes[0].back().kind, BarKind::kSucceeded) << "a long one stays by itself";
  EXPECT_GT(gantt.shortest, 1ms);
}

TEST(Gantt, LeavesBarsAloneWhereTheyAreFew) {
  const Gantt gantt =
      make_gantt(timeline_of({attempt(0, 0s, 1ms), attempt(0, 1ms, 2ms), attempt(0, 2ms, 1h)}));
  EXPECT_EQ(gantt.bars, 3U);
  EXPECT_EQ(gantt.merged, 0U);
}

TEST(Gantt, PutsWaitsIntoRowsWithoutOverlap) {
  Timeline line = timeline_of({attempt(0, 0s, 10s)});
  line.waits = {{"A", "x", at(0s), at(4s)},
                {"B", "x", at(1s), at(6s)},
                {"C", "x", at(4s), at(9s)},
                {"D", "x", at(2s), at(3s)}};
  const Gantt gantt = make_gantt(line, {.wait_rows = 2});
  ASSERT_EQ(gantt.waits.size(), 2U);
  ASSERT_EQ(gantt.waits[0].size(), 2U);
  EXPECT_EQ(gantt.waits[0][1].wait, 2U) << "C follows A";
  EXPECT_EQ(gantt.waits_left, 1U);
  EXPECT_EQ(make_gantt(line, {.waits = 1}).waits[0][0].wait, 1U) << "the longest, the first of two";
}

TEST(Gantt, StaysOnItsAxisThoughTheClockWasSetBack) {
  Timeline line = timeline_of({attempt(0, 0s, 2s), attempt(0, -30s, 1s)});
  line.pauses = {{at(-20s), at(1s)}, {at(-20s), at(-10s)}};
  const Gantt gantt = make_gantt(line);
  for (const Bar& bar : gantt.lanes[0]) {
    EXPECT_GE(bar.start, 0);
    EXPECT_LE(bar.start + bar.length, 1 + 1e-9);
  }
  EXPECT_EQ(gantt.pauses.size(), 1U) << "what was before the axis is not on it";
  EXPECT_EQ(make_gantt({}).bars, 0U);
}

std::vector<std::string> labels(const std::vector<Tick>& ticks, int zoom) {
  std::vector<std::string> result;
  for (const Tick& tick : ticks)
    if (tick.zoom == zoom) result.push_back(tick.label);
  return result;
}

TEST(Ticks, AreAtRoundTimes) {
  EXPECT_THAT(labels(ticks_of(47s, 6, 0), 0), ElementsAre("0", "10s", "20s", "30s", "40s"));
  EXPECT_THAT(labels(ticks_of(100min, 6, 0), 0), ElementsAre("0", "30m", "1h", "1h 30m"));
  EXPECT_THAT(labels(ticks_of(1ms, 6, 0), 0), ElementsAre("0", "1ms"));
}

TEST(Ticks, OfACloserLookStandBetweenTheOthers) {
  const std::vector<Tick> ticks = ticks_of(10s, 3, 2);
  EXPECT_THAT(labels(ticks, 0), ElementsAre("0", "5s", "10s"));
  EXPECT_THAT(labels(ticks, 2), ElementsAre("1s", "2s", "3s", "4s", "6s", "7s", "8s", "9s"));
}

TEST(Ticks, AreBoundedHoweverLongTheAxis) {
  for (const Duration length : {Duration{1ms}, Duration{3s}, Duration{77h}, Duration{24h * 3000}})
    EXPECT_LE(labels(ticks_of(length, 10, 5), 0).size(), 10U);
  EXPECT_LE(ticks_of(24h * 3000, 10, 5).size(), 320U);
}

}  // namespace
}  // namespace headway::cli
