#include "builders.h"

namespace headway {
namespace {

using test::analyzed;
using test::Ids;
using test::minutes;
using test::ticket;

/// The sentence of the first recommendation of a kind; empty: there is none.
std::string sentence(const Analysis& analysis, RecommendationKind kind) {
  for (const Recommendation& each : analysis.recommendations) {
    if (each.kind == kind) return each.sentence;
  }
  return {};
}

TEST(Recommendations, SayWhatASplitWouldSave) {
  const Analysis analysis =
      analyzed({ticket("MOD-012", 160), ticket("B", 10, {"MOD-012"}), ticket("C", 70)});
  EXPECT_EQ(sentence(analysis, RecommendationKind::kSplitTicket),
            "splitting MOD-012 in two would shorten the plan by 1h 20m");
}

TEST(Recommendations, SayWhatAnotherAgentWouldSave) {
  std::vector<Ticket> tickets;
  for (int i = 0; i < 6; ++i) tickets.push_back(ticket("T" + std::to_string(i), 10));
  EXPECT_EQ(
      sentence(analyzed(tickets, {.agents = 2, .by_label = {}}), RecommendationKind::kAddAgent),
      "a third agent would shorten the plan by 10m");
  EXPECT_EQ(sentence(analyzed(tickets), RecommendationKind::kAddAgent), "")
      << "as many as are useful are there";
}

TEST(Recommendations, SayOfWhichAgentsOneMoreWouldHelp) {
  std::vector<Ticket> tickets;
  for (int i = 0; i < 6; ++i) {
    tickets.push_back(ticket("T" + std::to_string(i), 20));
    tickets.back().agent.type = i < 4 ? "docs" : "builder";
  }
  const Analysis analysis =
      analyzed(tickets, {.agents = 0, .by_label = {{"docs", 2}, {"builder", 2}}});
  EXPECT_EQ(analysis.agents, 4U);
  EXPECT_EQ(analysis.schedule.total, minutes{40});
  // Three do four in as long as two: a third saves nothing, and neither does a builder.
  EXPECT_EQ(sentence(analysis, RecommendationKind::kAddAgentOfLabel), "");
  const Analysis fewer =
      analyzed(tickets, {.agents = 0, .by_label = {{"docs", 1}, {"builder", 1}}});
  EXPECT_EQ(sentence(fewer, RecommendationKind::kAddAgentOfLabel),
            "a second `docs` agent would shorten the plan by 40m");
}

TEST(Recommendations, SayWhatAConflictCosts) {
  std::vector<Ticket> tickets = {ticket("A", 15), ticket("B", 30)};
  for (Ticket& each : tickets) each.affected_files = {"index.md"};
  EXPECT_EQ(sentence(analyzed(tickets), RecommendationKind::kRemoveConflict),
            "removing the conflict on `index.md` would shorten the plan by 15m");
  for (Ticket& each : tickets) each.affected_files.clear();
  tickets[0].dependencies.file_conflicts = {"B"};
  EXPECT_EQ(sentence(analyzed(tickets), RecommendationKind::kRemoveConflict),
            "removing the declared conflict of B and A would shorten the plan by 15m");
}

TEST(Recommendations, SayWhatOrderAndIsolationCost) {
  std::vector<Ticket> tickets = {ticket("A", 30), ticket("B", 30)};
  tickets[1].dependencies.sequential = {"A"};
  EXPECT_EQ(sentence(analyzed(tickets), RecommendationKind::kDropSequential),
            "letting B start without waiting for A would shorten the plan by 30m");
  tickets[1].dependencies.sequential.clear();
  tickets[1].isolation = Isolation::kIsolated;
  EXPECT_EQ(sentence(analyzed(tickets), RecommendationKind::kShareIsolated),
            "letting others run beside B would shorten the plan by 30m");
}

TEST(Recommendations, PromiseNothingWhereNothingHelps) {
  EXPECT_TRUE(analyzed({ticket("A", 0)}).recommendations.empty());
  EXPECT_TRUE(analyzed({}).recommendations.empty());
}

TEST(Recommendations, AreTheSameEachTime) {
  std::vector<Ticket> tickets;
  for (int i = 0; i < 30; ++i) {
    tickets.push_back(ticket("T" + std::to_string(i), 5 + i % 7,
                             i > 3 ? Ids{"T" + std::to_string(i / 2)} : Ids{}));
    tickets.back().affected_files = {"f" + std::to_string(i % 4)};
  }
  const Analysis first = analyzed(tickets, {.agents = 3, .by_label = {}});
  const Analysis second = analyzed(tickets, {.agents = 3, .by_label = {}});
  ASSERT_EQ(first.recommendations.size(), second.recommendations.size());
  for (std::size_t i = 0; i < first.recommendations.size(); ++i)
    EXPECT_EQ(first.recommendations[i].sentence, second.recommendations[i].sentence);
}

}  // namespace
}  // namespace headway
