#include <gtest/gtest.h>

#include "coordinator/core/status.h"
#include "tests/support/core/core_harness.h"

namespace headway {
namespace {

std::vector<AgentView> matrix(const CoreHarness& harness) {
  const Now now{harness.now(), WallTime{}};
  return Status(harness.core().state(), &harness.core(), now).agents({}).agents;
}

std::string shown(const AgentView& agent) {
  return agent.id + " " + agent.ticket + " " + agent.ticket_status;
}

TEST(AgentMatrix, ShowsAnIdleAgentWhatItsScheduleHasNext) {
  PlanBuilder plan;
  plan.add("A");
  plan.add("B").after({"A"});
  plan.add("C").after({"B"});
  plan.plan.execution_plan.emplace();
  plan.plan.execution_plan->schedule = {
      {"A", "1", 0s, 1min}, {"C", "two/1", 2min, 3min}, {"B", "two/1", 1min, 2min}};
  CoreHarness harness;
  harness.join("one");
  harness.join("two");
  const RunId run = harness.submit(plan);
  EXPECT_EQ(harness.assigned_to("one"), CoreHarness::Ids{"A"});
  harness.start("A");
  std::vector<AgentView> agents = matrix(harness);
  ASSERT_EQ(agents.size(), 2U);
  EXPECT_EQ(shown(agents[0]), "one/1 A running");
  EXPECT_EQ(shown(agents[1]), "two/1 B deps") << "the first of its own, which waits for A";
  harness.pause(run);
  harness.finish("A");
  agents = matrix(harness);
  EXPECT_EQ(shown(agents[0]), "one/1 A completed") << "its schedule has nothing more";
  EXPECT_EQ(shown(agents[1]), "two/1 B waiting") << "it could start, were the run not paused";
  harness.resume(run);
  harness.finish_all();
  for (const AgentView& agent : matrix(harness)) {
    EXPECT_TRUE(agent.ticket_status == "completed" || agent.ticket.empty()) << shown(agent);
  }
}

TEST(AgentMatrix, NamesTheOpenAttemptAlsoWhereNoCoordinatorIsAlive) {
  PlanBuilder plan;
  plan.add("bad");
  plan.add("A");
  plan.add("B");
  CoreHarness harness;
  harness.join("w");
  harness.submit(plan);
  harness.ignore_messages();
  harness.start("bad");
  harness.fail("bad");
  harness.ignore_messages();
  harness.start("A");
  const auto by_the_registry = [&] {
    return Status(harness.core().state(), nullptr, harness.clock()).agents({}).agents;
  };
  EXPECT_EQ(shown(by_the_registry()[0]), "w/1 A running");
  EXPECT_EQ(by_the_registry()[0].state, AgentState::kOffline);
  harness.finish("A");
  harness.ignore_messages();
  EXPECT_EQ(shown(by_the_registry()[0]), "w/1 A completed") << "B has not begun";
  harness.finish_all();
}

TEST(AgentMatrix, SaysOfATicketThatAPersonStoppedThatItWasAndNotThatItFailed) {
  PlanBuilder plan;
  plan.add("A");
  plan.add("B");
  CoreHarness harness;
  harness.join("one");
  harness.submit(plan);
  harness.ignore_messages();
  harness.start("A");
  harness.cancel({"A"});
  harness.ignore_messages();
  harness.end("A", Outcome::kCancelled);
  harness.pause({});
  harness.ignore_messages();
  EXPECT_EQ(shown(matrix(harness)[0]), "one/1 A cancelled");
}

}  // namespace
}  // namespace headway
