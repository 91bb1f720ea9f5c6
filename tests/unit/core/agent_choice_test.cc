#include <set>

#include <gtest/gtest.h>

#include "coordinator/core/status.h"
#include "tests/support/core/core_harness.h"

/// Which of several agents gets a ticket that all of them could run, by how they did before.

namespace headway {
namespace {

using Ids = CoreHarness::Ids;

/// `first` and `second` with a slot each, in this order, of which `second` has succeeded `good`
/// times at `docs`, and `first` failed as often.
class AgentChoice : public ::testing::Test {
 protected:
  void learn(std::size_t good = 3) {
    harness_.join("first");
    harness_.join("second");
    for (std::size_t i = 0; i < good; ++i) {
      PlanBuilder plan;
      plan.add("bad").category("docs").not_on("second");
      plan.add("good").category("docs").not_on("first").estimate(100s);
      harness_.submit(plan);
      harness_.assigned();
      harness_.fail("bad");
      AttemptResult done;
      done.usage.elapsed = 80s;
      harness_.end("good", done);
    }
  }
  void submit(const std::string& ticket, const std::string& category) {
    PlanBuilder plan;
    plan.add(ticket).category(category);
    harness_.submit(plan);
  }
  [[nodiscard]] std::vector<std::string> reasons(const std::string& ticket) const {
    const Now now{harness_.now(), WallTime{}};
    const AttemptRef ref = harness_.ref(ticket);
    const State& state = harness_.core().state();
    return Status(state, &harness_.core(), now)
        .explain(*state.find_run(ref.run), ref.ticket)
        .reasons;
  }

  CoreHarness harness_;
};

TEST_F(AgentChoice, GoesToTheOneThatDidBetterInThisCategory) {
  learn();
  submit("t", "docs");
  EXPECT_EQ(harness_.assigned_to("second"), Ids{"t"});
}

TEST_F(AgentChoice, IsAsItWasInACategoryThatNobodyKnows) {
  learn();
  submit("t", "code");
  EXPECT_EQ(harness_.assigned_to("first"), Ids{"t"});
  submit("u", "");
  harness_.finish("t");
  EXPECT_EQ(harness_.assigned_to("second"), Ids{"u"});
}

TEST_F(AgentChoice, DoesNotWaitForABetterOneThatIsBusy) {
  learn();
  submit("a", "docs");
  submit("b", "docs");
  EXPECT_EQ(harness_.assigned_to("second"), Ids{"a"});
  EXPECT_EQ(harness_.assigned_to("first"), Ids{"b"});
}

TEST_F(AgentChoice, DecidesWhereATicketWaitsAheadOnceAllAreBusy) {
  learn();
  for (const char* ticket : {"a", "b", "c"}) submit(ticket, "docs");
  EXPECT_EQ(harness_.assigned_to("second"), (Ids{"a", "c"}));
  EXPECT_EQ(harness_.assigned_to("first"), Ids{"b"});
}

TEST_F(AgentChoice, PutsLoadBeforeTheRecord) {
  learn();
  harness_.join("third", 4);
  PlanBuilder plan;
  plan.add("fills").not_on("first").not_on("second");
  harness_.submit(plan);
  harness_.assigned();
  harness_.finish("fills");
  // Four of `third`'s slots are free; it has no record, and `second` a good one.
  submit("a", "docs");
  EXPECT_EQ(harness_.assigned_to("second"), Ids{"a"});
  submit("b", "docs");
  EXPECT_EQ(harness_.assigned_to("third"), Ids{"b"})
      << "nobody knows it, and `first` is known to fail";
  submit("c", "docs");
  EXPECT_EQ(harness_.assigned_to("first"), Ids{"c"})
      << "it is idle, and a quarter of `third` is busy";
}

TEST_F(AgentChoice, PutsTypesAndLabelsBeforeTheRecord) {
  learn();
  harness_.join("labelled", 1, [](Hello& hello) { hello.labels = {"gpu"}; });
  PlanBuilder plan;
  plan.add("t").category("docs").labelled("gpu");
  harness_.submit(plan);
  EXPECT_EQ(harness_.assigned_to("labelled"), Ids{"t"});
}

TEST_F(AgentChoice, RemembersRunsThatHaveLeftTheMemoryOverARestart) {
  learn();
  EXPECT_TRUE(harness_.core().state().runs.empty());
  harness_.restart();
  harness_.rejoin("first");
  harness_.rejoin("second");
  submit("t", "docs");
  EXPECT_EQ(harness_.assigned_to("second"), Ids{"t"});
}

TEST_F(AgentChoice, IsExplained) {
  learn();
  submit("t", "docs");
  EXPECT_EQ(harness_.assigned_to("second"), Ids{"t"});
  const std::string record =
      "On second 3 of 3 attempts at `docs` tickets succeeded before, in 0.80 of their estimates; "
      "on all workers 3 of 6, in 0.80.";
  EXPECT_EQ(reasons("t").back(), record);
  harness_.start("t");
  EXPECT_EQ(reasons("t").back(), record);
  submit("u", "docs");
  EXPECT_EQ(harness_.assigned_to("first"), Ids{"u"});
  EXPECT_EQ(reasons("u").back(),
            "On first 0 of 3 attempts at `docs` tickets succeeded before; on all workers 3 of 6, "
            "in 0.80.");
  submit("v", "code");
  EXPECT_EQ(harness_.assigned_to("first"), Ids{"v"})
      << "all are busy alike, and nobody knows more of it";
  EXPECT_EQ(reasons("v").back(), "On first no attempt at a `code` ticket has ended before.");
}

std::string docs() { return "docs"; }

TEST(ChooseAmong, ComparesNoMoreThanItsLimit) {
  TrackRecord record;
  const WorkerId known{kMostCompared + 1};
  record.restore({{known, "docs"}, {9, 9, 0, {}, {}}, Sequence{1}});
  const auto anybody = [](WorkerId) { return true; };
  WorkersByLoad workers;
  for (std::uint32_t i = 2; i <= known.number(); ++i) workers.insert({0, WorkerId{i}});
  EXPECT_EQ(choose_among(workers, record, docs, anybody), known);
  workers.insert({0, WorkerId{1}});
  EXPECT_EQ(choose_among(workers, record, docs, anybody), WorkerId{1});
}

TEST(ChooseAmong, TakesOnlyThoseThatFit) {
  TrackRecord record;
  record.restore({{WorkerId{3}, "docs"}, {9, 9, 0, {}, {}}, Sequence{1}});
  record.restore({{WorkerId{4}, "docs"}, {9, 8, 0, {}, {}}, Sequence{2}});
  const WorkersByLoad workers = {
      {0, WorkerId{1}}, {0, WorkerId{2}}, {0, WorkerId{3}}, {0, WorkerId{4}}, {500, WorkerId{5}}};
  const auto all_but = [&](const std::set<WorkerId>& unfit) {
    return choose_among(workers, record, docs,
                        [&](WorkerId worker) { return !unfit.contains(worker); });
  };
  EXPECT_EQ(all_but({}), WorkerId{3});
  EXPECT_EQ(all_but({WorkerId{3}}), WorkerId{4});
  EXPECT_EQ(all_but({WorkerId{3}, WorkerId{4}}), WorkerId{1});
  EXPECT_EQ(all_but({WorkerId{1}, WorkerId{2}, WorkerId{3}, WorkerId{4}}), WorkerId{5});
  EXPECT_EQ(choose_among({}, record, docs, [](WorkerId) { return true; }), std::nullopt);
}

}  // namespace
}  // namespace headway
