#include "coordinator/planner/search/optimize.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "coordinator/planner/verify/verify_schedule.h"
#include "exhaustive.h"
#include "random_case.h"
#include "tests/support/scale/scale.h"

namespace headway::planner {
namespace {

/// Everything that is wrong with it, in one text.
std::string faults(const Case& made, const SearchResult& result) {
  std::string text;
  const auto tickets = scheduled_tickets(made.problem, result.schedule);
  for (const std::string& fault : verify_schedule(made.plan, made.agents, tickets)) {
    text += fault + "\n";
  }
  Duration last{};
  for (const ScheduledTicket& entry : tickets) last = std::max(last, entry.finish);
  if (last != made.problem.time(result.schedule.makespan)) text += "the makespan is another\n";
  return text;
}

SearchOptions steps(std::uint64_t count, std::uint64_t seed = 1) {
  SearchOptions options;
  options.max_iterations = count;
  options.seed = seed;
  return options;
}

TEST(Optimize, FindsTheShortestScheduleOfTinyPlans) {
  for (std::uint64_t seed = 1; seed <= test::scaled(60U); ++seed) {
    const Case made = random_case(seed, {.tickets = 5, .agents = 3});
    if (HasFatalFailure()) return;
    const SearchResult result = optimize(made.problem, steps(2000));
    const Duration shortest = shortest_by_trying_all(made);
    EXPECT_EQ(faults(made, result), "") << "seed " << seed;
    EXPECT_EQ(made.problem.time(result.schedule.makespan), shortest) << "seed " << seed;
    EXPECT_LE(made.problem.time(result.lower_bound), shortest) << "seed " << seed;
  }
}

TEST(Optimize, MakesValidSchedulesOfAllKindsOfPlans) {
  for (std::uint64_t seed = 1; seed <= test::scaled(200U); ++seed) {
    CaseShape shape;
    shape.tickets = 5 + static_cast<std::uint32_t>(seed % 50);
    shape.agents = 2 + static_cast<std::uint32_t>(seed % 5);
    shape.longest = seed % 3 == 0 ? 500 : 6;
    shape.labels = seed % 2 == 0;
    shape.locks = seed % 4 != 0;
    shape.resources = seed % 5 != 0;
    shape.barriers = seed % 7 == 0;
    const Case made = random_case(seed, shape);
    if (HasFatalFailure()) return;
    EXPECT_EQ(faults(made, optimize(made.problem, steps(0))), "") << "seed " << seed;
    const SearchResult result = optimize(made.problem, steps(300));
    EXPECT_EQ(faults(made, result), "") << "seed " << seed;
    EXPECT_GE(result.schedule.makespan, result.lower_bound) << "seed " << seed;
  }
}

TEST(Optimize, ManyAgentsThatAreNotAlikeNeedMoreThanOneWord) {
  for (std::uint64_t seed = 1; seed <= test::scaled(5U); ++seed) {
    const Case made = random_case(seed, {.tickets = 200, .agents = 90});
    if (HasFatalFailure()) return;
    EXPECT_EQ(faults(made, optimize(made.problem, steps(100))), "") << "seed " << seed;
  }
}

TEST(Optimize, IsTheSameForTheSameSeedAndIterations) {
  const Case made = random_case(7, {.tickets = 40, .agents = 4});
  const SearchResult once = optimize(made.problem, steps(500, 3));
  EXPECT_EQ(once.schedule, optimize(made.problem, steps(500, 3)).schedule);

  SearchOptions stopped;
  stopped.seed = 3;
  int asked = 0;
  stopped.enough = [&] { return ++asked > 200; };
  const SearchResult early = optimize(made.problem, stopped);
  EXPECT_EQ(early.schedule, optimize(made.problem, steps(early.iterations, 3)).schedule);
}

TEST(Optimize, TellsHowFarItIs) {
  const Case made = random_case(9, {.tickets = 60, .agents = 4});
  SearchOptions options = steps(2000);
  std::vector<SearchProgress> told;
  options.progress = [&](const SearchProgress& progress) { told.push_back(progress); };
  const SearchResult result = optimize(made.problem, options);
  ASSERT_GE(told.size(), 2U);
  for (std::size_t i = 1; i < told.size(); ++i) {
    EXPECT_LE(told[i].makespan, told[i - 1].makespan);
    EXPECT_GE(told[i].schedules, told[i - 1].schedules);
  }
  EXPECT_EQ(told.back().makespan, result.schedule.makespan);
}

TEST(Optimize, AnEmptyPlanIsDoneAtOnce) {
  Case made;
  made.agents = agents_alike(2);
  finish(made);
  const SearchResult result = optimize(made.problem);
  EXPECT_EQ(result.schedule.makespan, 0);
  EXPECT_TRUE(result.is_optimal);
}

TEST(Optimize, TicketsThatTakeNoTimeOnlyKeepTheirOrder) {
  Case made;
  made.agents = agents_alike(1);
  made.plan.tickets = {ticket("a", 0), ticket("b", 5, {"a"}), ticket("c", 0, {"b"}),
                       ticket("d", 5, {"c"}), ticket("e", 0, {"d", "a"})};
  finish(made);
  const SearchResult result = optimize(made.problem, steps(50));
  EXPECT_EQ(faults(made, result), "");
  EXPECT_EQ(made.problem.time(result.schedule.makespan), std::chrono::minutes{10});
}

TEST(Optimize, ThousandsOfTicketsGetAListScheduleThatIsValid) {
  for (std::uint64_t seed = 1; seed <= test::scaled(3U); ++seed) {
    const Case made = random_case(seed, {.tickets = test::scaled(4000U), .agents = 12});
    if (HasFatalFailure()) return;
    EXPECT_EQ(faults(made, optimize(made.problem, steps(2))), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace headway::planner
