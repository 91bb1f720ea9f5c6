#include "common/plan/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

using namespace std::chrono_literals;
using test::ids_by_rank;
using test::plan_of;
using test::ticket;
using ::testing::ElementsAre;

std::shared_ptr<const PlanGraph> graph_of(const Plan& plan) {
  const auto graph = PlanGraph::build(plan);
  EXPECT_TRUE(graph.ok()) << graph.error().message;
  return graph.value();
}

std::string build_error(const Plan& plan) {
  const auto graph = PlanGraph::build(plan);
  return graph ? "no error" : graph.error().message;
}

TEST(PlanGraph, OfNoTicketsIsEmpty) {
  const auto graph = graph_of(Plan{});
  EXPECT_EQ(graph->size(), 0U);
  EXPECT_EQ(graph->group_count(), 0U);
  EXPECT_TRUE(graph->topological_order().empty());
}

TEST(PlanGraph, FindsTicketsByTheirIds) {
  const auto graph = graph_of(plan_of({ticket("A"), ticket("B")}));
  ASSERT_NE(graph->find("B"), nullptr);
  EXPECT_EQ(*graph->find("B"), TicketIndex{1});
  EXPECT_EQ(graph->find("C"), nullptr);
}

TEST(PlanGraph, KnowsEachEdgeFromBothEnds) {
  Plan plan = plan_of({ticket("A"), ticket("B", {"A"}), ticket("C", {"A", "B"})});
  plan.tickets[2].dependencies.soft = {"A"};
  plan.tickets[2].dependencies.sequential = {"B", "B"};
  const auto graph = graph_of(plan);
  EXPECT_THAT(graph->dependencies(TicketIndex{2}),
              ElementsAre(Edge{TicketIndex{0}, EdgeKind::kBlocking},
                          Edge{TicketIndex{1}, EdgeKind::kBlocking}))
      << "of several kinds the strictest stays";
  EXPECT_THAT(graph->dependents(TicketIndex{0}),
              ElementsAre(Edge{TicketIndex{1}, EdgeKind::kBlocking},
                          Edge{TicketIndex{2}, EdgeKind::kBlocking}));
}

TEST(PlanGraph, RefusesWhatAPeerMayHaveSent) {
  EXPECT_EQ(build_error(plan_of({ticket("A"), ticket("A")})), "two tickets have the id `A`");
  EXPECT_EQ(build_error(plan_of({ticket("A", {"B\n"})})),
            "ticket `A` depends on `B\\n`, which is not in the plan");
  EXPECT_EQ(build_error(plan_of({ticket("A", {"A"})})), "ticket `A` depends on itself");
  EXPECT_EQ(build_error(plan_of({ticket("A", {"B"}), ticket("B", {"C"}), ticket("C", {"A"})})),
            "the tickets wait for each other: cycle of 3: A -> B -> C -> A");
}

TEST(PlanGraph, OrdersDependenciesBeforeDependents) {
  const auto graph = graph_of(plan_of({ticket("C", {"B"}), ticket("B", {"A"}), ticket("A")}));
  EXPECT_THAT(graph->topological_order(),
              ElementsAre(TicketIndex{2}, TicketIndex{1}, TicketIndex{0}));
}

TEST(PlanGraph, MeasuresTheLongestChainBehindATicket) {
  Plan plan = plan_of({ticket("A"), ticket("B", {"A"}), ticket("C", {"A"}), ticket("D")});
  plan.tickets[1].estimate = 1h;
  plan.tickets[2].estimate = 2h;
  plan.tickets[3].dependencies.soft = {"A"};
  const auto graph = graph_of(plan);
  EXPECT_EQ(graph->critical_path(TicketIndex{0}), 2h + kDefaultEstimate);
  EXPECT_EQ(graph->critical_path(TicketIndex{3}), kDefaultEstimate);
}

TEST(PlanGraph, DoesNotOverflowOnAbsurdEstimates) {
  Plan plan = plan_of({ticket("T0")});
  for (int i = 1; i < 100; ++i)
    plan.tickets.push_back(ticket("T" + std::to_string(i), {"T" + std::to_string(i - 1)}));
  for (Ticket& each : plan.tickets) each.estimate = 24h * 3653;
  EXPECT_EQ(graph_of(plan)->critical_path(TicketIndex{0}), Duration::max());
}

