#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// Attempts of a process that is no more: when they may begin anew elsewhere.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

/// Worker `w` ran ticket `a`, and a new process takes its name after a silence.
struct Widowed {
  explicit Widowed(bool on_proof = false, bool proof = false) {
    h.join("w");
    PlanBuilder plan;
    TicketBuilder a = plan.add("a");
    if (on_proof) a.only_on_proof();
    run = h.submit(plan);
    h.assigned();
    h.start("a");
    former = h.core().links().begin()->second.incarnation;
    h.advance(5s);
    Hello next = h.new_life("w", 2);
    if (proof) next.formers = {former};
    h.hello("w", next);
  }
  CoreHarness h;
  RunId run;
  std::uint64_t former = 0;
};

TEST(Widow, IsHandedOutAgainAtOnceWithProof) {
  Widowed w(false, true);
  EXPECT_EQ(w.h.assigned(), Ids{"a"});
  EXPECT_EQ(w.h.record("a").workers_lost, 1U);
}

TEST(Widow, IsHandedOutAgainWhenItsLeaseHasRunOutWithoutProof) {
  Widowed w;
  EXPECT_EQ(w.h.assigned(), Ids{});
  w.h.pass(12s);
  EXPECT_EQ(w.h.assigned(), Ids{});
  w.h.pass(1s);
  EXPECT_EQ(w.h.assigned(), Ids{"a"});
}

TEST(Widow, OfATicketOnProofWaitsForProofForGood) {
  Widowed w(true);
  w.h.pass(10min);
  EXPECT_EQ(w.h.assigned(), Ids{});
  EXPECT_EQ(w.h.state("a"), TicketState::kRunning);
  w.h.rejoin("w", [](Hello& hello) { hello.inventory.push_back({Token{1}, HeldState::kDead}); });
  EXPECT_EQ(w.h.assigned(), Ids{"a"});
}

TEST(Widow, OfATicketOnProofEndsOnAPersonsWordWhileTheNewProcessWorks) {
  Widowed w(true);
  PlanBuilder more;
  more.add("b");
  w.h.submit(more);
  EXPECT_EQ(w.h.assigned(), Ids{"b"});
  w.h.start("b");
  EXPECT_EQ(w.h.remove("w", true).alive, 1U);
  EXPECT_EQ(w.h.assigned(), Ids{"a"});
  EXPECT_EQ(w.h.state("b"), TicketState::kRunning);
  EXPECT_NE(w.h.refused_removal("w", true).find("is alive"), std::string::npos);
}

TEST(Widow, IsNotProvenDeadByTheNewProcessLeaving) {
  Widowed w;
  w.h.join("other");
  w.h.say("w", Goodbye{});
  EXPECT_EQ(w.h.assigned(), Ids{});
  w.h.pass(14s);
  EXPECT_EQ(w.h.assigned_to("other"), Ids{"a"});
}

TEST(Widow, IsNotProvenDeadByTheNewProcessKnowingNothingOfIt) {
  Widowed w;
  w.h.stop(w.run);
  w.h.ignore_messages();
  w.h.say("w", Stopped{Token{1}});
  EXPECT_EQ(w.h.run_state(w.run), RunState::kStopping);
  w.h.pass(14s);
  EXPECT_EQ(w.h.run_state(w.run), RunState::kCancelled);
  w.h.ignore_messages();
}

TEST(Widow, IsNotProvenDeadByProofAboutALaterProcess) {
  Widowed w;
  const std::uint64_t second = w.h.core().links().begin()->second.incarnation;
  Hello third = w.h.new_life("w", 2);
  third.formers = {second};
  w.h.hello("w", third);
  EXPECT_EQ(w.h.assigned(), Ids{});
  w.h.pass(14s);
  EXPECT_EQ(w.h.assigned(), Ids{"a"});
}

TEST(Widow, StaysOneWhenTheCoordinatorStartsAnew) {
  Widowed w;
  w.h.restart();
  w.h.rejoin("w");
  w.h.pass(17s);
  EXPECT_EQ(w.h.assigned(), Ids{});
  w.h.pass(1s);
  EXPECT_EQ(w.h.assigned(), Ids{"a"});
}

TEST(Widow, OfATicketOnProofStaysOneWhenTheCoordinatorStartsAnew) {
  Widowed w(true);
  w.h.restart();
  w.h.rejoin("w");
  w.h.pass(10min);
  EXPECT_EQ(w.h.assigned(), Ids{});
  EXPECT_EQ(w.h.state("a"), TicketState::kRunning);
}

}  // namespace
}  // namespace headway
