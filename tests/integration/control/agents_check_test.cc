#include <gmock/gmock.h>

#include "coordinator/control/validation.h"
#include "tests/support/core/running_alone.h"

/// The check `agents`: whether those that have joined can run what is left.

namespace headway {
namespace {

using testing::ElementsAre;

TEST(AgentsCheck, IsSkippedWhileNobodyTakesTicketsAndSaysWhy) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a");
  h.submit(plan);
  const StateCheck empty = check_agents(h.core(), h.run("a"));
  EXPECT_EQ(empty.verdict, CheckVerdict::kSkipped);
  EXPECT_THAT(empty.findings, ElementsAre("no worker has joined yet"));

  RunningAlone r;
  EXPECT_EQ(check_agents(r.h.core(), r.h.run("a")).verdict, CheckVerdict::kPassed);
  r.h.drain("w");
  r.h.sent<Drain>("w");
  const StateCheck draining = check_agents(r.h.core(), r.h.run("a"));
  EXPECT_EQ(draining.verdict, CheckVerdict::kSkipped);
  EXPECT_THAT(draining.findings, ElementsAre("no joined worker takes tickets"));
}

}  // namespace
}  // namespace headway
