#include "coordinator/planner/generate/generate_plan.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/plan/graph.h"
#include "common/plan/validate.h"
#include "coordinator/planner/generate/execution_plan.h"

namespace headway::planner {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

Ticket ticket(std::string id, int estimate_minutes, std::vector<std::string> needs = {}) {
  Ticket ticket;
  ticket.id = std::move(id);
  ticket.estimate = minutes{estimate_minutes};
  ticket.dependencies.blocking = std::move(needs);
  ticket.command.shell_line = "true";
  return ticket;
}

/// Two chains over one file, and a ticket that needs a type.
Plan small_plan() {
  Plan plan;
  plan.name = "small";
  plan.tickets = {ticket("A", 60),        ticket("B", 30, {"A"}), ticket("C", 45),
                  ticket("D", 15, {"C"}), ticket("E", 20),        ticket("F", 40)};
  plan.tickets[1].affected_files = {"docs/index.md"};
  plan.tickets[3].affected_files = {"docs/**"};
  plan.tickets[5].agent.type = "writer";
  return plan;
}

GenerateOptions for_agents(std::uint32_t count, Strategy strategy = Strategy::kBalanced) {
  GenerateOptions options;
  options.strategy = strategy;
  options.agents = agents_alike(count);
  options.max_iterations = 500;
  return options;
}

GeneratedPlan generated(const GenerateOptions& options, Plan plan = small_plan()) {
  Result<GeneratedPlan> made = generate_plan(std::move(plan), options);
  EXPECT_TRUE(made.ok()) << (made ? std::string() : made.error().message);
  return std::move(made).value();
}

std::vector<std::string> by_start(const GeneratedPlan& made) {
  std::vector<std::string> ids;
  for (const PlannedStart& start : made.plan.execution_plan->schedule) ids.push_back(start.ticket);
  return ids;
}

TEST(GeneratePlan, IsValidAndSaysWhatItAmountsTo) {
  const GeneratedPlan made = generated(for_agents(2));
  EXPECT_TRUE(validate_plan(made.plan).empty());
  const ExecutionPlan& derived = *made.plan.execution_plan;
  // 210 minutes of work for two.
  EXPECT_EQ(derived.estimated_duration, Duration{minutes{105}});
  EXPECT_EQ(derived.sequential_duration, Duration{minutes{210}});
  EXPECT_EQ(derived.parallelism_factor, 2.0);
  EXPECT_EQ(derived.lower_bound, Duration{minutes{105}});
  EXPECT_FALSE(derived.bound_reason.empty());
  EXPECT_TRUE(made.is_optimal);
  EXPECT_EQ(derived.agents, 2);
  EXPECT_EQ(derived.schedule.size(), 6U);
  EXPECT_THAT(derived.critical_path, ElementsAre("A", "B"));
  ASSERT_EQ(derived.conflicts.size(), 1U);
  EXPECT_EQ(derived.conflicts[0].type, "file");
  EXPECT_EQ(derived.conflicts[0].resolution, "sequential");
  EXPECT_THAT(derived.conflicts[0].files, testing::Contains("docs/**"));
}

TEST(GeneratePlan, IsTheSameForTheSameSeedAndIterations) {
  GenerateOptions options = for_agents(2);
  const GeneratedPlan first = generated(options);
  EXPECT_EQ(first.plan, generated(options).plan);
  // A search that somebody ended is repeated by the iterations that it says it took.
  GenerateOptions ended = for_agents(3);
  int asked = 0;
  ended.enough = [&] { return ++asked > 3; };
  const GeneratedPlan cut = generated(ended);
  GenerateOptions again = for_agents(3);
  again.max_iterations = cut.plan.execution_plan->search->iterations;
  EXPECT_EQ(cut.plan, generated(again).plan);
}

TEST(GeneratePlan, FindsHowManyAgentsAreUseful) {
  GenerateOptions options = for_agents(1, Strategy::kMaximum);
  options.agents.clear();
  const GeneratedPlan made = generated(options);
  EXPECT_EQ(made.duration, Duration{minutes{90}}) << "the critical path";
  EXPECT_EQ(made.agents, 3U) << "two have 180 minutes for 210 of work";
  EXPECT_EQ(made.plan.execution_plan->agents, 3);
  EXPECT_EQ(made.plan.strategy, Strategy::kMaximum);
}

TEST(GeneratePlan, TakesNoMoreAgentsThanThereAre) {
  const GeneratedPlan made = generated(for_agents(2, Strategy::kMaximum));
  EXPECT_EQ(made.agents, 2U);
  EXPECT_EQ(made.duration, Duration{minutes{105}});
}

TEST(GeneratePlan, GoesOneByOneByPriorityAndWhatItBlocks) {
  Plan plan = small_plan();
  plan.tickets[3].priority = Priority::kCritical;  // D, which waits for C
  plan.tickets[0].priority = Priority::kLow;
  plan.tickets[1].priority = Priority::kLow;
  const GeneratedPlan made = generated(for_agents(1, Strategy::kSequential), plan);
  EXPECT_THAT(by_start(made), ElementsAre("C", "D", "F", "E", "A", "B"));
  EXPECT_EQ(made.duration, Duration{minutes{210}});
  EXPECT_FALSE(made.plan.execution_plan->search);
  // A run hands out in the same order.
  EXPECT_EQ(made.by_priority, made.duration);
  const auto graph = PlanGraph::build(made.plan);
  ASSERT_TRUE(graph);
  std::vector<std::string> ranked(plan.tickets.size());
  for (std::uint32_t i = 0; i < plan.tickets.size(); ++i)
    ranked[(*graph)->rank(TicketIndex{i})] = plan.tickets[i].id;
  EXPECT_EQ(ranked, by_start(made));
}

TEST(GeneratePlan, KeepsToGroupsWithBarriers) {
  Plan plan = small_plan();
  plan.barriers = true;
  plan.tickets[4].priority = Priority::kBackground;
  const GeneratedPlan made = generated(for_agents(1, Strategy::kSequential), plan);
  EXPECT_TRUE(validate_plan(made.plan).empty());
  const std::vector<std::string> order = by_start(made);
  const auto place = [&](const char* id) { return std::find(order.begin(), order.end(), id); };
  EXPECT_LT(place("E"), place("B")) << "all of the first group goes before";
}

TEST(GeneratePlan, GivesTicketsToAgentsThatMayRunThem) {
  GenerateOptions options = for_agents(1);
  options.alike = false;
  options.agents = agents_alike(2);
  options.agents[0].name = "w/1";
  options.agents[0].types = {"writer"};
  options.agents[0].labels = {"docs"};
  options.agents[1].types = {"builder"};
  options.type_labels["writer"] = {"docs"};
  const GeneratedPlan made = generated(options);
  for (const PlannedStart& start : made.plan.execution_plan->schedule) {
    EXPECT_TRUE(start.ticket != "F" || start.agent == "w/1") << start.agent;
  }
  EXPECT_FALSE(made.by_priority) << "it is not known for agents that differ";
  EXPECT_TRUE(made.plan.tickets[5].agent.labels.empty()) << "labels of the type stay with the type";

  options.type_labels["writer"] = {"latex"};
  const Result<GeneratedPlan> refused = generate_plan(small_plan(), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidPlan);
  EXPECT_THAT(refused.error().message, HasSubstr("`F` (type `writer` and label `latex`)"));
}

TEST(GeneratePlan, RefusesWhatIsNoPlan) {
  Plan cycle = small_plan();
  cycle.tickets[0].dependencies.blocking = {"B"};
  EXPECT_EQ(generate_plan(cycle, for_agents(2)).error().kind, ErrorKind::kInvalidPlan);
  EXPECT_EQ(generate_plan(small_plan(), for_agents(0)).error().kind, ErrorKind::kUsage);
  Plan ages = small_plan();
  for (Ticket& each : ages.tickets) each.estimate = hours{24 * 1300};
  const Result<GeneratedPlan> too_long = generate_plan(ages, for_agents(2));
  ASSERT_FALSE(too_long);
  EXPECT_THAT(too_long.error().message, HasSubstr("ten years"));
}

TEST(GeneratePlan, MakesAPlanOfNothing) {
  const GeneratedPlan made = generated(for_agents(2), Plan{});
  EXPECT_EQ(made.duration, Duration::zero());
  EXPECT_TRUE(validate_plan(made.plan).empty());
}

TEST(AgentsFor, PacksWhatFits) {
  EXPECT_EQ(agents_for({minutes{60}, minutes{30}, minutes{30}, minutes{20}}, minutes{60}), 3U);
  EXPECT_EQ(agents_for({minutes{60}, minutes{30}, minutes{30}}, minutes{60}), 2U);
  EXPECT_EQ(agents_for({}, minutes{0}), 1U);
}

}  // namespace
}  // namespace headway::planner
