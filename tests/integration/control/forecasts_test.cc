#include "coordinator/control/forecasts.h"

#include <gtest/gtest.h>

namespace headway {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr RunId kRun{3};

Now at(Duration time) { return {Instant{1000s + time}, WallTime{}}; }

Run run_in(RunState state, std::uint32_t version = 1) {
  const auto plan = std::make_shared<RunPlan>();
  plan->version = version;
  Run run;
  run.id = kRun;
  run.source = plan;
  run.state = state;
  return run;
}

Forecast forecast_of(Duration middle, Duration late) {
  Forecast forecast;
  forecast.left = RemainingTime{middle, late};
  return forecast;
}

RunSummary shown(const Forecasts& forecasts, RunState state, Now now) {
  RunSummary summary;
  summary.id = kRun;
  summary.state = state;
  forecasts.show(summary, now);
  return summary;
}

TEST(Forecasts, TheFirstIsNeededAtOnceAndTheNextWhenSomethingHasHappened) {
  const auto run = run_in(RunState::kRunning);
  Forecasts forecasts;
  EXPECT_EQ(forecasts.need(run, Sequence{5}, at(0s)), Forecasts::Need::kNow);
  forecasts.begin(run_in(RunState::kRunning), Sequence{5}, at(0s));
  EXPECT_TRUE(forecasts.is_making(run));
  forecasts.finish(kRun, 1, forecast_of(60s, 90s), 1ms);
  EXPECT_EQ(forecasts.need(run, Sequence{6}, at(900ms)), Forecasts::Need::kNone);
  EXPECT_EQ(forecasts.need(run, Sequence{6}, at(1s)), Forecasts::Need::kNow);
  EXPECT_EQ(forecasts.need(run, Sequence{5}, at(9s)), Forecasts::Need::kNone);
  EXPECT_EQ(forecasts.need(run, Sequence{5}, at(10s)), Forecasts::Need::kNow);
}

TEST(Forecasts, ALargeRunIsForecastAsRarelyAsItsCostAllows) {
  const auto run = run_in(RunState::kRunning);
  Forecasts forecasts;
  forecasts.begin(run_in(RunState::kRunning), Sequence{5}, at(0s));
  forecasts.finish(kRun, 1, forecast_of(60s, 90s), 2s);
  EXPECT_EQ(forecasts.need(run, Sequence{6}, at(49s)), Forecasts::Need::kNone);
  EXPECT_EQ(forecasts.need(run, Sequence{6}, at(50s)), Forecasts::Need::kSoon);
  forecasts.begin(run_in(RunState::kRunning), Sequence{6}, at(50s));
  EXPECT_EQ(forecasts.need(run, Sequence{7}, at(51s)), Forecasts::Need::kNone);
}

TEST(Forecasts, AgesButNotWhileTheRunIsPaused) {
  Forecasts forecasts;
  forecasts.begin(run_in(RunState::kRunning), Sequence{5}, at(0s));
  EXPECT_FALSE(shown(forecasts, RunState::kRunning, at(0s)).eta.has_value());
  forecasts.finish(kRun, 1, forecast_of(60s, 90s), 1ms);
  EXPECT_EQ(shown(forecasts, RunState::kRunning, at(20s)).eta, 40s);
  EXPECT_EQ(shown(forecasts, RunState::kRunning, at(20s)).eta_late, 70s);
  EXPECT_EQ(shown(forecasts, RunState::kRunning, at(80s)).eta, 0s);
  EXPECT_EQ(shown(forecasts, RunState::kPaused, at(20s)).eta, 60s);
  EXPECT_FALSE(shown(forecasts, RunState::kStopped, at(20s)).eta.has_value());
}

TEST(Forecasts, OneOfAnotherPlanCountsAsNone) {
  const auto before = run_in(RunState::kRunning, 1);
  const auto after = run_in(RunState::kRunning, 2);
  const auto eta = [](const Forecasts& forecasts, std::uint32_t version) {
    RunSummary summary;
    summary.id = kRun;
    summary.plan_version = version;
    forecasts.show(summary, at(0s));
    return summary.eta;
  };
  Forecasts forecasts;
  forecasts.begin(before, Sequence{5}, at(0s));
  forecasts.finish(kRun, 1, forecast_of(60s, 90s), 1ms);
  EXPECT_EQ(eta(forecasts, 1), 60s);
  EXPECT_EQ(eta(forecasts, 2), std::nullopt);
  EXPECT_EQ(forecasts.need(after, Sequence{6}, at(0s)), Forecasts::Need::kNow);
  forecasts.begin(before, Sequence{6}, at(0s));
  EXPECT_FALSE(forecasts.is_making(after));
  forecasts.begin(after, Sequence{7}, at(0s));
  forecasts.finish(kRun, 1, forecast_of(70s, 90s), 1ms);
  EXPECT_TRUE(forecasts.is_making(after)) << "what ended was of the plan before";
  forecasts.finish(kRun, 2, forecast_of(30s, 40s), 1ms);
  EXPECT_EQ(eta(forecasts, 2), 30s);
}

TEST(Forecasts, ForgetsRunsThatAreOver) {
  Forecasts forecasts;
  forecasts.begin(run_in(RunState::kRunning), Sequence{5}, at(0s));
  forecasts.keep_only({});
  forecasts.finish(kRun, 1, forecast_of(60s, 90s), 1ms);
  EXPECT_FALSE(shown(forecasts, RunState::kRunning, at(0s)).eta.has_value());
}

}  // namespace
}  // namespace headway
