#include "coordinator/forecast/duration_model.h"

#include <cmath>

#include <gtest/gtest.h>

#include "situations.h"

namespace headway::test {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

/// The time that is as probably too long as too short, in seconds.
double middle(const Situation& situation, const std::string& id) {
  const DurationModel model(situation);
  return std::exp(model.of(*situation.graph->find(id), model.best()).centre);
}

Plan plan_of(const std::string& category, int count, std::optional<Duration> estimate) {
  PlanBuilder builder;
  for (int i = 1; i <= count; ++i) {
    TicketBuilder ticket = builder.add(category + std::to_string(i));
    ticket.category(category);
    if (estimate) ticket.estimate(*estimate);
  }
  return builder.plan;
}

TEST(DurationModel, ABeginsWithTheEstimate) {
  const Situation situation = fresh(plan_of("a", 3, 100s), 1);
  EXPECT_NEAR(middle(situation, "a1"), 100, 1);
  EXPECT_EQ(DurationModel(situation).basis(TicketIndex{0}), Basis::kEstimate);
}

TEST(DurationModel, OneObservationCorrectsALittleAndManyCorrectWhole) {
  Situation situation = fresh(plan_of("a", 30, 100s), 1);
  succeed(situation, "a1", 300s);
  const double after_one = middle(situation, "a30");
  EXPECT_GT(after_one, 120);
  EXPECT_LT(after_one, 290);
  for (int i = 2; i <= 25; ++i) succeed(situation, "a" + std::to_string(i), 300s);
  EXPECT_NEAR(middle(situation, "a30"), 300, 10);
}

TEST(DurationModel, WhatOneCategoryTookSaysALittleAboutTheOthers) {
  Plan plan = plan_of("a", 20, 100s);
  for (const Ticket& other : plan_of("b", 1, 100s).tickets) plan.tickets.push_back(other);
  Situation situation = fresh(plan, 1);
  for (int i = 1; i <= 19; ++i) succeed(situation, "a" + std::to_string(i), 300s);
  EXPECT_GT(middle(situation, "b1"), 110);
  EXPECT_LT(middle(situation, "b1"), 250);
}

TEST(DurationModel, TheTrackRecordOfEarlierRunsCountsLikeAFew) {
  Situation situation = fresh(plan_of("a", 2, 100s), 1);
  const double before = middle(situation, "a1");
  situation.records["a"] = {.ended = 1000,
                            .succeeded = 1000,
                            .timed = 1000,
                            .took = std::chrono::seconds{200'000},
                            .estimated = std::chrono::seconds{100'000}};
  EXPECT_GT(middle(situation, "a1"), before * 1.3);
  EXPECT_LT(middle(situation, "a1"), 200);
}

TEST(DurationModel, WithoutAnEstimateTheCategoryTellsElseAllElseTheDefault) {
  Plan plan = plan_of("a", 10, std::nullopt);
  for (const Ticket& other : plan_of("b", 1, std::nullopt).tickets) plan.tickets.push_back(other);
  Situation situation = fresh(plan, 1);
  EXPECT_NEAR(middle(situation, "a1"), to_seconds(kDefaultEstimate), 1);
  EXPECT_EQ(DurationModel(situation).basis(TicketIndex{0}), Basis::kDefault);
  for (int i = 1; i <= 8; ++i) succeed(situation, "a" + std::to_string(i), 30s);
  EXPECT_NEAR(middle(situation, "a10"), 30, 8);
  EXPECT_EQ(DurationModel(situation).basis(TicketIndex{9}), Basis::kCategory);
  EXPECT_LT(middle(situation, "b1"), 450);
  EXPECT_EQ(DurationModel(situation).basis(TicketIndex{10}), Basis::kOverall);
}

TEST(DurationModel, ThoseThatRunOnSayThatTheirKindTakesLonger) {
  Situation situation = fresh(plan_of("a", 9, 100s), 8);
  succeed(situation, "a1", 60s);
  for (int i = 2; i <= 4; ++i) run_for(situation, "a" + std::to_string(i), 1s);
  const double begun = middle(situation, "a9");
  for (int i = 2; i <= 4; ++i) run_for(situation, "a" + std::to_string(i), 240s);
  EXPECT_GT(middle(situation, "a9"), begun * 1.3);
}

TEST(DurationModel, WhatRunsAlreadyTakesAtLeastWhatItTook) {
  Situation situation = fresh(plan_of("a", 1, 100s), 1);
  run_for(situation, "a1", 99s);
  const DurationModel model(situation);
  double late = 0;
  constexpr int kSamples = 500;
  for (int sample = 0; sample < kSamples; ++sample) {
    DrawnFate fate(situation, model, static_cast<std::uint64_t>(sample));
    const SimulatedAttempt rest = fate.attempt(TicketIndex{0}, 0, {});
    EXPECT_GE(rest.takes, Duration{});
    if (rest.takes > 60s) ++late;
  }
  EXPECT_GT(late, 10);  // it may take much longer yet
  EXPECT_LT(late, kSamples / 2.0);
}

TEST(DurationModel, NothingFailsWhereNothingEverDid) {
  Situation situation = fresh(plan_of("a", 10, 100s), 1);
  for (int i = 1; i <= 9; ++i) succeed(situation, "a" + std::to_string(i), 100s);
  EXPECT_EQ(DurationModel(situation).failing(TicketIndex{9}), 0);
  ticket(situation, "a1").failures = 3;
  const double share = DurationModel(situation).failing(TicketIndex{9});
  EXPECT_GT(share, 0.15);
  EXPECT_LT(share, 0.35);
}

}  // namespace
}  // namespace headway::test
