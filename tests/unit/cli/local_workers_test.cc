#include "coordinator/cli/local_workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

AgentView agent_in_state(const std::string& worker, AgentState state, int slot = 1) {
  AgentView view;
  view.id = worker + "/" + std::to_string(slot);
  view.worker = worker;
  view.state = state;
  return view;
}

TEST(Scaling, StartsWorkersUntilThereAreEnough) {
  const Result<Scaling> scaling = plan_scaling({}, 2);
  ASSERT_TRUE(scaling.ok());
  EXPECT_EQ(scaling->agents, 0U);
  EXPECT_THAT(scaling->start, ElementsAre("local-1", "local-2"));
  EXPECT_THAT(scaling->drain, IsEmpty());
}

TEST(Scaling, CountsOnlyWorkersOfItsOwnKind) {
  const Result<Scaling> scaling = plan_scaling(
      {agent_in_state("build-01", AgentState::kIdle), agent_in_state("local-x", AgentState::kIdle),
       agent_in_state("local-02", AgentState::kIdle),
       agent_in_state("local-2", AgentState::kSilent)},
      2);
  ASSERT_TRUE(scaling.ok());
  EXPECT_EQ(scaling->agents, 1U);
  EXPECT_THAT(scaling->start, ElementsAre("local-1"));
}

TEST(Scaling, LeavesTheNameToAWorkerThatStillDrains) {
  const Result<Scaling> scaling = plan_scaling({agent_in_state("local-1", AgentState::kDraining),
                                                agent_in_state("local-2", AgentState::kOffline)},
                                               2);
  ASSERT_TRUE(scaling.ok());
  EXPECT_EQ(scaling->agents, 0U);
  EXPECT_THAT(scaling->start, ElementsAre("local-2", "local-3"));
}

TEST(Scaling, DrainsIdleWorkersFirstAndThenTheLatest) {
  const Result<Scaling> scaling = plan_scaling({agent_in_state("local-1", AgentState::kRunning),
                                                agent_in_state("local-2", AgentState::kIdle),
                                                agent_in_state("local-3", AgentState::kRunning),
                                                agent_in_state("local-4", AgentState::kRunning)},
                                               1);
  ASSERT_TRUE(scaling.ok());
  EXPECT_THAT(scaling->start, IsEmpty());
  EXPECT_THAT(scaling->drain, ElementsAre("local-2", "local-4", "local-3"));
}

TEST(Scaling, CountsTheEmbeddedRunsAgentsAndLeavesThem) {
  const std::vector<AgentView> agents = {agent_in_state("local", AgentState::kRunning, 1),
                                         agent_in_state("local", AgentState::kIdle, 2),
                                         agent_in_state("local-1", AgentState::kIdle)};
  const Result<Scaling> more = plan_scaling(agents, 4);
  ASSERT_TRUE(more.ok());
  EXPECT_EQ(more->agents, 3U);
  EXPECT_EQ(more->fixed_agents, 2U);
  EXPECT_THAT(more->start, ElementsAre("local-2"));
  const Result<Scaling> fewer = plan_scaling(agents, 2);
  ASSERT_TRUE(fewer.ok());
  EXPECT_THAT(fewer->drain, ElementsAre("local-1"));
  const Result<Scaling> too_few = plan_scaling(agents, 1);
  ASSERT_FALSE(too_few.ok());
  EXPECT_EQ(too_few.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(too_few.error().message, HasSubstr("headway adjust --parallelism 1"));
  const Result<Scaling> none = plan_scaling(agents, 0);
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr("`headway pause` lets no more tickets start"))
      << "--parallelism 0 would lift the limit";
}

TEST(Scaling, ToWhatThereIsDoesNothing) {
  const Result<Scaling> scaling = plan_scaling({agent_in_state("local-7", AgentState::kIdle)}, 1);
  ASSERT_TRUE(scaling.ok());
  EXPECT_EQ(*scaling, (Scaling{.agents = 1, .fixed_agents = 0, .start = {}, .drain = {}}));
}

}  // namespace
}  // namespace headway::cli