TEST(Rank, IsByPriorityThenCriticalPathThenPlanOrder) {
  Plan plan = plan_of(
      {ticket("a"), ticket("long"), ticket("behind", {"long"}), ticket("urgent"), ticket("b")});
  plan.tickets[3].priority = Priority::kHigh;
  EXPECT_THAT(ids_by_rank(plan, *graph_of(plan)),
              ElementsAre("urgent", "long", "a", "behind", "b"));
}

TEST(Rank, GivesWhatATicketWaitsForItsPriority) {
  Plan plan = plan_of({ticket("medium"), ticket("low"), ticket("critical", {"low"}), ticket("b")});
  plan.tickets[1].priority = Priority::kLow;
  plan.tickets[2].priority = Priority::kCritical;
  plan.tickets[3].dependencies.soft = {"critical"};
  EXPECT_THAT(ids_by_rank(plan, *graph_of(plan)), ElementsAre("low", "critical", "medium", "b"));
}

TEST(Rank, FollowsThePlansScheduleWithinAPriority) {
  Plan plan = plan_of({ticket("a"), ticket("b"), ticket("c"), ticket("d")});
  plan.tickets[3].priority = Priority::kCritical;
  plan.execution_plan.emplace();
  plan.execution_plan->schedule = {{"c", "1", 0s, 1min}, {"b", "1", 1min, 2min}};
  EXPECT_THAT(ids_by_rank(plan, *graph_of(plan)), ElementsAre("d", "c", "b", "a"));
}

TEST(Rank, PutsWhatAnotherWouldRatherSeeFirstJustBeforeIt) {
  Plan plan =
      plan_of({ticket("x"), ticket("y"), ticket("first"), ticket("second"), ticket("urgent")});
  plan.tickets[4].priority = Priority::kHigh;
  plan.tickets[4].dependencies.soft = {"second"};
  plan.tickets[3].dependencies.soft = {"first"};
  EXPECT_THAT(ids_by_rank(plan, *graph_of(plan)),
              ElementsAre("first", "second", "urgent", "x", "y"));
}

TEST(Rank, IgnoresWhatClosesACycleOfWishes) {
  Plan plan = plan_of({ticket("a"), ticket("b"), ticket("c")});
  plan.tickets[0].dependencies.soft = {"b"};
  plan.tickets[1].dependencies.soft = {"a", "b"};
  EXPECT_THAT(ids_by_rank(plan, *graph_of(plan)), ElementsAre("b", "a", "c"));
}

TEST(Locks, AreNamesPathsAndDeclaredConflicts) {
  Plan plan = plan_of({ticket("A"), ticket("B")});
  plan.tickets[0].locks = {
      {"schema", LockMode::kRead}, {"schema", LockMode::kWrite}, {"db", LockMode::kRead}};
  plan.tickets[0].affected_files = {"./src//api/", "src/api"};
  plan.tickets[0].dependencies.file_conflicts = {"B"};
  plan.tickets[1].dependencies.resource_conflicts = {"A", "B"};
  const auto graph = graph_of(plan);
  EXPECT_THAT(test::locks_of(*graph, 0),
              ElementsAre("schema w", "db r", "src/api w", "conflict A <-> B w"));
  EXPECT_THAT(test::locks_of(*graph, 1), ElementsAre("conflict A <-> B w"));
  EXPECT_EQ(graph->lock_names()[2].kind, LockKind::kPath);
  EXPECT_EQ(graph->lock_names()[3].kind, LockKind::kConflict);
}

TEST(Locks, OfIsolatedTicketsKeepAllOthersAway) {
  Plan plan = plan_of({ticket("A"), ticket("B"), ticket("C")});
  plan.tickets[1].isolation = Isolation::kIsolated;
  plan.tickets[2].isolation = Isolation::kSequential;
  const auto graph = graph_of(plan);
  EXPECT_THAT(test::locks_of(*graph, 0), ElementsAre("* r"));
  EXPECT_THAT(test::locks_of(*graph, 1), ElementsAre("* w"));
  EXPECT_THAT(test::locks_of(*graph, 2), ElementsAre("* r", "sequential w"));
}

TEST(Groups, AreDependencyLevels) {
  const auto graph =
      graph_of(plan_of({ticket("A"), ticket("B", {"A"}), ticket("C"), ticket("D", {"C", "B"})}));
  EXPECT_THAT(test::groups_of(*graph), ElementsAre(0, 1, 0, 2));
  EXPECT_EQ(graph->group_count(), 3U);
}

