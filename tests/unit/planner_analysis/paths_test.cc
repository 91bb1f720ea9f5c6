#include <algorithm>
#include <random>
#include <set>

#include "builders.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

using test::analyzed;
using test::ids;
using test::Ids;
using test::minutes;
using test::ticket;

TEST(CriticalPath, IsTheLongestChainWithTheSlackOfTheRest) {
  const Analysis analysis = analyzed(
      {ticket("A", 10), ticket("B", 20, {"A"}), ticket("C", 5, {"A"}), ticket("D", 1, {"B", "C"})});
  EXPECT_EQ(ids(analysis, analysis.critical_path), (Ids{"A", "B", "D"}));
  EXPECT_EQ(analysis.critical_path_duration, minutes{31});
  EXPECT_EQ(analysis.slack,
            (std::vector<Duration>{minutes{0}, minutes{0}, minutes{15}, minutes{0}}));
  EXPECT_EQ(analysis.earliest_start[3], minutes{30});
  EXPECT_EQ(analysis.agents, 2U) << "a third would have nothing to do";
  EXPECT_EQ(analysis.schedule.total, minutes{31});
  EXPECT_NEAR(analysis.parallelism_factor, 36.0 / 31.0, 1e-9);
}

TEST(Bottlenecks, CountTicketsAndWorkBehindEach) {
  const Analysis analysis = analyzed(
      {ticket("A", 10), ticket("B", 20, {"A"}), ticket("C", 5, {"A"}), ticket("D", 1, {"B", "C"})});
  EXPECT_EQ(analysis.waiting_tickets, (std::vector<std::uint32_t>{3, 1, 1, 0}));
  EXPECT_EQ(analysis.waiting_work,
            (std::vector<Duration>{minutes{26}, minutes{1}, minutes{1}, minutes{0}}));
  EXPECT_EQ(ids(analysis, analysis.bottlenecks), (Ids{"A", "B", "C"}));
}

TEST(Bottlenecks, AgreeWithACountOneByOne) {
  std::mt19937 random(3);
  std::vector<Ticket> tickets;
  for (int i = 0; i < test::scaled(1300); ++i) {
    Ticket next = ticket("T" + std::to_string(i), 1 + static_cast<int>(random() % 9));
    for (unsigned k = 0; i > 0 && k < random() % 3; ++k) {
      const auto other = static_cast<int>(random() % static_cast<unsigned>(i));
      next.dependencies.blocking.push_back("T" + std::to_string(std::max(other, i - 40)));
    }
    tickets.push_back(std::move(next));
  }
  const Analysis analysis = analyzed(std::move(tickets));
  std::vector<std::set<std::uint32_t>> behind(analysis.graph->size());
  const auto order = analysis.graph->topological_order();
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    for (const Edge edge : analysis.graph->dependents(*at)) {
      behind[at->index()].insert(edge.ticket.number());
      behind[at->index()].insert(behind[edge.ticket.index()].begin(),
                                 behind[edge.ticket.index()].end());
    }
    Duration work{};
    for (const std::uint32_t other : behind[at->index()])
      work += *analysis.plan.tickets[other].estimate;
    ASSERT_EQ(analysis.waiting_tickets[at->index()], behind[at->index()].size());
    ASSERT_EQ(analysis.waiting_work[at->index()], work);
  }
}

TEST(Groups, TakeAsLongAsTheirLongestTicket) {
  const Analysis analysis =
      analyzed({ticket("A", 10), ticket("B", 20), ticket("C", 5, {"A", "B"})});
  ASSERT_EQ(analysis.groups.size(), 2U);
  EXPECT_EQ(ids(analysis, analysis.groups[0].tickets), (Ids{"A", "B"}));
  EXPECT_EQ(analysis.groups[0].duration, minutes{20});
}

TEST(Limits, NameWhatKeepsAPlanFromBeingShorter) {
  std::vector<Ticket> tickets;
  for (int i = 0; i < 8; ++i) tickets.push_back(ticket("T" + std::to_string(i), 10));
  const Analysis few = analyzed(tickets, {.agents = 2, .by_label = {}});
  EXPECT_EQ(few.limits.at(0).kind, LimitKind::kAgents);
  EXPECT_EQ(few.limits[0].bound, minutes{40});
  for (Ticket& each : tickets) each.locks = {{"schema", LockMode::kWrite}};
  const Analysis locked = analyzed(tickets, {.agents = 2, .by_label = {}});
  EXPECT_EQ(locked.limits.at(0).kind, LimitKind::kConflict);
  EXPECT_EQ(locked.limits[0].what, "schema");
  EXPECT_EQ(locked.limits[0].bound, minutes{80});
}

}  // namespace
}  // namespace headway
