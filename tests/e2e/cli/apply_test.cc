#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "elsewhere.h"
#include "waiting_ticket.h"

/// Changing the plan of a run while it goes on, as the command line promises it.

namespace headway::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A coordinator elsewhere with a run of which A runs until there is a file `go`; B needs A.
class Apply : public testing::Test {
 protected:
  void SetUp() override {
    project_.plan({waiting("A"), "{id: B, needs: [A], run: 'echo old'}"});
    ASSERT_TRUE(has_agent(project_, elsewhere_.address(), "w/2"));
    ASSERT_EQ(say({"run", "plan.yaml", "--detach"}).exit_code, 0);
    ASSERT_TRUE(becomes("A", "running"));
  }
  Finished say(std::vector<std::string> words) const {
    words.insert(words.end(), {"--connect", elsewhere_.address()});
    return project_.headway(words);
  }
  Finished apply(const std::vector<std::string>& tickets, std::vector<std::string> words) {
    project_.plan(tickets);
    words.insert(words.begin(), {"apply", "plan.yaml"});
    return say(words);
  }
  [[nodiscard]] nlohmann::json status() const {
    const Finished said = say({"status", "--format", "json"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return nlohmann::json::parse(said.out);
  }
  [[nodiscard]] std::string state(const std::string& id) const {
    const nlohmann::json now = status();
    for (const auto& each : now["tickets"]) {
      if (each["id"] == id) return each["state"];
    }
    return "";
  }
  bool becomes(const std::string& id, const std::string& wanted) const {
    return wait_until([&] { return state(id) == wanted; });
  }
  bool run_becomes(const std::string& wanted) const {
    return wait_until([&] { return status()["run"]["state"] == wanted; });
  }

  Project project_;
  Elsewhere elsewhere_{project_.folder()};
};

TEST_F(Apply, AddsRemovesAndChangesAndTellsTheVersion) {
  const std::vector<std::string> next = {waiting("A"), "{id: C, needs: [A], run: 'echo new'}",
                                         "{id: D, run: 'true'}"};
  const Finished dry = apply(next, {"--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("plan version 1 -> 2: 2 added, 1 removed, 0 changed"));
  EXPECT_THAT(dry.out, HasSubstr("CRITICAL PATH"));
  EXPECT_THAT(dry.err, HasSubstr("nothing was changed"));
  EXPECT_EQ(status()["run"]["plan_version"], 1);

  const Finished real = apply(next, {"--yes", "--comment", "more checks"});
  EXPECT_EQ(real.exit_code, 0) << real.err;
  EXPECT_EQ(status()["run"]["plan_version"], 2);
  EXPECT_EQ(state("B"), "cancelled");
  EXPECT_TRUE(becomes("D", "succeeded"));
  EXPECT_THAT(say({"events"}).out, HasSubstr("its plan is version 2 now: apply by"));
  EXPECT_THAT(say({"events"}).out, HasSubstr("more checks"));
  project_.write("go", "");
  EXPECT_TRUE(run_becomes("succeeded")) << "a removed ticket is no failure";
  EXPECT_EQ(status()["metrics"]["total_tickets"], 3);
  EXPECT_THAT(say({"logs", "C"}).out, HasSubstr("new"));
}

TEST_F(Apply, UndoGoesBackAndIsAVersionItself) {
  ASSERT_EQ(apply({waiting("A")}, {"--yes"}).exit_code, 0);
  EXPECT_EQ(state("B"), "cancelled");
  const Finished undone = say({"apply", "--undo", "--yes"});
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_THAT(undone.out, HasSubstr("plan version 2 -> 3: 1 added"));
  EXPECT_EQ(state("B"), "waiting");
  project_.write("go", "");
  EXPECT_TRUE(run_becomes("succeeded"));
  EXPECT_EQ(state("B"), "succeeded");
  EXPECT_THAT(say({"runs"}).out, HasSubstr("VERSION"));
  const Finished ended = say({"apply", "plan.yaml", "r1", "--yes"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("has ended, and its plan cannot be changed: run the new plan"));
}

TEST_F(Apply, KeepsTheNameOfTheRunAndSaysSo) {
  const std::string renamed = "version: 1\nname: another\ntickets:\n  - " + waiting("A") + "\n";
  project_.write("plan.yaml", renamed + "  - {id: B, needs: [A], run: 'echo old'}\n");
  const Finished only_name = say({"apply", "plan.yaml", "--yes"});
  EXPECT_THAT(only_name.err, HasSubstr("the run keeps its name, demo"));
  EXPECT_THAT(only_name.err, HasSubstr("there is nothing to change"));
  project_.write("plan.yaml", renamed);
  const Finished shorter = say({"apply", "plan.yaml", "--yes"});
  EXPECT_EQ(shorter.exit_code, 0) << shorter.err;
  EXPECT_THAT(shorter.out, Not(HasSubstr("another")));
  EXPECT_THAT(shorter.err, HasSubstr("the run keeps its name, demo"));
  EXPECT_EQ(status()["run"]["name"], "demo");
  EXPECT_EQ(status()["run"]["plan_version"], 2);
}

TEST_F(Apply, WhatRunsGoesOnByItsOldTextUnlessItIsToBeginAnew) {
  const std::string changed = "{id: A, run: 'echo better'}";
  const Finished kept = apply({changed, "{id: B, needs: [A], run: 'echo old'}"}, {"--yes"});
  EXPECT_THAT(kept.out, HasSubstr("goes on by its old text"));
  EXPECT_THAT(kept.out, HasSubstr("A run: "));
  EXPECT_EQ(state("A"), "running");
  const Finished anew = apply({"{id: A, run: 'echo best'}", "{id: B, needs: [A], run: 'true'}"},
                              {"--yes", "--restart"});
  EXPECT_EQ(anew.exit_code, 0) << anew.err;
  EXPECT_TRUE(run_becomes("succeeded"));
  EXPECT_THAT(say({"logs", "A"}).out, HasSubstr("best"));
}

TEST_F(Apply, ChangesNothingWhereThatWouldBreakSomething) {
  const Finished waits = apply({waiting("A", ", needs: [X]"), "{id: X, run: 'true'}"}, {"--yes"});
  EXPECT_EQ(waits.exit_code, 3);
  EXPECT_THAT(waits.err, HasSubstr("A is running already and would depend on X"));
  const Finished needed = apply({"{id: B, needs: [A], run: 'true'}"}, {"--yes"});
  EXPECT_EQ(needed.exit_code, 3);
  EXPECT_THAT(needed.err, HasSubstr("plan.yaml:"));
  const Finished cycle =
      apply({waiting("A", ", needs: [B]"), "{id: B, needs: [A], run: 'true'}"}, {"--yes"});
  EXPECT_EQ(cycle.exit_code, 3);
  const Finished unasked = apply({waiting("A")}, {});
  EXPECT_EQ(unasked.exit_code, 2);
  EXPECT_THAT(unasked.err, HasSubstr("--yes"));
  EXPECT_EQ(say({"apply", "--undo", "--yes"}).exit_code, 1);
  EXPECT_EQ(status()["run"]["plan_version"], 1);
  EXPECT_THAT(say({"events"}).out, Not(HasSubstr("its plan is")));
}

TEST_F(Apply, AKilledCoordinatorHasTheNewPlanWhenItIsBack) {
  ASSERT_EQ(apply({waiting("A"), "{id: C, needs: [A], run: 'echo new'}"}, {"--yes"}).exit_code, 0);
  elsewhere_.restart_coordinator();
  EXPECT_TRUE(wait_until([&] { return say({"status"}).exit_code == 0; }));
  EXPECT_EQ(status()["run"]["plan_version"], 2);
  EXPECT_EQ(state("B"), "cancelled");
  project_.write("go", "");
  EXPECT_TRUE(run_becomes("succeeded"));
  EXPECT_THAT(say({"logs", "C"}).out, HasSubstr("new"));
}

TEST_F(Apply, ChangesAStoppedRunWhichGoesOnByTheNewPlan) {
  ASSERT_EQ(say({"stop", "--preserve-state", "--force"}).exit_code, 0);
  ASSERT_EQ(apply({"{id: A, run: 'echo quick'}", "{id: C, needs: [A], run: 'true'}"}, {"--yes"})
                .exit_code,
            0);
  ASSERT_EQ(say({"resume"}).exit_code, 0);
  EXPECT_TRUE(run_becomes("succeeded"));
  EXPECT_THAT(say({"logs", "A"}).out, HasSubstr("quick"));
}

}  // namespace
}  // namespace headway::test