TEST(Groups, KeepTicketsInConflictApart) {
  Plan plan = plan_of({ticket("A"), ticket("B"), ticket("C"), ticket("D"), ticket("E", {"A"})});
  plan.tickets[0].affected_files = {"docs/api/**"};
  plan.tickets[1].affected_files = {"docs/**/index.md"};
  plan.tickets[2].affected_files = {"docs/guide/a.md"};
  const auto graph = graph_of(plan);
  EXPECT_THAT(test::groups_of(*graph), ElementsAre(0, 1, 0, 0, 2));
}

TEST(Groups, LetReadersBeTogetherButNotWithAWriter) {
  Plan plan = plan_of({ticket("A"), ticket("B"), ticket("C")});
  plan.tickets[0].locks = {{"schema", LockMode::kRead}};
  plan.tickets[1].locks = {{"schema", LockMode::kRead}};
  plan.tickets[2].locks = {{"schema", LockMode::kWrite}};
  EXPECT_THAT(test::groups_of(*graph_of(plan)), ElementsAre(0, 0, 1));
}

TEST(Groups, AreNotSplitByAConflictOfVeryMany) {
  Plan plan;
  for (int i = 0; i < test::scaled(10'000); ++i) {
    plan.tickets.push_back(ticket("T" + std::to_string(i)));
    plan.tickets.back().affected_files = {"docs/**"};
  }
  plan.tickets.push_back(ticket("other"));
  plan.tickets.back().affected_files = {"docs/index.md"};
  const auto graph = graph_of(plan);
  EXPECT_EQ(graph->group_count(), 1U);
}

TEST(Groups, OfManyDifferentOverlappingPathsTakeLittleTime) {
  Plan plan;
  for (int i = 0; i < test::scaled(5'000); ++i) {
    plan.tickets.push_back(ticket("T" + std::to_string(i)));
    plan.tickets.back().affected_files = {"*/f" + std::to_string(i) + ".c",
                                          "docs/" + std::to_string(i) + "/**"};
  }
  EXPECT_LE(graph_of(plan)->group_count(), 64U);
}

TEST(Groups, AreThePlansOwnWhereTheyHoldEveryTicketAndKeepTheOrder) {
  Plan plan = plan_of({ticket("A"), ticket("B", {"A"}), ticket("C")});
  plan.execution_plan.emplace();
  plan.execution_plan->groups = {{7, {"A", "B"}, {}, {}}, {9, {"C"}, {}, {}}};
  EXPECT_THAT(test::groups_of(*graph_of(plan)), ElementsAre(0, 0, 1));
  plan.execution_plan->groups = {{7, {"B", "C"}, {}, {}}, {9, {"A"}, {}, {}}};
  EXPECT_THAT(test::groups_of(*graph_of(plan)), ElementsAre(0, 1, 0)) << "B would come before A";
  plan.execution_plan->groups = {{7, {"A", "B"}, {}, {}}};
  EXPECT_THAT(test::groups_of(*graph_of(plan)), ElementsAre(0, 1, 0)) << "C is left out";
}

TEST(Cycle, IsFoundTicketByTicket) {
  EXPECT_TRUE(find_cycle(plan_of({ticket("A"), ticket("B", {"A", "unknown"})})).empty());
  EXPECT_THAT(find_cycle(plan_of({ticket("X", {"A"}), ticket("A", {"B"}), ticket("B", {"A"})})),
              ElementsAre(TicketIndex{1}, TicketIndex{2}));
  EXPECT_THAT(find_cycle(plan_of({ticket("A", {"A"})})), ElementsAre(TicketIndex{0}));
}

TEST(Cycle, OfALongChainNeedsNoDeepStack) {
  constexpr int kTickets = test::scaled(100'000);
  Plan plan;
  for (int i = 0; i < kTickets; ++i) {
    plan.tickets.push_back(
        ticket("T" + std::to_string(i), {"T" + std::to_string((i + 1) % kTickets)}));
  }
  EXPECT_EQ(find_cycle(plan).size(), static_cast<std::size_t>(kTickets));
  EXPECT_LT(build_error(plan).size(), 1000U) << "a long cycle is told in short";
}

}  // namespace
}  // namespace headway
