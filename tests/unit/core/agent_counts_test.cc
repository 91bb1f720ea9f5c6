#include <gtest/gtest.h>

#include "coordinator/core/status.h"
#include "tests/support/core/running_alone.h"

/// How many agents there are, and what they do.

namespace headway {
namespace {

using ByState = std::map<AgentState, std::uint32_t>;

Count agents_of(const CoreHarness& h, const std::string& ticket) {
  return Status(h.core().state(), &h.core(), h.clock()).summary(h.run(ticket)).agents;
}

ByState by_state(const CoreHarness& h) {
  return Status(h.core().state(), &h.core(), h.clock()).agents_by_state();
}

TEST(AgentCounts, HaveThoseThatDrainAmongThem) {
  RunningAlone r;
  r.h.drain("w");
  r.h.sent<Drain>("w");
  EXPECT_EQ(agents_of(r.h, "a"), (Count{1, 1}));
  r.h.join("idle", 2);
  EXPECT_EQ(agents_of(r.h, "a"), (Count{1, 3}));
}

TEST(AgentCounts, HaveWhatMayRunWhereNobodyIsHeardOf) {
  RunningAlone r(true);
  r.h.silence("w");
  r.h.advance(CoreHarness::kLeaseAndMargin);
  ASSERT_EQ(r.h.state("a"), TicketState::kRunning) << "only proof of its death ends it";
  EXPECT_EQ(agents_of(r.h, "a"), (Count{1, 1}));
}

TEST(AgentCounts, HaveEachAgentInOneState) {
  CoreHarness h;
  h.join("draining", 2);
  PlanBuilder plan;
  plan.add("a");
  plan.add("b");
  h.submit(plan);
  EXPECT_EQ(h.assigned(), (CoreHarness::Ids{"a", "b"}));
  h.start("a");
  h.join("idle", 3);
  EXPECT_EQ(by_state(h), (ByState{{AgentState::kRunning, 1}, {AgentState::kIdle, 4}}));
  h.start("b");
  h.drain("draining");
  h.sent<Drain>("draining");
  EXPECT_EQ(
      by_state(h),
      (ByState{{AgentState::kRunning, 0}, {AgentState::kIdle, 3}, {AgentState::kDraining, 2}}));
}

}  // namespace
}  // namespace headway
