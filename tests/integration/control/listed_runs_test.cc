#include <gtest/gtest.h>

#include "common/system/files.h"
#include "coordinator/control/registry_view.h"
#include "tests/support/temporary_folder.h"

/// What the list of runs says of those that have ended, without folding them.

namespace headway {
namespace {

class ListedRuns : public ::testing::Test {
 protected:
  /// A run of two tickets that has ended so, and what came of its tickets.
  void store(RunState state, const EndedCounts& counts, std::vector<StoredPlan> versions = {}) {
    StoredRun run;
    run.id = RunId{1};
    run.plan_text = "version: 1\n";
    run.plan_sha256 = sha256_hex(run.plan_text);
    run.options.plan_file = "old.yaml";
    run.tickets = {{"a", "", "medium", 1}, {"b", "", "medium", 1}};
    Fact submitted;
    submitted.sequence = Sequence{1};
    submitted.kind = FactKind::kRunSubmitted;
    submitted.run = run.id;
    Fact ended;
    ended.sequence = Sequence{2};
    ended.kind = FactKind::kRunEnded;
    ended.run = run.id;
    ended.run_state = state;
    const Result<void> stored =
        registry_.commit({{run}, {submitted, ended}, {counts}, {}, std::move(versions)});
    ASSERT_TRUE(stored) << stored.error().message;
  }
  RunSummary listed() {
    const Result<RunsAnswer> answer = RegistryView(registry_, outputs_).runs({}, Now{});
    EXPECT_TRUE(answer) << answer.error().message;
    return answer->runs.front();
  }

  test::TemporaryFolder folder_;
  Registry registry_ = Registry::open_owner(folder_ / "registry.db").value();
  OutputStore outputs_{folder_.path()};
};

TEST_F(ListedRuns, WhatDidNotEndOtherwiseWasUndone) {
  store(RunState::kFailed, {RunId{1}, 0, 1, 0, 0});
  EXPECT_EQ(listed().failed, 1U);
  EXPECT_EQ(listed().undone, 1U);
  EXPECT_EQ(listed().completion_rate, 1.0);
}

TEST_F(ListedRuns, NamesThePlanOfTheVersionThatHolds) {
  StoredPlan second;
  second.run = RunId{1};
  second.version = 2;
  second.options.plan_file = "new.yaml";
  second.planned = 2;
  StoredPlan undone = second;
  undone.version = 3;
  undone.options.plan_file = "old.yaml";
  store(RunState::kSucceeded, {RunId{1}, 2, 0, 0, 0}, {second});
  EXPECT_EQ(listed().plan_file, "new.yaml");
  Fact changed;
  changed.sequence = Sequence{3};
  changed.kind = FactKind::kPlanChanged;
  changed.run = RunId{1};
  changed.number = 3;
  const Result<void> stored = registry_.commit({{}, {changed}, {}, {}, {undone}});
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(listed().plan_file, "old.yaml");
  EXPECT_EQ(listed().plan_version, 3U);
}

}  // namespace
}  // namespace headway
