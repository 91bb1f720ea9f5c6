// Ended runs are removed whole, and all numbers go on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "coordinator/journal/output_store.h"
#include "coordinator/journal/registry.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using test::rows_of;
using test::Script;
using test::stored_run;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A registry of five runs; r1, r3, r5 succeeded, r2 was stopped and can be resumed, r4 failed.
/// Each that ended has an attempt, whose token is ten times the run's number.
class Pruning : public ::testing::Test {
 protected:
  void SetUp() override {
    Script script;
    Commit commit;
    script.epoch_started().worker_joined(1, "w", 1);
    for (std::uint64_t run = 1; run <= 5; ++run) {
      commit.runs.push_back(stored_run(run, 2));
      script.run(FactKind::kRunSubmitted, run).assigned(run, 0, 10 * run, 1);
      script.started(run, 0, 10 * run, 1, 1);
      const bool good = run != 4;
      script.ended(run, 0, 10 * run, 1, good ? Outcome::kSucceeded : Outcome::kExit,
                   good ? TicketState::kSucceeded : TicketState::kFailed);
      script.run_ended(run, run == 2   ? RunState::kStopped
                            : run == 4 ? RunState::kFailed
                                       : RunState::kSucceeded);
    }
    commit.facts = script.take();
    last_ = commit.facts.back();
    registry_.emplace(Registry::open_owner(path_).value());
    ASSERT_TRUE(registry_->commit(commit));
  }
  [[nodiscard]] std::vector<RunId> prunable(const Registry::PruneFilter& filter) const {
    std::vector<RunId> ids;
    for (const ListedRun& run : registry_->prunable_runs(filter).value()) ids.push_back(run.id);
    return ids;
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "registry.db";
  std::optional<Registry> registry_;
  Fact last_;
};

TEST_F(Pruning, IsOfRunsThatEndedForGoodAndNeverOfTheLatest) {
  EXPECT_THAT(prunable({}), ElementsAre(RunId{4}, RunId{3}, RunId{1}));
  EXPECT_THAT(prunable({.keep = 1}), ElementsAre(RunId{4}, RunId{3}, RunId{1}));
  EXPECT_THAT(prunable({.keep = 2}), ElementsAre(RunId{3}, RunId{1}));
  EXPECT_THAT(prunable({.keep = 9}), IsEmpty());
  const WallTime third = *registry_->list_runs({RunId{4}, 1}).value().front().finished_at;
  EXPECT_THAT(prunable({.ended_before = third}), ElementsAre(RunId{1}));
}

TEST_F(Pruning, LeavesNothingOfARunAndEverythingOfTheOthers) {
  const auto removed = registry_->remove_runs({RunId{4}, RunId{1}}, last_.at, "ada");
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(*removed, 10U);
  EXPECT_THAT(registry_->verify().value(), IsEmpty());
  registry_.reset();
  for (const char* table : {"runs", "facts", "tickets"}) {
    EXPECT_THAT(rows_of(path_, std::string("SELECT DISTINCT run FROM ") + table +
                                   " WHERE run IS NOT NULL ORDER BY run"),
                ElementsAre("2", "3", "5"))
        << table;
  }
  EXPECT_THAT(rows_of(path_, "SELECT number, detail FROM facts WHERE kind = 'registry pruned'"),
              ElementsAre("10|ada: r4 r1"));
}

TEST_F(Pruning, LetsNumbersGoOnAsIfNothingHadGone) {
  const RegistryHead before = registry_->head().value();
  // The largest token and the latest fact of a run go with r5.
  ASSERT_TRUE(registry_->remove_runs({RunId{5}, RunId{4}}, last_.at, "ada"));
  registry_.reset();
  registry_.emplace(Registry::open_owner(path_).value());
  const RegistryHead after = registry_->head().value();
  EXPECT_EQ(after.last_token, before.last_token);
  EXPECT_EQ(after.last_epoch, before.last_epoch);
  EXPECT_EQ(after.last_sequence.number(), before.last_sequence.number() + 1);
  Script script(after.last_sequence.number());
  script.epoch_started().assigned(2, 1, before.last_token.number() + 1, 1);
  ASSERT_TRUE(registry_->commit({{}, script.take()}));
  EXPECT_THAT(registry_->verify().value(), IsEmpty());
}

TEST_F(Pruning, HidesNoFactThatIsMissingBesides) {
  ASSERT_TRUE(registry_->remove_runs({RunId{1}}, last_.at, "ada"));
  registry_.reset();
  test::change(path_, "DELETE FROM facts WHERE run = 3 AND kind = 'attempt ended'");
  const Registry reader = Registry::open_reader(path_).value();
  EXPECT_THAT(reader.verify().value(),
              ElementsAre(HasSubstr("6 facts are missing, but 5 were removed with their runs")));
}

TEST_F(Pruning, GivesTheSpaceBack) {
  std::vector<StoredRun> large = {stored_run(6, 20'000), stored_run(7, 1)};
  Script script(last_.sequence.number());
  script.run(FactKind::kRunSubmitted, 6).run_ended(6, RunState::kSucceeded);
  script.run(FactKind::kRunSubmitted, 7);
  ASSERT_TRUE(registry_->commit({std::move(large), script.take()}));
  ASSERT_TRUE(registry_->shrink());
  const std::uint64_t before = registry_->size(last_.at).value().registry_bytes;
  ASSERT_TRUE(registry_->remove_runs({RunId{6}}, last_.at, "ada"));
  ASSERT_TRUE(registry_->shrink());
  const Registry::Size after = registry_->size(last_.at).value();
  EXPECT_LT(after.registry_bytes, before / 2);
  EXPECT_EQ(after.log_bytes, 0U);
  EXPECT_THAT(registry_->verify().value(), IsEmpty());
}

TEST_F(Pruning, OfOutputsIsOfOneRunAlone) {
  OutputStore outputs(folder_.path());
  ASSERT_TRUE(outputs.write(RunId{1}, Token{10}, 0, "one"));
  ASSERT_TRUE(outputs.write(RunId{3}, Token{30}, 0, "three"));
  ASSERT_TRUE(outputs.remove(RunId{1}));
  ASSERT_TRUE(outputs.remove(RunId{2})) << "it has none";
  EXPECT_EQ(outputs.read(RunId{1}, Token{10}, 0, 100).value(), "");
  EXPECT_EQ(outputs.read(RunId{3}, Token{30}, 0, 100).value(), "three");
}

}  // namespace
}  // namespace headway
