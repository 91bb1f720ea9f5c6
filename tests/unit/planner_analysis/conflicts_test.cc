#include "builders.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

using test::analyzed;
using test::ids;
using test::Ids;
using test::minutes;
using test::ticket;

Ticket changing(std::string id, int estimate_minutes, Ids files) {
  Ticket result = ticket(std::move(id), estimate_minutes);
  result.affected_files = std::move(files);
  return result;
}

TEST(Conflicts, AreFoundFromFilesWithGlobsIncluded) {
  const Analysis analysis =
      analyzed({changing("A", 5, {"docs/**"}), changing("B", 7, {"./docs//api/index.md"}),
                changing("C", 3, {"src/a.cc"}), changing("D", 3, {"README.md"})});
  ASSERT_EQ(analysis.conflict_count, 1U);
  const Conflict& conflict = analysis.conflicts[0];
  EXPECT_EQ(conflict.kind, ConflictKind::kFiles);
  EXPECT_EQ(conflict.about, "docs/**");
  EXPECT_EQ(conflict.overlaps, (Ids{"docs/api/index.md"}));
  EXPECT_EQ(ids(analysis, conflict.tickets), (Ids{"B", "A"})) << "the longer one first";
  EXPECT_EQ(conflict.reason, OrderReason::kCriticalPath);
  EXPECT_FALSE(conflict.ordered);
}

TEST(Conflicts, SayWhoGoesFirstAndWhy) {
  std::vector<Ticket> tickets = {changing("A", 5, {"x"}), changing("B", 9, {"x"})};
  tickets[0].priority = Priority::kHigh;
  const Analysis urgent = analyzed(tickets);
  EXPECT_EQ(ids(urgent, urgent.conflicts.at(0).tickets), (Ids{"A", "B"}));
  EXPECT_EQ(urgent.conflicts[0].reason, OrderReason::kPriority);
  EXPECT_EQ(urgent.conflicts[0].load, minutes{14});
}

TEST(Conflicts, ThatDependenciesKeepApartCostNothing) {
  std::vector<Ticket> tickets = {changing("A", 5, {"x"}), ticket("M", 1, {"A"}),
                                 changing("B", 9, {"x"})};
  tickets[2].dependencies.blocking = {"M"};
  const Analysis analysis = analyzed(tickets);
  ASSERT_EQ(analysis.conflicts.size(), 1U);
  EXPECT_TRUE(analysis.conflicts[0].ordered);
  EXPECT_EQ(analysis.conflicts[0].reason, OrderReason::kDependency);
}

TEST(Conflicts, OfReadersAreNone) {
  std::vector<Ticket> tickets = {ticket("A", 5), ticket("B", 5), ticket("C", 5)};
  for (Ticket& each : tickets) each.locks = {{"schema", LockMode::kRead}};
  EXPECT_EQ(analyzed(tickets).conflict_count, 0U);
  tickets[2].locks[0].mode = LockMode::kWrite;
  const Analysis analysis = analyzed(tickets);
  ASSERT_EQ(analysis.conflict_count, 1U);
  EXPECT_EQ(analysis.conflicts[0].kind, ConflictKind::kLock);
  EXPECT_EQ(analysis.conflicts[0].ticket_count, 3U);
}

TEST(Conflicts, AreDeclaredAsWell) {
  std::vector<Ticket> tickets = {ticket("A", 5), ticket("B", 5), ticket("C", 5)};
  tickets[0].dependencies.resource_conflicts = {"B"};
  tickets[2].isolation = Isolation::kIsolated;
  const Analysis analysis = analyzed(tickets);
  ASSERT_EQ(analysis.conflict_count, 2U);
  const auto& kinds = analysis.conflicts;
  const std::size_t declared = kinds[0].kind == ConflictKind::kDeclared ? 0 : 1;
  EXPECT_EQ(kinds[declared].about, "resource_conflicts");
  EXPECT_EQ(kinds[1 - declared].kind, ConflictKind::kIsolation);
}

TEST(Conflicts, OfManyTicketsOnOnePathAreOne) {
  constexpr int kTickets = test::scaled(10'000);
  std::vector<Ticket> tickets;
  for (int i = 0; i < kTickets; ++i)
    tickets.push_back(changing("T" + std::to_string(i), 1, {"docs/**"}));
  const Analysis analysis = analyzed(std::move(tickets));
  ASSERT_EQ(analysis.conflict_count, 1U);
  EXPECT_EQ(analysis.conflicts[0].ticket_count, std::uint32_t{kTickets});
  EXPECT_EQ(analysis.conflicts[0].tickets.size(), kMaxConflictTickets);
  EXPECT_EQ(analysis.limits.at(0).kind, LimitKind::kConflict);
}

}  // namespace
}  // namespace headway
