#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/soak/judge/judge.h"

/// What runs have made, against what an undisturbed one made and what the registry says.

namespace headway::soak {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Two runs of plans with tickets A and B: `first` is undisturbed, the other is judged beside it.
/// Each ticket leaves one file; B of both is put back.
class Workshop {
 public:
  Workshop() {
    history.integrity = "ok";
    for (const char* name : {"first", "second"}) {
      Plan plan;
      plan.name = name;
      plan.acknowledged = true;
      plan.tickets.resize(2);
      plan.tickets[0].id = "A";
      plan.tickets[1].id = "B";
      plans.push_back(plan);
      history.runs.push_back({plans.size(), name, "failed", {"A", "B"}});
      pieces.push_back({name, {{"a", "digest of a"}}, false});
      succeeds(0, "a");
      succeeds(1, "b");
      fact("rollback ended", 1, 0, "succeeded", "undone");
    }
  }

  FactRow& fact(const char* kind, std::int64_t ticket, std::uint64_t token, const char* outcome,
                const char* state) {
    FactRow row;
    row.sequence = static_cast<std::int64_t>(history.facts.size() + 1);
    row.kind = kind;
    row.run = history.runs.size();
    row.ticket = ticket;
    row.token = token;
    row.ticket_state = state;
    row.outcome = outcome;
    history.facts.push_back(row);
    return history.facts.back();
  }
  void succeeds(std::int64_t ticket, const std::string& file) {
    fact("ticket assigned", ticket, ++last_token, "", "");
    FactRow& left = fact("artifact", ticket, last_token, "", "");
    left.detail = file;
    left.digest = "digest of " + file;
    fact("attempt ended", ticket, last_token, "succeeded", "succeeded");
  }

  /// The rules that were broken, each once.
  [[nodiscard]] std::vector<std::string> broken() const {
    std::vector<std::string> rules;
    for (const Violation& each : judge_workpieces(plans, history, pieces, {}).violations) {
      if (std::ranges::find(rules, each.rule) == rules.end()) rules.push_back(each.rule);
    }
    return rules;
  }

  std::vector<Plan> plans;
  History history;
  std::vector<Workpiece> pieces;
  std::uint64_t last_token = 0;
};

TEST(Made, FindsNothingWhereBothMadeTheSame) {
  const Workshop w;
  EXPECT_THAT(w.broken(), IsEmpty());
}

TEST(Made, SeesAFileThatDiffersOneThatIsMissingAndOneTooMany) {
  Workshop w;
  w.pieces[1].digests["a"] = "other";
  EXPECT_THAT(w.broken(), ElementsAre("the tree is what the registry says",
                                      "the tree is that of an undisturbed run"));
  w.pieces[1].digests = {{"a", "digest of a"}, {"more", "x"}};
  EXPECT_THAT(w.broken(), ElementsAre("the tree is that of an undisturbed run"));
  w.pieces[1].digests.clear();
  EXPECT_THAT(w.broken(), ElementsAre("the tree is what the registry says",
                                      "the tree is that of an undisturbed run"));
}

TEST(Made, SeesWhatIsThereThoughItWasPutBack) {
  Workshop w;
  for (Workpiece& piece : w.pieces) piece.digests["b"] = "digest of b";
  EXPECT_THAT(w.broken(), ElementsAre("the tree is what the registry says"));
}

TEST(Made, SeesATicketThatEndedOtherwise) {
  Workshop w;
  w.history.facts.back().ticket_state = "";
  w.pieces[1].digests["b"] = "digest of b";
  EXPECT_THAT(w.broken(), ElementsAre("the tree is that of an undisturbed run",
                                      "tickets end as in an undisturbed run"));
}

TEST(Made, SeesWhatWasPutBackTwiceOrInTheWrongOrder) {
  Workshop w;
  w.fact("rollback ended", 1, 0, "succeeded", "undone");
  EXPECT_THAT(w.broken(), ElementsAre("each is put back once"));
  Workshop order;
  order.history.facts.back().ticket = 0;
  order.fact("rollback ended", 1, 0, "succeeded", "undone");
  EXPECT_THAT(order.broken(), testing::Contains("what ended last is put back first"));
}

TEST(Made, SeesWhatTheComparisonWithTheFilesHasFound) {
  Workshop w;
  w.fact("registry verified", -1, 0, "", "").number = 1;
  EXPECT_THAT(w.broken(), ElementsAre("the registry agrees with the files"));
}

TEST(Made, MeasuresARunWhoseTicketKilledItsWorkersByTheRegistryAlone) {
  Workshop w;
  w.pieces[1].digests.clear();
  w.pieces[1].spoilt = true;
  EXPECT_THAT(w.broken(), IsEmpty());
}

}  // namespace
}  // namespace headway::soak
