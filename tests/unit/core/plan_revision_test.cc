#include "coordinator/core/plan_revision.h"

#include <gtest/gtest.h>

#include "tests/support/core/plan_builder.h"

/// How a plan as a person wrote it becomes the next version of a run's plan: no run, no state.

namespace headway {
namespace {

std::vector<std::string> ids(const RunPlan& version, const std::vector<TicketIndex>& tickets) {
  std::vector<std::string> named;
  for (const TicketIndex ticket : tickets) named.push_back(version.plan.tickets[ticket.index()].id);
  return named;
}

using Ids = std::vector<std::string>;

PlanRevision revised(const RunPlan& base, const PlanBuilder& wanted) {
  Result<PlanRevision> revision = revise_plan(base, wanted.plan, base.options, "digest");
  EXPECT_TRUE(revision.ok());
  return *revision;
}

/// a, b after a, c after b.
PlanBuilder chain() {
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  plan.add("c").after({"b"});
  return plan;
}

TEST(PlanRevision, KeepsTicketsAtTheirPlacesAndAppendsNewOnes) {
  const auto base = run_plan(chain().plan);
  PlanBuilder wanted;
  wanted.add("x");
  wanted.add("c").after({"x"});
  wanted.add("a");
  const PlanRevision revision = revised(*base, wanted);
  EXPECT_EQ(revision.plan->version, 2U);
  ASSERT_EQ(revision.plan->plan.tickets.size(), 4U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(revision.plan->plan.tickets[i].id, base->plan.tickets[i].id);
  }
  EXPECT_EQ(ids(*revision.plan, revision.added), Ids{"x"});
  EXPECT_EQ(ids(*revision.plan, revision.removed), Ids{"b"});
  EXPECT_EQ(ids(*revision.plan, revision.changed), Ids{"c"});
  EXPECT_TRUE(revision.reworked.empty()) << "another dependency is no other work";
  EXPECT_EQ(revision.plan->removed, revision.removed);
}

TEST(PlanRevision, ATombstoneDependsOnNothingAndKeepsItsConflictsWhoeverDeclaredThem) {
  PlanBuilder before;
  before.add("a").writes("db");
  before.add("b").after({"a"}).never_beside({"c"});
  before.add("c").never_beside({"a"});
  const auto base = run_plan(before.plan);
  PlanBuilder wanted;
  wanted.add("c");
  const PlanRevision revision = revised(*base, wanted);
  const std::vector<Ticket>& tickets = revision.plan->plan.tickets;
  EXPECT_TRUE(tickets[1].dependencies.blocking.empty());
  EXPECT_EQ(tickets[0].dependencies.file_conflicts, Ids{"c"});
  EXPECT_EQ(tickets[1].dependencies.file_conflicts, Ids{"c"});
  EXPECT_EQ(tickets[0].locks.front().name, "db");
}

TEST(PlanRevision, ATicketThatComesBackTakesItsFormerPlace) {
  const auto base = run_plan(chain().plan);
  PlanBuilder shorter;
  shorter.add("a");
  shorter.add("b").after({"a"});
  const PlanRevision without = revised(*base, shorter);
  const PlanRevision again = revised(*without.plan, chain());
  EXPECT_EQ(again.plan->version, 3U);
  EXPECT_EQ(again.added, (std::vector<TicketIndex>{TicketIndex{2}}));
  EXPECT_TRUE(again.plan->removed.empty());
  EXPECT_EQ(again.plan->plan.tickets, base->plan.tickets);
}

TEST(PlanRevision, TellsOtherWorkFromOtherWords) {
  const auto base = run_plan(chain().plan);
  PlanBuilder wanted = chain();
  wanted.plan.tickets[0].title = "another title";
  wanted.plan.tickets[1].command.shell_line = "false";
  wanted.plan.tickets[2].mark = {7, 3};
  const PlanRevision revision = revised(*base, wanted);
  EXPECT_EQ(ids(*revision.plan, revision.changed), (Ids{"a", "b"}));
  EXPECT_EQ(ids(*revision.plan, revision.reworked), Ids{"b"});
}

TEST(PlanRevision, AsWrittenThereAreNoTombstones) {
  const auto base = run_plan(chain().plan);
  PlanBuilder wanted;
  wanted.add("a");
  EXPECT_EQ(plan_as_written(*revised(*base, wanted).plan), wanted.plan);
}

}  // namespace
}  // namespace headway
