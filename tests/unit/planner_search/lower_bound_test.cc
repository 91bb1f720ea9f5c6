#include "coordinator/planner/bounds/lower_bound.h"

#include <gtest/gtest.h>

#include "exhaustive.h"
#include "random_case.h"
#include "tests/support/scale/scale.h"

namespace headway::planner {
namespace {

Duration bound(const Case& made) { return made.problem.time(lower_bound(made.problem).length); }

TEST(LowerBound, IsTheCriticalPathWhereNothingElseIsShort) {
  Case made;
  made.agents = agents_alike(3);
  made.plan.tickets = {ticket("a", 5), ticket("b", 7, {"a"}), ticket("c", 3)};
  finish(made);
  EXPECT_EQ(bound(made), std::chrono::minutes{12});
  EXPECT_EQ(lower_bound(made.problem).reason, "the critical path");
}

TEST(LowerBound, CountsTheWorkThatFewAgentsMustDo) {
  Case made;
  made.agents = agents_alike(3);
  made.agents[0].labels = {"docs"};
  for (int i = 0; i < 4; ++i) {
    made.plan.tickets.push_back(ticket("docs " + std::to_string(i), 10));
    made.plan.tickets.back().agent.labels = {"docs"};
    made.plan.tickets.push_back(ticket("any " + std::to_string(i), 1));
  }
  finish(made);
  EXPECT_EQ(bound(made), std::chrono::minutes{40});
}

TEST(LowerBound, AddsWhatComesBeforeAndAfterTheWork) {
  Case made;
  made.agents = agents_alike(2);
  made.plan.tickets = {ticket("first", 10)};
  std::vector<std::string> middle;
  for (int i = 0; i < 6; ++i) {
    middle.push_back("m" + std::to_string(i));
    made.plan.tickets.push_back(ticket(middle.back(), 5, {"first"}));
  }
  made.plan.tickets.push_back(ticket("last", 10, middle));
  finish(made);
  EXPECT_EQ(bound(made), std::chrono::minutes{35});
}

TEST(LowerBound, IsNeverLongerThanTheShortestSchedule) {
  for (std::uint64_t seed = 1000; seed < 1000 + test::scaled(120U); ++seed) {
    CaseShape shape{.tickets = 5, .agents = 2 + static_cast<std::uint32_t>(seed % 2)};
    shape.labels = seed % 3 != 0;
    shape.locks = seed % 4 == 0;
    const Case made = random_case(seed, shape);
    if (HasFatalFailure()) return;
    EXPECT_LE(bound(made), shortest_by_trying_all(made)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace headway::planner
