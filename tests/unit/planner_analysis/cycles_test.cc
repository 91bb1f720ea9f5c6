#include <random>

#include "builders.h"
#include "common/plan/validate.h"

namespace headway {
namespace {

using test::analyzed;
using test::ids;
using test::Ids;
using test::ticket;

TEST(Cycles, AreShownInTheirShortestFormWithTheCutThatFreesMost) {
  // A -> B -> C -> A, and C -> B: the shortest is B and C; without B's wait for C all is free.
  const Analysis analysis =
      analyzed({ticket("A", 1, {"B"}), ticket("B", 1, {"C"}), ticket("C", 1, {"A", "B"})});
  ASSERT_EQ(analysis.cycles.size(), 1U);
  EXPECT_EQ(ids(analysis, analysis.cycles[0].tickets), (Ids{"B", "C"}));
  EXPECT_EQ(ids(analysis, {analysis.cycles[0].waiting, analysis.cycles[0].needed}),
            (Ids{"B", "C"}));
  EXPECT_EQ(analysis.cycles[0].knot, 3U);
}

TEST(Cycles, AreCutAtASequentialDependencyWhereThatIsAsGood) {
  std::vector<Ticket> tickets = {ticket("A", 1), ticket("B", 1, {"A"})};
  tickets[0].dependencies.sequential = {"B"};
  const Analysis analysis = analyzed(tickets);
  ASSERT_EQ(analysis.cycles.size(), 1U);
  EXPECT_EQ(analysis.cycles[0].kind, EdgeKind::kSequential);
  EXPECT_EQ(ids(analysis, {analysis.cycles[0].waiting}), (Ids{"A"}));
}

TEST(Cycles, OfATicketWithItselfAreCutToo) {
  const Analysis analysis = analyzed({ticket("A", 1, {"A"}), ticket("B", 1, {"A"})});
  ASSERT_EQ(analysis.cycles.size(), 1U);
  EXPECT_EQ(ids(analysis, analysis.cycles[0].tickets), (Ids{"A"}));
}

TEST(Cycles, AreAllCutInPlansThatAreOneKnot) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<Ticket> tickets;
    for (int i = 0; i < 400; ++i) {
      Ticket next = ticket("T" + std::to_string(i), 1);
      for (int k = 0; k < 3; ++k)
        next.dependencies.blocking.push_back("T" + std::to_string(random() % 400));
      tickets.push_back(std::move(next));
    }
    const Analysis analysis = analyzed(std::move(tickets));
    EXPECT_FALSE(analysis.cycles.empty());
    EXPECT_TRUE(find_cycle(analysis.plan).empty());
    EXPECT_EQ(analysis.schedule.tickets.size(), 400U);
  }
}

TEST(Analysis, GoesAsFarAsItCanWithAWrongPlan) {
  const Analysis analysis =
      analyzed({ticket("A", 1, {"nobody", "A2"}), ticket("A", 2), ticket("", 3)});
  EXPECT_EQ(analysis.dependencies.unknown, 2U);
  EXPECT_EQ(analysis.schedule.tickets.size(), 3U);
  EXPECT_TRUE(analyzed({}).schedule.tickets.empty());
}

}  // namespace
}  // namespace headway
