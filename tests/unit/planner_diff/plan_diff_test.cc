#include "coordinator/planner/diff/plan_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway::planner {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

Ticket ticket(std::string id, int estimate_minutes, std::vector<std::string> needs = {}) {
  Ticket ticket;
  ticket.id = std::move(id);
  ticket.estimate = minutes{estimate_minutes};
  ticket.dependencies.blocking = std::move(needs);
  ticket.command.shell_line = "true";
  return ticket;
}

PlanDiff diff_of(const Plan& before, const Plan& after) {
  const auto old_graph = PlanGraph::build(before);
  const auto new_graph = PlanGraph::build(after);
  EXPECT_TRUE(old_graph.ok() && new_graph.ok());
  return diff_plans(before, **old_graph, after, **new_graph);
}

Plan small_plan() {
  Plan plan;
  plan.tickets = {ticket("A", 10), ticket("B", 20, {"A"}), ticket("C", 25)};
  return plan;
}

TEST(PlanDiff, OfAPlanAndItselfIsEmpty) {
  Plan other = small_plan();
  std::swap(other.tickets[0], other.tickets[2]);
  other.tickets[1].mark = {7, 3};
  const PlanDiff diff = diff_of(small_plan(), other);
  EXPECT_TRUE(diff.same_tickets()) << "neither places nor marks are changes";
  EXPECT_THAT(diff.moved, IsEmpty());
  EXPECT_THAT(diff.after.critical_path, ElementsAre("A", "B"));
  EXPECT_EQ(diff.after.critical_path_duration, Duration{minutes{30}});
  EXPECT_EQ(diff.after.work, Duration{minutes{55}});
}

TEST(PlanDiff, NamesTicketsAndFields) {
  Plan other = small_plan();
  other.max_parallel = 3;
  other.tickets[1].priority = Priority::kHigh;
  other.tickets[1].dependencies = {};
  other.tickets[2].id = "D";
  const PlanDiff diff = diff_of(small_plan(), other);
  EXPECT_THAT(diff.plan, ElementsAre(ChangedField{"max_parallel", "", "3"}));
  EXPECT_THAT(diff.removed, ElementsAre("C"));
  EXPECT_THAT(diff.added, ElementsAre("D"));
  ASSERT_EQ(diff.changed.size(), 1U);
  EXPECT_EQ(diff.changed[0].id, "B");
  EXPECT_THAT(diff.changed[0].fields,
              ElementsAre(ChangedField{"dependencies", "\n  blocking: [A]", ""},
                          ChangedField{"priority", "", "high"}));
}

TEST(PlanDiff, TellsTheLargestMovesFirst) {
  Plan before = small_plan();
  before.execution_plan.emplace();
  before.execution_plan->schedule = {{"A", "1", minutes{0}, minutes{10}},
                                     {"B", "1", minutes{10}, minutes{30}},
                                     {"C", "2", minutes{0}, minutes{30}}};
  Plan after = before;
  after.execution_plan->schedule[1].start = minutes{15};
  after.execution_plan->schedule[2].start = minutes{60};
  EXPECT_THAT(diff_of(before, after).moved,
              ElementsAre(MovedTicket{"C", minutes{0}, minutes{60}},
                          MovedTicket{"B", minutes{10}, minutes{15}}));
}

}  // namespace
}  // namespace headway::planner
