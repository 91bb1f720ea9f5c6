#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// A coordinator that starts again knows from the journal all that it must know.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

TEST(Restart, InTheMiddleOfEverythingGoesOn) {
  CoreHarness h;
  h.join("w", 2);
  h.join("x", 1);
  PlanBuilder plan;
  plan.resource("license", 1);
  plan.add("running").needs("license", 1);
  plan.add("waiting").needs("license", 1);
  plan.add("ended");
  plan.add("retried").retry(1, 30s);
  plan.add("dependent").after({"running", "retried"});
  const RunId run = h.submit(plan);
  h.assigned();
  h.start("running");
  h.finish("ended");
  h.fail("retried");
  h.restart(5s);
  h.rejoin("w");
  h.rejoin("x");
  EXPECT_EQ(h.assigned(), Ids{});
  h.finish("running");
  EXPECT_EQ(h.assigned(), Ids{"waiting"});
  h.pass(25s);
  EXPECT_EQ(h.assigned(), Ids{"retried"});
  h.finish("waiting");
  h.finish("retried");
  EXPECT_EQ(h.assigned(), Ids{"dependent"});
  h.finish("dependent");
  EXPECT_EQ(h.run_state(run), RunState::kSucceeded);
}

TEST(Restart, TokensGrowOverIt) {
  CoreHarness h;
  h.join("w");
  PlanBuilder plan;
  plan.add("a").retry(1);
  h.submit(plan);
  h.assigned();
  h.restart();
  h.rejoin("w");
  h.fail("a");
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_EQ(h.token("a"), Token{2});
}

TEST(Restart, ANewEpochVoidsAllSessions) {
  CoreHarness h;
  h.join("w");
  const std::uint64_t before = h.session("w");
  h.restart();
  h.step(WorkerInput{h.peer("w"), {before, Heartbeat{1, {}, {}}}});
  h.turn();
  h.sent<HelloAgain>("w");
  EXPECT_EQ(h.core().state().epoch, Epoch{2});
}

TEST(Restart, EveryWholeTurnOfTheJournalRecoversAndEnds) {
  // The journal of an eventful run, cut after each of its turns, is a registry to start from.
  std::vector<Journal> prefixes;
  {
    CoreHarness h;
    PlanBuilder plan;
    plan.add("a");
    plan.add("b").after({"a"});
    plan.add("c").after_end_of({"b"}).retry(1);
    plan.add("d").writes("l");
    plan.add("e").writes("l");
    plan.barriers();
    const auto keep = [&] {
      Journal journal;
      journal.facts = h.facts();
      journal.plans[RunId{1}] = run_plan(plan.plan);
      prefixes.push_back(journal);
    };
    h.submit(plan);
    keep();
    h.join("w", 2);
    keep();
    h.assigned();
    h.start("d");
    keep();
    h.fail("a");
    keep();
    h.pause();
    keep();
    h.finish("d");
    h.resume();
    keep();
    h.assigned();
    h.finish("e");
    keep();
    h.stop({}, true, true);
    keep();
    h.ignore_messages();
  }
  for (const Journal& prefix : prefixes) {
    State state = fold(prefix);
    const Now now{Instant{1h}, WallTime{24h}};
    Core core({}, state, now);
    core.step(ResumeInput{1, RunId{}}, now);
    core.finish_turn({now.steady + 1min, now.wall});
    EXPECT_EQ(broken_invariants(core), std::vector<std::string>{});
    core.step(StopInput{2, {RunId{}, true, false}}, {now.steady + 1min, now.wall});
    core.finish_turn({now.steady + 2min, now.wall});
    EXPECT_TRUE(core.state().runs.empty()) << prefix.facts.size() << " facts";
  }
}

}  // namespace
}  // namespace headway
