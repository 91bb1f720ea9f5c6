#include "coordinator/core/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// A run at a glance.

namespace headway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WatchAnswer watched(const CoreHarness& h, RunId run) {
  const State& state = h.core().state();
  const Now now{h.now(), state.runs.at(run).submitted_at + 1h};
  return RunWatch(state, &h.core(), now).answer(state.runs.at(run));
}

std::vector<std::string> ids_of(const std::vector<TicketView>& tickets) {
  std::vector<std::string> ids;
  for (const TicketView& ticket : tickets) ids.push_back(ticket.id);
  return ids;
}

TEST(Watch, ShowsWhatIsActiveWhatFailedAndWhatItBlocks) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add("bad");
  plan.add("runs").writes("db");
  plan.add("again").retry(2, 30s);
  plan.add("waits").writes("db");
  plan.add("child").after({"bad"});
  plan.add("grandchild").after({"child"});
  const RunId run = h.submit(plan);
  h.ignore_messages();
  for (const char* ticket : {"bad", "runs", "again"}) h.start(ticket);
  h.fail("again");
  h.fail("bad");
  const WatchAnswer answer = watched(h, run);
  EXPECT_THAT(ids_of(answer.active), ElementsAre("runs"));
  ASSERT_EQ(answer.troubled.size(), 2U);
  EXPECT_EQ(answer.troubled[0].ticket.id, "bad");
  EXPECT_EQ(answer.troubled[0].blocks, 2U);
  EXPECT_EQ(answer.troubled[1].ticket.id, "again");
  EXPECT_EQ(answer.retrying, 1U);
  ASSERT_EQ(answer.conflicts.size(), 1U);
  EXPECT_EQ(answer.conflicts[0].waiters.front().ticket, "waits");
  EXPECT_EQ(answer.agents_in_all, 3U);
  EXPECT_EQ(answer.agents.front().ticket, "runs") << "those that run something come first";
  EXPECT_THAT(answer.priorities, ElementsAre(PriorityCount{"medium", 0, 6}));
  EXPECT_EQ(answer.last, h.core().state().last_sequence);
}

TEST(Watch, CountsPrioritiesAsChangedAndOnlyWhatSucceededAsDone) {
  CoreHarness h;
  h.join("w", 3);
  PlanBuilder plan;
  plan.add("good");
  plan.add("allowed").may_fail();
  plan.add("urgent");
  const RunId run = h.submit(plan);
  h.ignore_messages();
  AdjustRequest adjust;
  adjust.priorities.push_back({"urgent", "critical"});
  h.adjust(adjust);
  h.run_through("good");
  h.start("allowed");
  h.fail("allowed");
  const WatchAnswer answer = watched(h, run);
  EXPECT_THAT(answer.priorities,
              ElementsAre(PriorityCount{"critical", 0, 1}, PriorityCount{"medium", 1, 2}));
  EXPECT_EQ(answer.run.succeeded, 1U) << "completed_tickets agrees";
  h.ignore_messages();
}

TEST(Watch, ShowsTheLivingAgentsAlsoOfARunThatHasLeftTheMemory) {
  CoreHarness h;
  h.join("w", 2);
  PlanBuilder plan;
  plan.add("t");
  const RunId run = h.submit(plan);
  h.assigned();
  h.run_through("t");
  h.ignore_messages();
  ASSERT_EQ(h.core().state().find_run(run), nullptr);
  const State& folded = h.journalled();
  WatchAnswer answer = RunWatch(folded, nullptr, h.clock()).answer(folded.runs.at(run));
  EXPECT_EQ(answer.agents.front().state, AgentState::kOffline) << "by the journal alone";
  RunWatch(h.core().state(), &h.core(), h.clock()).show_agents(answer);
  EXPECT_EQ(answer.agents_in_all, 2U);
  ASSERT_EQ(answer.agents.size(), 2U);
  EXPECT_EQ(answer.agents.front().state, AgentState::kIdle);
}

TEST(Watch, NamesWorkersThatAreNotHeardOf) {
  CoreHarness h;
  h.join("w1", 1);
  h.join("w2", 1);
  PlanBuilder plan;
  plan.add("t");
  const RunId run = h.submit(plan);
  h.ignore_messages();
  h.start("t");
  EXPECT_THAT(watched(h, run).silent, IsEmpty());
  h.silence("w1");
  h.pass(10s);
  const WatchAnswer answer = watched(h, run);
  ASSERT_EQ(answer.silent.size(), 1U);
  EXPECT_EQ(answer.silent.front().name, "w1");
  EXPECT_EQ(answer.silent.front().tickets, 1U);
  h.ignore_messages();
}

TEST(Watch, IsBoundedWhateverTheRunsSize) {
  CoreHarness h;
  h.checks_each_turn = false;
  h.join("w", 1000);
  PlanBuilder plan;
  plan.add_many("t", 1000);
  const RunId run = h.submit(plan);
  h.ignore_messages();
  for (int i = 1; i <= 600; ++i) h.start(fmt::format("t{}", i));
  for (int i = 1; i <= 300; ++i) h.fail(fmt::format("t{}", i));
  h.ignore_messages();
  const WatchAnswer answer = watched(h, run);
  EXPECT_EQ(answer.agents.size(), kWatchAgents);
  EXPECT_EQ(answer.agents_in_all, 1000U);
  EXPECT_EQ(answer.active.size(), kWatchTickets);
  EXPECT_EQ(answer.troubled.size(), kWatchTickets);
  EXPECT_EQ(answer.troubled_in_all, 300U);
}

}  // namespace
}  // namespace headway
