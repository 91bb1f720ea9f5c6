#include "coordinator/forecast/forecast.h"

#include <gtest/gtest.h>

#include "coordinator/forecast/what_if.h"
#include "situations.h"

namespace headway::test {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

double minutes_of(Duration time) { return to_seconds(time) / 60; }

Plan many(int count) {
  PlanBuilder builder;
  for (int i = 1; i <= count; ++i) {
    builder.add("t" + std::to_string(i)).category("a").estimate(10min);
  }
  return builder.plan;
}

TEST(Forecast, IsTheSameForTheSameSituationAndAnotherForAnotherSeed) {
  Situation situation = fresh(many(40), 4);
  const Forecast first = make_forecast(situation);
  EXPECT_EQ(make_forecast(situation), first);
  ++situation.seed;
  EXPECT_NE(make_forecast(situation).left, first.left);
}

TEST(Forecast, FollowsTheAgentsAndTheLimit) {
  Situation situation = fresh(many(40), 4);
  const double on_four = minutes_of(make_forecast(situation).left->middle);
  EXPECT_GT(on_four, 75);
  EXPECT_LT(on_four, 140);
  situation.workforce.able = 8;
  EXPECT_LT(minutes_of(make_forecast(situation).left->middle), on_four * 0.65);
  situation.most_alive = 4;
  EXPECT_EQ(minutes_of(make_forecast(situation).left->middle), on_four);
}

TEST(Forecast, IsSurerTheMoreIsKnown) {
  const auto width = [](const Forecast& forecast) {
    return to_seconds(forecast.left->late) / to_seconds(forecast.left->middle);
  };
  Situation situation = fresh(many(80), 4);
  const double at_first = width(make_forecast(situation));
  for (int i = 1; i <= 40; ++i) succeed(situation, "t" + std::to_string(i), 11min);
  EXPECT_LT(width(make_forecast(situation)), at_first);
  EXPECT_LT(width(make_forecast(situation)), 1.15);
}

TEST(Forecast, HasNoEndWhereATicketHasNoAgent) {
  Plan plan = many(2);
  plan.tickets[1].agent.labels = {"gpu"};
  Situation situation = fresh(plan, 0);
  situation.workforce.workers.push_back(
      {.id = WorkerId{1}, .name = "w", .slots = 2, .labels = {}, .types = {}, .resources = {}});
  const Forecast forecast = make_forecast(situation);
  EXPECT_FALSE(forecast.left.has_value());
  EXPECT_EQ(forecast.stuck, 1U);
  situation.workforce.workers[0].labels = {"gpu"};
  EXPECT_TRUE(make_forecast(situation).left.has_value());
}

TEST(Forecast, HasNoEndWhereAGateHasNoAgent) {
  PlanBuilder builder;
  builder.add("A").writes("db");
  builder.add("behind").writes("db");
  builder.add("after").after({"A"});
  builder.add("beside");
  Situation situation = fresh(std::move(builder.plan), 0);
  situation.workforce.workers.push_back(
      {.id = WorkerId{1}, .name = "w", .slots = 1, .labels = {}, .types = {}, .resources = {}});
  AgentDemand on_arm;
  on_arm.requirement.labels = {"arm"};
  situation.gates.emplace_back(*situation.graph->find("A"), on_arm);
  for (const Standing standing : {Standing::kWaiting, Standing::kAlive}) {
    ticket(situation, "A").standing = standing;
    const Forecast forecast = make_forecast(situation);
    EXPECT_FALSE(forecast.left.has_value());
    EXPECT_EQ(forecast.stuck, 3U) << "its slot is free, and its lock is not";
  }
  situation.workforce.workers.push_back({.id = WorkerId{2},
                                         .name = "a",
                                         .slots = 1,
                                         .labels = {"arm"},
                                         .types = {},
                                         .resources = {}});
  EXPECT_TRUE(make_forecast(situation).left.has_value());
}

TEST(Forecast, CountsResourcesOfTheirWorkerAndOfTheCluster) {
  PlanBuilder builder;
  builder.resource("licence", 2);
  for (int i = 1; i <= 8; ++i) {
    builder.add("t" + std::to_string(i)).category("a").estimate(10min).needs("memory", 3);
  }
  Situation situation = fresh(builder.plan, 0);
  situation.workforce.workers.push_back({.id = WorkerId{1},
                                         .name = "w",
                                         .slots = 8,
                                         .labels = {},
                                         .types = {},
                                         .resources = {{"memory", 6000}}});
  const double two_at_once = minutes_of(make_forecast(situation).left->middle);
  EXPECT_GT(two_at_once, 35);
  situation.workforce.workers[0].resources = {{"memory", 24'000}};
  EXPECT_LT(minutes_of(make_forecast(situation).left->middle), two_at_once / 2);
}

TEST(Forecast, FailuresThatWereSeenTakeTimeAndRest) {
  Plan plan = many(20);
  for (Ticket& ticket : plan.tickets) ticket.retry = {.max = 5, .backoff = 5min};
  Situation situation = fresh(plan, 1);
  for (int i = 1; i <= 10; ++i) succeed(situation, "t" + std::to_string(i), 10min);
  const double without = minutes_of(make_forecast(situation).left->middle);
  for (int i = 1; i <= 10; ++i) ticket(situation, "t" + std::to_string(i)).failures = 1;
  EXPECT_GT(minutes_of(make_forecast(situation).left->middle), without * 1.4);
}

// ---- What if

TEST(WhatIf, MoreAgentsAreSoonerAndTheSameIsTheSame) {
  const Situation situation = fresh(many(40), 4);
  WhatIfRequest request;
  request.more_agents = 4;
  const Result<WhatIfAnswer> answer = what_if(situation, request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->before.agents, 4U);
  EXPECT_EQ(answer->after.agents, 8U);
  EXPECT_LT(*answer->after.eta, *answer->before.eta);
  request.more_agents = 0;
  request.agents = 4;
  EXPECT_EQ(what_if(situation, request)->after.eta, answer->before.eta);
}

TEST(WhatIf, ADroppedTicketCountsAsDone) {
  PlanBuilder builder;
  builder.add("first").estimate(60min);
  builder.add("then").estimate(10min).after({"first"});
  const Situation situation = fresh(builder.plan, 1);
  WhatIfRequest request;
  request.drop = {"first"};
  const Result<WhatIfAnswer> answer = what_if(situation, request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->after.tickets, 1U);
  EXPECT_LT(*answer->after.eta, 20min);
}

TEST(WhatIf, APriorityMovesWhatGoesFirst) {
  PlanBuilder builder;
  for (int i = 1; i <= 4; ++i) builder.add("low" + std::to_string(i)).estimate(10min);
  builder.add("head").estimate(1min).priority(Priority::kLow);
  builder.add("tail").estimate(40min).priority(Priority::kLow).after({"head"});
  const Situation situation = fresh(builder.plan, 2);
  WhatIfRequest request;
  request.priorities = {{"head", "critical"}, {"tail", "critical"}};
  const Result<WhatIfAnswer> answer = what_if(situation, request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_LT(*answer->after.eta, *answer->before.eta);
}

TEST(WhatIf, RefusesWhatItDoesNotKnow) {
  Situation situation = fresh(many(3), 1);
  succeed(situation, "t1", 10min);
  const auto refused = [&](const WhatIfRequest& request) {
    const Result<WhatIfAnswer> answer = what_if(situation, request);
    return answer ? std::string("nothing") : answer.error().message;
  };
  WhatIfRequest request;
  request.drop = {"t4"};
  EXPECT_EQ(refused(request).substr(0, 20), "there is no ticket t");
  request.drop = {"t1"};
  EXPECT_EQ(refused(request), "t1 is over already");
  request = {};
  request.priorities = {{"t2", "urgent"}};
  EXPECT_EQ(refused(request), "`urgent` is no priority");
  request = {};
  request.resources = {{"licence", 1000}};
  EXPECT_EQ(refused(request), "the plan does not count licence for the whole cluster");
  request = {};
  request.more_agents = -2;
  EXPECT_EQ(refused(request), "there are only 1 agents");
}

TEST(WhatIf, SaysThatARunWithoutAgentsHasNoEnd) {
  WhatIfRequest request;
  request.agents = 2;
  const Result<WhatIfAnswer> answer = what_if(fresh(many(3), 0), request);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->before.eta.has_value());
  EXPECT_TRUE(answer->after.eta.has_value());
  ASSERT_FALSE(answer->notes.empty());
  EXPECT_EQ(answer->notes.front(), "as things are, there is no agent: the run has no end");
}

}  // namespace
}  // namespace headway::test
