#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// What a person changes in a run that goes on.

namespace headway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Ids = CoreHarness::Ids;

AdjustRequest parallelism(std::int32_t most) {
  AdjustRequest request;
  request.parallelism = most;
  return request;
}

AdjustRequest more_at_once(std::int32_t by) {
  AdjustRequest request;
  request.more_parallelism = by;
  return request;
}

AdjustRequest amount_of(const std::string& resource, std::int64_t units) {
  AdjustRequest request;
  request.resources.push_back({resource, units * 1000});
  return request;
}

AdjustRequest priority_of(const std::string& ticket, const std::string& priority) {
  AdjustRequest request;
  request.priorities.push_back({ticket, priority});
  return request;
}

TEST(Adjust, ALimitHoldsFromNowOnAndAfterARestart) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add_many("t", 6);
  h.submit(plan);
  EXPECT_EQ(h.assigned().size(), 6U) << "four run, two wait there";
  for (const char* ticket : {"t1", "t2", "t3", "t4"}) h.start(ticket);
  const AdjustAnswer answer = h.adjust(parallelism(2));
  EXPECT_THAT(answer.changes, ElementsAre(Change{"tickets alive at once", "no limit", "2"}));
  h.finish("t1");
  h.finish("t2");
  h.restart();
  h.rejoin("w");
  EXPECT_EQ(h.core().state().runs.begin()->second.most_alive(), 2U);
  h.finish_all();
}

TEST(Adjust, AHigherLimitHandsOutAtOnce) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add_many("t", 4);
  plan.max_parallel(1);
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"t1"});
  h.adjust(more_at_once(2));
  EXPECT_EQ(h.assigned(), (Ids{"t2", "t3"}));
  h.adjust(parallelism(0));
  EXPECT_EQ(h.assigned(), Ids{"t4"}) << "without a limit";
}

TEST(Adjust, MoreThanTheAgentsThereAreIsSetAndSaid) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("t");
  plan.max_parallel(1);
  h.submit(plan);
  h.assigned();
  const AdjustAnswer answer = h.adjust(parallelism(5));
  EXPECT_THAT(answer.changes, ElementsAre(Change{"tickets alive at once", "1", "5"}));
  EXPECT_THAT(answer.notes, ElementsAre(HasSubstr("2 agents are there")));
}

TEST(Adjust, MoreAtOnceWithoutALimitChangesNothingAndSaysWhatLimitsIt) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("t");
  h.submit(plan);
  h.assigned();
  const AdjustAnswer answer = h.adjust(more_at_once(1));
  EXPECT_THAT(answer.changes, IsEmpty());
  EXPECT_THAT(answer.notes, ElementsAre(HasSubstr("its 2 agents")));
  EXPECT_EQ(h.count(FactKind::kRunSteered), 0U);
}

TEST(Adjust, FewerAtOnceCountFromTheAgentsWhereThereWasNoLimit) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.add("t");
  h.submit(plan);
  h.assigned();
  EXPECT_THAT(h.adjust(more_at_once(-1)).changes,
              ElementsAre(Change{"tickets alive at once", "no limit", "3"}));
  EXPECT_THAT(h.adjust(more_at_once(-9)).changes,
              ElementsAre(Change{"tickets alive at once", "3", "1"}))
      << "one at least: to hand out nothing is to pause";
}

TEST(Adjust, MoreOfAResourceLetsGoWhatWaitedForIt) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  plan.resource("license", 1);
  for (const char* id : {"a", "b", "c"}) plan.add(id).needs("license", 1);
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_THAT(h.adjust(amount_of("license", 2)).changes,
              ElementsAre(Change{"resource license", "1", "2"}));
  EXPECT_EQ(h.assigned(), Ids{"b"});
  h.adjust(amount_of("license", 1));
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{}) << "b uses all that there is now";
  h.finish("b");
  EXPECT_EQ(h.assigned(), Ids{"c"});
}

TEST(Adjust, OfAResourceThatThePlanDoesNotCountNamesThoseThatItDoes) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.resource("license", 1);
  plan.add("t");
  h.submit(plan);
  h.assigned();
  EXPECT_THAT(h.refused_adjustment(amount_of("licence", 2)), HasSubstr("license"));
}

