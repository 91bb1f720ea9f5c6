#include "coordinator/planner/simulate_schedule.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace headway {
namespace {

using std::chrono::minutes;

Ticket ticket(std::string id, int estimate_minutes, std::vector<std::string> blocking = {}) {
  Ticket result;
  result.id = std::move(id);
  result.estimate = minutes{estimate_minutes};
  result.dependencies.blocking = std::move(blocking);
  return result;
}

SimulatedSchedule simulate(const Plan& plan, const SimulationOptions& options) {
  const auto graph = PlanGraph::build(plan);
  EXPECT_TRUE(graph.ok());
  return simulate_schedule(plan, **graph, options);
}

/// `A 0-10 @1` for each ticket, times in minutes.
std::vector<std::string> texts(const Plan& plan, const SimulatedSchedule& schedule) {
  std::vector<std::string> result;
  for (const SimulatedTicket& entry : schedule.tickets) {
    result.push_back(
        plan.tickets[entry.ticket.index()].id + " " + std::to_string(entry.start / minutes{1}) +
        "-" + std::to_string(entry.finish / minutes{1}) + " @" + std::to_string(entry.agent));
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(SimulateSchedule, StartsTheLongestPathFirst) {
  Plan plan;
  plan.tickets = {ticket("short", 5), ticket("long", 20), ticket("after", 5, {"long"})};
  const SimulatedSchedule schedule =
      simulate(plan, {.agents = 1, .max_parallel = {}, .groups = {}});
  EXPECT_EQ(texts(plan, schedule), (Texts{"long 0-20 @1", "short 20-25 @1", "after 25-30 @1"}));
  EXPECT_EQ(schedule.total, minutes{30});
  EXPECT_EQ(schedule.sequential, minutes{30});
  EXPECT_EQ(schedule.most_alive, 1U);
}

TEST(SimulateSchedule, KeepsToTheLimitOfThePlanOrOfTheCommand) {
  Plan plan;
  plan.max_parallel = 1;
  plan.tickets = {ticket("A", 10), ticket("B", 10), ticket("C", 10)};
  EXPECT_EQ(simulate(plan, {.agents = 8, .max_parallel = {}, .groups = {}}).total, minutes{30});
  EXPECT_EQ(simulate(plan, {.agents = 8, .max_parallel = 2, .groups = {}}).total, minutes{20});
}

TEST(SimulateSchedule, NeverHasConflictingTicketsAlive) {
  Plan plan;
  plan.tickets = {ticket("A", 10), ticket("B", 10), ticket("C", 10), ticket("D", 10)};
  plan.tickets[0].affected_files = {"docs/**"};
  plan.tickets[1].affected_files = {"docs/api.md"};
  plan.tickets[2].locks = {{"schema", LockMode::kRead}};
  plan.tickets[3].locks = {{"schema", LockMode::kRead}};
  const SimulatedSchedule schedule =
      simulate(plan, {.agents = 4, .max_parallel = {}, .groups = {}});
  EXPECT_EQ(texts(plan, schedule), (Texts{"A 0-10 @1", "C 0-10 @2", "D 0-10 @3", "B 10-20 @1"}));
}

TEST(SimulateSchedule, NeverUsesMoreOfAResourceThanThereIs) {
  Plan plan;
  plan.resources = {{"license", 2000}};
  plan.tickets = {ticket("A", 10), ticket("B", 10), ticket("C", 10)};
  for (Ticket& each : plan.tickets) each.resources = {{"license", 1000}, {"cpus", 64'000}};
  EXPECT_EQ(simulate(plan, {.agents = 3, .max_parallel = {}, .groups = {}}).total, minutes{20})
      << "cpus are the workers' own";
}

TEST(SimulateSchedule, HoldsGroupsBackBehindABarrier) {
  Plan plan;
  plan.barriers = true;
  plan.tickets = {ticket("A", 5), ticket("B", 20), ticket("C", 5, {"A"})};
  EXPECT_EQ(texts(plan, simulate(plan, {.agents = 2, .max_parallel = {}, .groups = {}})),
            (Texts{"B 0-20 @1", "A 0-5 @2", "C 20-25 @1"}));
}

TEST(SimulateSchedule, TakesWhatOtherGroupsDidForDone) {
  Plan plan;
  plan.tickets = {ticket("A", 5), ticket("B", 5, {"A"}), ticket("C", 5, {"B"})};
  EXPECT_EQ(texts(plan, simulate(plan, {.agents = 2, .max_parallel = {}, .groups = {1, 3}})),
            (Texts{"A 0-5 @1", "C 0-5 @2"}));
}

TEST(SimulateSchedule, CountsTicketsWithoutAnEstimate) {
  Plan plan;
  plan.tickets = {ticket("A", 5), ticket("B", 5)};
  plan.tickets[0].estimate.reset();
  const SimulatedSchedule schedule =
      simulate(plan, {.agents = 2, .max_parallel = {}, .groups = {}});
  EXPECT_EQ(schedule.without_estimate, 1U);
  EXPECT_EQ(schedule.total, kDefaultEstimate);
  EXPECT_TRUE(simulate(Plan{}, {}).tickets.empty());
}

/// Checks a schedule ticket by ticket against the plan, not knowing how it was made.
void expect_sound(const Plan& plan, const SimulatedSchedule& schedule, std::uint32_t agents) {
  ASSERT_EQ(schedule.tickets.size(), plan.tickets.size());
  std::map<std::string, SimulatedTicket> of;
  for (const SimulatedTicket& entry : schedule.tickets)
    of[plan.tickets[entry.ticket.index()].id] = entry;
  const auto overlap = [](const SimulatedTicket& a, const SimulatedTicket& b) {
    return a.start < b.finish && b.start < a.finish;
  };
  for (const Ticket& each : plan.tickets) {
    for (const std::string& other : each.dependencies.blocking)
      EXPECT_LE(of[other].finish, of[each.id].start);
    EXPECT_LE(of[each.id].agent, agents);
    for (const Ticket& other : plan.tickets) {
      if (&other == &each || !overlap(of[each.id], of[other.id])) continue;
      EXPECT_NE(of[each.id].agent, of[other.id].agent);
      if (!each.locks.empty() && !other.locks.empty()) {
        EXPECT_NE(each.locks[0].name, other.locks[0].name);
      }
    }
  }
}

TEST(SimulateSchedule, IsSoundForRandomPlans) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto pick = [&](unsigned below) { return static_cast<int>(random() % below); };
    Plan plan;
    for (int i = 0; i < 40; ++i) {
      Ticket next = ticket("T" + std::to_string(i), 1 + pick(9));
      for (int k = 0; i > 0 && k < pick(3); ++k) {
        const std::string other = "T" + std::to_string(pick(static_cast<unsigned>(i)));
        if (!std::count(next.dependencies.blocking.begin(), next.dependencies.blocking.end(),
                        other)) {
          next.dependencies.blocking.push_back(other);
        }
      }
      if (pick(3) == 0) next.locks = {{"L" + std::to_string(pick(3)), LockMode::kWrite}};
      plan.tickets.push_back(std::move(next));
    }
    plan.barriers = seed % 4 == 0;
    expect_sound(plan, simulate(plan, {.agents = 4, .max_parallel = {}, .groups = {}}), 4);
  }
}

TEST(SimulateSchedule, LetsEverybodyInWhoWaitsBehindReadersAndWriters) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto pick = [&](unsigned below) { return static_cast<int>(random() % below); };
    Plan plan;
    plan.resources = {{"license", 3000}};
    for (int i = 0; i < 60; ++i) {
      Ticket next = ticket("T" + std::to_string(i), 1 + pick(9));
      next.priority = static_cast<Priority>(pick(5));
      next.locks = {
          {"L" + std::to_string(pick(2)), pick(2) == 0 ? LockMode::kRead : LockMode::kWrite}};
      next.affected_files = {pick(4) == 0 ? "docs/**" : "docs/" + std::to_string(pick(3))};
      if (pick(2) == 0) next.resources = {{"license", 1000 * (1 + pick(3))}};
      plan.tickets.push_back(std::move(next));
    }
    const SimulatedSchedule schedule = simulate(
        plan, {.agents = 1U + static_cast<unsigned>(pick(8)), .max_parallel = {}, .groups = {}});
    EXPECT_EQ(schedule.tickets.size(), plan.tickets.size());
    EXPECT_LE(schedule.total, schedule.sequential);
  }
}

TEST(SimulateSchedule, TriesNotEverybodyAgainWhenOneLockIsGivenBack) {
  Plan plan;
  for (int i = 0; i < 20'000; ++i) {
    plan.tickets.push_back(ticket("T" + std::to_string(i), 1));
    plan.tickets.back().affected_files = {"docs/**"};
  }
  // Two hundred million tries would take longer than the whole of this program may.
  EXPECT_EQ(simulate(plan, {.agents = 100, .max_parallel = {}, .groups = {}}).total,
            minutes{20'000});
}

}  // namespace
}  // namespace headway
