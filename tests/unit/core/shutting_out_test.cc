#include <gtest/gtest.h>

#include "tests/support/core/running_alone.h"

/// A worker whose key was revoked, and one of whom there are two.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

void shut_out(CoreHarness& h, const std::string& worker) {
  h.step(ShutOutInput{worker, "its key was revoked"});
  h.turn();
}

TEST(ShuttingOut, EndsTheSessionAtOnceAndTheAttemptWithItsLease) {
  RunningAlone r;
  r.h.join("x");
  shut_out(r.h, "w");
  EXPECT_EQ(r.h.assigned(), Ids{}) << "nobody has made it stop";
  r.h.heartbeat("w");
  r.h.sent<HelloAgain>("w");
  AttemptResult result;
  result.token = r.h.token("a");
  result.outcome = Outcome::kSucceeded;
  r.h.say("w", result);
  r.h.sent<HelloAgain>("w");
  EXPECT_EQ(r.h.state("a"), TicketState::kRunning) << "what it says does not count";
  r.h.silence("w");
  r.h.pass(CoreHarness::kLeaseAndMargin + std::chrono::seconds{1});
  EXPECT_EQ(r.h.assigned_to("x"), Ids{"a"});
  r.h.ignore_messages();
}

TEST(ShuttingOut, LeavesToAProofWhatWantsOne) {
  RunningAlone r(true);
  r.h.join("x");
  shut_out(r.h, "w");
  r.h.silence("w");
  r.h.pass(std::chrono::minutes{5});
  EXPECT_EQ(r.h.assigned(), Ids{});
  r.h.ignore_messages();
}

TEST(ShuttingOut, OfAWorkerThatNeverJoinedIsNothing) {
  CoreHarness h;
  shut_out(h, "nobody");
  h.expect_nothing_left();
}

TEST(ATwin, IsRefusedWhileTheFirstIsHeardOfThoughItClaimsItsDeath) {
  RunningAlone r;
  const std::uint64_t first = r.h.core().links().begin()->second.incarnation;
  Hello copy = r.h.new_life("w");
  copy.formers = {first};
  copy.boot_id = "another machine";
  EXPECT_FALSE(r.h.hello("w", copy).has_value());
  EXPECT_EQ(r.h.core().refused_twins(), 1U);
  r.h.ignore_messages();
}

TEST(ATwin, ThatIsAFormerLifesSuccessorOnTheSameMachineIsWelcome) {
  RunningAlone r;
  const std::uint64_t first = r.h.core().links().begin()->second.incarnation;
  Hello next = r.h.new_life("w");
  next.formers = {first};
  EXPECT_TRUE(r.h.hello("w", next).has_value());
  EXPECT_EQ(r.h.core().refused_twins(), 0U);
  r.h.ignore_messages();
}

}  // namespace
}  // namespace headway