TEST(Adjust, APriorityGoesBeforeTheRestAndToWhatTheTicketWaitsFor) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add_many("t", 3);
  plan.add("before").priority(Priority::kLow);
  plan.add("wanted").priority(Priority::kLow).after({"before"});
  h.submit(plan);
  EXPECT_THAT(h.adjust(priority_of("wanted", "critical")).changes,
              ElementsAre(Change{"priority of wanted", "low", "critical"}));
  h.restart();
  h.join("w", 1);
  EXPECT_EQ(h.assigned(), Ids{"before"});
  h.start("before");
  h.finish("before");
  EXPECT_EQ(h.assigned(), (Ids{"wanted", "t1"}));
}

TEST(Adjust, APriorityMovesWhatStandsInLineForALock) {
  CoreHarness h;
  h.join("w", 4);
  PlanBuilder plan;
  for (const char* id : {"a", "b", "c"}) plan.add(id).writes("db");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), Ids{"a"});
  h.adjust(priority_of("c", "high"));
  h.finish("a");
  EXPECT_EQ(h.assigned(), Ids{"c"});
  h.finish("c");
  EXPECT_EQ(h.assigned(), Ids{"b"});
}

TEST(Adjust, AllThatIsAskedForOrNothing) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("t");
  h.submit(plan);
  h.assigned();
  AdjustRequest request = parallelism(3);
  request.priorities.push_back({"t", "urgent"});
  EXPECT_THAT(h.refused_adjustment(request), HasSubstr("critical, high, medium"));
  request.priorities = {{"x", "high"}};
  EXPECT_THAT(h.refused_adjustment(request), HasSubstr("no ticket x"));
  EXPECT_EQ(h.count(FactKind::kParallelismSet), 0U);
}

TEST(Adjust, WithDryRunOnlyTells) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.resource("license", 1);
  plan.add("t").needs("license", 1);
  h.submit(plan);
  h.assigned();
  AdjustRequest request = amount_of("license", 3);
  request.parallelism = 1;
  request.priorities.push_back({"t", "high"});
  request.dry_run = true;
  const std::size_t facts = h.facts().size();
  EXPECT_EQ(h.adjust(request).changes.size(), 3U);
  EXPECT_EQ(h.facts().size(), facts);
}

TEST(Reallocate, TakesBackWhatHasNotStartedAndHandsItOutByThePictureOfNow) {
  CoreHarness h;
  h.join("w1", 1);
  PlanBuilder plan;
  plan.add_many("t", 2);
  h.submit(plan);
  EXPECT_EQ(h.assigned_to("w1"), (Ids{"t1", "t2"}));
  h.start("t1");
  AdjustRequest request;
  request.reallocate = true;
  EXPECT_THAT(h.adjust(request).taken_back, ElementsAre("t2"));
  EXPECT_TRUE(h.sent<Stop>("w1").recall);
  h.join("w2", 1);
  h.reject("t2");
  h.advance(1s);
  EXPECT_EQ(h.assigned_to("w2"), Ids{"t2"});
  h.ignore_messages();
}

TEST(Reassign, AWaitingTicketGoesToItsWorkerAlone) {
  CoreHarness h;
  h.join("w1", 1);
  h.join("w2", 1);
  PlanBuilder plan;
  plan.add("first");
  plan.add("moved").after({"first"});
  h.submit(plan);
  EXPECT_EQ(h.assigned_to("w1"), Ids{"first"});
  EXPECT_THAT(h.reassign({"moved"}, "w2/1"),
              ElementsAre(Change{"worker of moved", "any worker", "w2"}))
      << "an agent stands for its worker";
  h.restart();
  h.rejoin("w1");
  h.rejoin("w2");
  h.start("first");
  h.finish("first");
  EXPECT_EQ(h.assigned_to("w2"), Ids{"moved"});
}

TEST(Reassign, WhatIsNotStartedIsTakenBack) {
  CoreHarness h;
  h.join("w1", 1);
  PlanBuilder plan;
  plan.add_many("t", 2);
  h.submit(plan);
  h.assigned();
  h.start("t1");
  h.join("w2", 1);
  h.ignore_messages();
  h.reject("t2");  // w2 is idle: it was asked back for that
  h.advance(1s);
  EXPECT_EQ(h.assigned_to("w2"), Ids{"t2"});
  h.reassign({"t2"}, "w1");
  EXPECT_TRUE(h.sent<Stop>("w2").recall);
  h.reject("t2");
  h.finish("t1");
  h.advance(1s);
  EXPECT_EQ(h.assigned_to("w1"), Ids{"t2"});
}

