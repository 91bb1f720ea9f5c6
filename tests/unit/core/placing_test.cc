#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// Which ticket goes where, and when.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

CoreHarness::Offer cpus(std::int64_t units) {
  return [units](Hello& hello) { hello.resources = {{"cpus", units * 1000}}; };
}

// ---- Agents

TEST(Placing, OneAtATimeWhereTheStrategyIsSequential) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add_many("t", 3);
  plan.plan.strategy = Strategy::kSequential;
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"t1"});
  h.start("t1");
  h.finish("t1");
  EXPECT_EQ(h.assigned(), Ids{"t2"});
}

TEST(Agents, ATicketGoesOnlyWhereItsTypeAndLabelsAreOffered) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a").of_type("builder").labelled("gcc");
  h.submit(plan);
  h.join("plain");
  h.join("labelled", 1, [](Hello& hello) { hello.labels = {"gcc"}; });
  h.join("typed", 1, [](Hello& hello) { hello.types = {"builder"}; });
  EXPECT_EQ(h.assigned(), Ids{});
  h.join("both", 1, [](Hello& hello) {
    hello.labels = {"gcc", "linux"};
    hello.every_type = true;
  });
  EXPECT_EQ(h.assigned_to("both"), Ids{"a"});
}

TEST(Agents, AnAgentTypesLabelsCountAsTheTickets) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a").of_type("writer");
  RunOptions options;
  options.agent_types = {{"writer", {"docs"}, {}, {}}};
  h.submit(plan, options);
  h.join("typed", 1, [](Hello& hello) { hello.types = {"writer"}; });
  EXPECT_EQ(h.assigned(), Ids{});
  h.join("both", 1, [](Hello& hello) {
    hello.types = {"writer"};
    hello.labels = {"docs"};
  });
  EXPECT_EQ(h.assigned(), Ids{"a"});
}

TEST(Agents, AnExcludedWorkerDoesNotGetIt) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a").not_on("old");
  h.submit(plan);
  h.join("old");
  EXPECT_EQ(h.assigned(), Ids{});
  h.join("new");
  EXPECT_EQ(h.assigned_to("new"), Ids{"a"});
}

TEST(Agents, TheLeastBusyWorkerGetsTheNext) {
  CoreHarness h;
  h.join("big", 4);
  h.join("small", 2);
  PlanBuilder plan;
  plan.add_many("t", 3);
  h.submit(plan);
  EXPECT_EQ(h.assigned_to("big").size(), 2U);
  EXPECT_EQ(h.assigned_to("small").size(), 1U);
}

// ---- Order

TEST(Order, PriorityGoesFirstThenPlanOrder) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("low").priority(Priority::kLow).writes("l");
  plan.add("one").writes("l");
  plan.add("two").writes("l");
  plan.add("urgent").priority(Priority::kCritical).writes("l");
  h.submit(plan);
  h.join("w");
  Ids order;
  for (int i = 0; i < 4; ++i) {
    const Ids next = h.assigned();
    ASSERT_EQ(next.size(), 1U);
    order.push_back(next[0]);
    h.finish(next[0]);
  }
  EXPECT_EQ(order, (Ids{"urgent", "one", "two", "low"}));
}

TEST(Order, TheLongestChainGoesFirst) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("short").estimate(1min);
  plan.add("head").estimate(1min);
  plan.add("tail").estimate(1h).after({"head"});
  h.submit(plan);
  h.join("w");
  EXPECT_EQ(h.assigned(), Ids{"head"});
  h.run_through("head");
  EXPECT_EQ(h.assigned(), (Ids{"tail", "short"}));
}

TEST(Order, ASoftDependencyGoesFirstButNeverBlocks) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("later").rather_after({"first"});
  plan.add("first").of_type("rare");
  h.submit(plan);
  h.join("w");
  EXPECT_EQ(h.assigned(), Ids{"later"});

  CoreHarness both;
  PlanBuilder open;
  open.add("later").rather_after({"first"});
  open.add("first");
  both.submit(open);
  both.join("w");
  EXPECT_EQ(both.assigned(), (Ids{"first", "later"}));
}

TEST(Order, MaxParallelIsTheMostThatIsAlive) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add_many("t", 5);
  plan.max_parallel(2);
  h.submit(plan);
  h.join("w", 8);
  EXPECT_EQ(h.assigned(), (Ids{"t1", "t2"}));
  h.finish("t1");
  EXPECT_EQ(h.assigned(), Ids{"t3"});
}

// ---- One ahead

TEST(Ahead, AnAgentHasAtMostOneWaitingAndOnlyLightOnes) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add_many("t", 10);
  plan.add("locked").writes("l").priority(Priority::kBackground);
  h.submit(plan);
  EXPECT_EQ(h.assigned().size(), 4U);
  h.start("t1");
  h.finish("t1");
  EXPECT_EQ(h.assigned(), Ids{"t5"});
}

