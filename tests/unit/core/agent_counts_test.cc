#include <gtest/gtest.h>

#include "coordinator/core/status.h"
#include "tests/support/core/running_alone.h"

/// How many agents there are.

namespace headway {
namespace {

Count agents_of(const CoreHarness& h, const std::string& ticket) {
  return Status(h.core().state(), &h.core(), h.clock()).summary(h.run(ticket)).agents;
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

}  // namespace
}  // namespace headway