TEST(Reassign, WhatRunsElsewhereIsStoppedOnlyWithRestartAndBeginsAnewWithALargerToken) {
  CoreHarness h;
  h.join("w1", 1);
  PlanBuilder plan;
  plan.add("t");
  h.submit(plan);
  h.assigned();
  h.start("t");
  h.join("w2", 1);
  EXPECT_THAT(h.refused_reassignment({"t"}, "w2"), HasSubstr("--restart"));
  EXPECT_EQ(h.count(FactKind::kTicketPinned), 0U);
  const Token before = h.token("t");
  const std::vector<Change> changes = h.reassign({"t"}, "w2", true);
  EXPECT_THAT(changes, testing::Contains(Change{"attempt of t", "running", "begun anew"}));
  EXPECT_EQ(h.sent<Stop>("w1").outcome, Outcome::kTakenBack);
  h.restart();
  h.rejoin("w1");
  h.rejoin("w2");
  EXPECT_EQ(h.sent<Stop>("w1").outcome, Outcome::kTakenBack) << "durable, and so told again";
  h.end("t", Outcome::kTakenBack);
  EXPECT_EQ(h.assigned_to("w2"), Ids{"t"});
  EXPECT_GT(h.token("t"), before);
  EXPECT_EQ(h.record("t").retries_used, 0U);
}

TEST(Reassign, ToAnySetsFreeAgain) {
  CoreHarness h;
  h.join("w1", 1);
  h.join("w2", 1);
  PlanBuilder plan;
  plan.add("first");
  plan.add("moved").after({"first"});
  h.submit(plan);
  h.assigned();
  h.reassign({"moved"}, "w2");
  h.drain("w2");
  h.sent<Drain>("w2");
  h.start("first");
  h.finish("first");
  EXPECT_EQ(h.assigned(), Ids{}) << "its worker is to leave";
  h.reassign({"moved"}, "");
  EXPECT_EQ(h.assigned_to("w1"), Ids{"moved"});
}

TEST(Reassign, IsRefusedWhereTheWorkerCouldNotRunIt) {
  CoreHarness h;
  h.join("w1", 1, [](Hello& hello) { hello.labels = {"linux"}; });
  h.join("w2", 1, [](Hello& hello) { hello.resources = {{"cpus", 2000}}; });
  PlanBuilder plan;
  plan.add("t").labelled("linux").labelled("gcc").of_type("coder");
  plan.add("big").needs("cpus", 64);
  plan.add("elsewhere").not_on("w2");
  plan.add("done");
  h.submit(plan);
  h.assigned();
  h.start("done");
  h.finish("done");
  EXPECT_EQ(h.refused_reassignment({"t"}, "w2"),
            "worker w2 cannot run t: it does not offer type coder, label linux, label gcc");
  EXPECT_THAT(h.refused_reassignment({"t"}, "w1"), HasSubstr(" offer type coder, label gcc"));
  EXPECT_THAT(h.refused_reassignment({"big"}, "w1"), HasSubstr("it does not offer resource cpus"));
  EXPECT_THAT(
      h.refused_reassignment({"big"}, "w2"),
      HasSubstr("it does not offer enough of the resource cpus (at most 2, 64 are needed)"));
  EXPECT_THAT(h.refused_reassignment({"elsewhere"}, "w2"), HasSubstr("plan excludes that worker"));
  EXPECT_THAT(h.refused_reassignment({"t"}, "w3"), HasSubstr("no worker w3"));
  EXPECT_EQ(h.refused_reassignment({"t"}, "w1/2"), "there is no agent w1/2: worker w1 has 1 slot");
  EXPECT_THAT(h.refused_reassignment({"t"}, "w1/0"), HasSubstr("there is no agent"));
  EXPECT_THAT(h.refused_reassignment({"done"}, "w1"), HasSubstr("has ended"));
}

TEST(RestartWorker, IsToldToStartAnewUntilItDrainsAlsoByARestartedCoordinator) {
  CoreHarness h;
  h.join("w", 1);
  PlanBuilder plan;
  plan.add("t");
  h.submit(plan);
  h.assigned();
  h.start("t");
  h.restart_worker("w");
  EXPECT_TRUE(h.sent<Drain>("w").restart);
  h.restart();
  h.rejoin("w");
  EXPECT_TRUE(h.sent<Drain>("w").restart);
  h.finish("t");
}

}  // namespace
}  // namespace headway