TEST(Ahead, IsAskedBackWhenAnotherAgentIsIdle) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add_many("t", 2);
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"t1", "t2"}));
  h.start("t1");
  h.join("idle");
  const Stop recall = h.sent<Stop>("w");
  EXPECT_TRUE(recall.recall);
  EXPECT_EQ(recall.token, h.token("t2"));
  h.reject("t2");
  EXPECT_EQ(h.assigned_to("idle"), Ids{"t2"});
  EXPECT_EQ(h.record("t2").retries_used, 0U);
}

TEST(Ahead, IsAskedBackAgainAfterAReconnection) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add_many("t", 2);
  h.submit(plan);
  h.assigned();
  h.start("t1");
  h.join("idle");
  EXPECT_TRUE(h.sent<Stop>("w").recall);
  h.rejoin("w");
  EXPECT_TRUE(h.sent<Stop>("w").recall);
}

TEST(Ahead, DoesNotKeepABetterTicketFromASlot) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add_many("t", 6);
  h.submit(plan);
  h.assigned();
  h.start("t1");
  PlanBuilder urgent;
  urgent.add("urgent").priority(Priority::kCritical).writes("l");
  h.submit(urgent);
  h.finish("t1");
  EXPECT_EQ(h.assigned(), Ids{}) << "the slot after t2 is the urgent ticket's";
  h.start("t2");
  h.finish("t2");
  EXPECT_EQ(h.assigned(), (Ids{"urgent", "t3"}));
}

/// Before what has the slot ends nothing worse is handed ahead: the slot is then for what that lets
/// go.
void expect_its_slot_is_for(CoreHarness& h, PlanBuilder& plan, const std::string& better) {
  plan.add_many("worse", 3);
  h.join("w");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"first"}) << "nothing ahead";
  h.run_through("first");
  EXPECT_EQ(h.assigned(), (Ids{better, "worse1"})) << "nothing better is left to wait for";
  h.finish_all();
}

TEST(Ahead, NothingWorseThanWhatComesAfterTheTicketThatRuns) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("first").priority(Priority::kHigh);
  plan.add("then").after({"first"}).priority(Priority::kHigh);
  expect_its_slot_is_for(h, plan, "then");
}

TEST(Ahead, NothingWorseThanWhatWaitsForALockOfTheTicketThatRuns) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("first").priority(Priority::kHigh).writes("l");
  plan.add("then").priority(Priority::kHigh).writes("l");
  expect_its_slot_is_for(h, plan, "then");
}

TEST(Ahead, NothingWorseThanWhatWaitsForAResourceOfTheTicketThatRuns) {
  CoreHarness h;
  PlanBuilder plan;
  plan.resource("license", 1);
  plan.add("first").priority(Priority::kHigh).needs("license", 1);
  plan.add("then").priority(Priority::kHigh).needs("license", 1);
  expect_its_slot_is_for(h, plan, "then");
}

TEST(Ahead, NothingWorseThanWhatAPersonHasMadeMoreUrgentSince) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("first");
  plan.add("then").after({"first"}).priority(Priority::kLow);
  const RunId run = h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"first"});
  AdjustRequest urgent;
  urgent.run = run;
  urgent.priorities = {{"then", "critical"}};
  h.adjust(urgent);
  PlanBuilder other;
  other.add("worse");
  h.submit(other);
  EXPECT_EQ(h.assigned(), Ids{});
  h.run_through("first");
  EXPECT_EQ(h.assigned(), (Ids{"then", "worse"}));
  h.finish_all();
}

TEST(Ahead, WhatIsWorseThanATicketThatCannotRunThereMay) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("first").priority(Priority::kHigh);
  plan.add("then").after({"first"}).priority(Priority::kHigh).labelled("elsewhere");
  plan.add("worse");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (Ids{"first", "worse"}));
  h.run_through("first");
  h.run_through("worse");
}

// ---- Counted resources

TEST(Resources, OfTheClusterAreSharedByAllWorkers) {
  CoreHarness h;
  PlanBuilder plan;
  plan.resource("license", 2);
  for (const char* id : {"a", "b", "c"}) plan.add(id).needs("license", 1);
  h.submit(plan);
  h.join("w", 4);
  h.join("x", 4);
  EXPECT_EQ(h.assigned().size(), 2U);
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"c"});
}

TEST(Resources, OfAWorkerAreCountedOnEach) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("big").needs("cpus", 3);
  plan.add("half").needs("cpus", 2);
  plan.add("small").needs("cpus", 1);
  h.submit(plan);
  h.join("w", 4, cpus(4));
  EXPECT_EQ(h.assigned(), (Ids{"big", "small"}));
  h.join("x", 4, cpus(2));
  EXPECT_EQ(h.assigned_to("x"), Ids{"half"});
}

TEST(Resources, ATicketThatNobodyCanRunHindersNobody) {
  CoreHarness h;
  PlanBuilder plan;
  // Each of another amount, so that each is looked at by itself.
  for (int i = 0; i < 100; ++i) {
    plan.add("huge" + std::to_string(i)).needs("cpus", 100 + i).priority(Priority::kHigh);
  }
  plan.add("first").needs("cpus", 4).priority(Priority::kCritical);
  plan.add("second").needs("cpus", 3);
  h.join("w", 4, cpus(4));
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"first"});
  h.finish("first");
  EXPECT_EQ(h.assigned(), Ids{"second"});
  h.join("giant", 100, cpus(1'000'000));
  EXPECT_EQ(h.assigned_to("giant").size(), 100U);
}

// ---- Nothing starves

/// Finishes what is alive one by one until `wanted` is handed out; how many that took.
int rounds_until(CoreHarness& h, const std::string& wanted, Ids alive, int most) {
  for (int i = 0; i < most; ++i) {
    if (std::ranges::find(alive, wanted) != alive.end()) return i;
    const std::string next = alive.front();
    alive.erase(alive.begin());
    h.finish(next);
    for (const std::string& id : h.assigned()) alive.push_back(id);
  }
  return most;
}

TEST(Starvation, TwoLicensesAreKeptForWhoeverNeedsThemAmongAStreamOfOnes) {
  CoreHarness h;
  PlanBuilder plan;
  plan.resource("license", 2);
  plan.add("one").needs("license", 1).priority(Priority::kCritical);
  plan.add("two").needs("license", 2).priority(Priority::kHigh);
  for (int i = 0; i < 200; ++i) plan.add("t" + std::to_string(i)).needs("license", 1);
  h.submit(plan);
  h.join("w", 4);
  EXPECT_LT(rounds_until(h, "two", h.assigned(), 100), 40);
  h.ignore_messages();
}

TEST(Starvation, AWholeFolderIsKeptForWhoeverNeedsItAmongWritersOfItsFiles) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("file").changes("docs/x.md").priority(Priority::kCritical);
  plan.add("folder").changes("docs/**").priority(Priority::kHigh);
  for (int i = 0; i < 200; ++i) {
    plan.add("t" + std::to_string(i)).changes("docs/" + std::to_string(i) + ".md");
  }
  h.submit(plan);
  h.join("w", 2);
  EXPECT_LT(rounds_until(h, "folder", h.assigned(), 150), 60);
  h.ignore_messages();
}

TEST(Starvation, AWriterIsNotPassedOverByReadersForever) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("reader").reads("l").priority(Priority::kCritical);
  plan.add("writer").writes("l").priority(Priority::kHigh);
  for (int i = 0; i < 200; ++i) plan.add("t" + std::to_string(i)).reads("l");
  h.submit(plan);
  h.join("w", 3);
  EXPECT_LT(rounds_until(h, "writer", h.assigned(), 150), 40);
  h.ignore_messages();
}

TEST(Starvation, NothingIsKeptForATicketOfARunThatIsPaused) {
  CoreHarness h;
  PlanBuilder paused;
  paused.add("reader").reads("l").priority(Priority::kCritical);
  paused.add("writer").writes("l").priority(Priority::kHigh);
  const RunId run = h.submit(paused);
  h.join("w", 3);
  EXPECT_EQ(h.assigned(), Ids{"reader"});
  h.start("reader");
  h.pause(run);
  PlanBuilder others;
  for (int i = 0; i < 100; ++i) others.add("t" + std::to_string(i)).reads("l");
  h.submit(others);
  Ids alive = h.assigned();
  while (!alive.empty()) {
    const std::string next = alive.front();
    alive.erase(alive.begin());
    h.finish(next);
    for (const std::string& id : h.assigned()) alive.push_back(id);
  }
  EXPECT_EQ(h.count(FactKind::kTicketAssigned), 101U);
}

TEST(Starvation, WhatIsKeptIsGivenUpWhenItsTicketCanNotRunAnyMore) {
  CoreHarness h;
  PlanBuilder plan;
  plan.resource("license", 2);
  plan.add("one").needs("license", 1).priority(Priority::kCritical);
  plan.add("two").needs("license", 2).labelled("gpu").priority(Priority::kHigh);
  for (int i = 0; i < 100; ++i) {
    plan.add("t" + std::to_string(i)).needs("license", 1).not_on("gpu");
  }
  h.submit(plan);
  h.join("gpu", 2, [](Hello& hello) { hello.labels = {"gpu"}; });
  EXPECT_EQ(h.assigned(), Ids{"one"});
  h.join("w", 2);
  Ids alive = h.assigned();
  while (!alive.empty()) {
    const std::string next = alive.front();
    alive.erase(alive.begin());
    h.finish(next);
    for (const std::string& id : h.assigned()) alive.push_back(id);
  }
  // `one` still has a license and `two` the claim to both: nothing else may have the other.
  ASSERT_EQ(h.state("one"), TicketState::kAssigned);
  ASSERT_EQ(h.state("two"), TicketState::kReady);
  h.silence("gpu");
  h.pass(20s);
  EXPECT_FALSE(h.assigned_to("w").empty());
}

}  // namespace
}  // namespace headway
