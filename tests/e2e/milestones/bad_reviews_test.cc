#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "elsewhere.h"
#include "project.h"

/// Decisions that nobody, or nobody any more, can take.

namespace headway::test {
namespace {

using ::testing::HasSubstr;

/// A run in which R is in review, LATER waits for it, and DONE has succeeded.
class BadReviews : public ::testing::Test {
 protected:
  void start(const std::string& review = "") {
    project_.plan({"{id: R, run: 'true', gates: [{name: sign-off, approval: human" + review + "}]}",
                   "{id: LATER, run: 'true', needs: [R], gates: [{name: also, approval: human}]}",
                   "{id: DONE, run: 'true'}"});
    run_.reset(new Process(project_.start({"run", "plan.yaml", "--local", "1"})));
    ASSERT_TRUE(run_->wait_for("R is in review")) << run_->out() << run_->err();
    ASSERT_TRUE(run_->wait_for("DONE succeeded")) << run_->out() << run_->err();
  }
  /// What is said to a decision that is refused.
  std::string refused(std::vector<std::string> words, int exit_code) {
    words.insert(words.begin(), "ticket");
    const Finished said = project_.headway(words);
    EXPECT_EQ(said.exit_code, exit_code) << said.out << said.err;
    EXPECT_EQ(said.out, "");
    return said.err;
  }
  void decide(const std::string& how, const std::string& ticket) {
    const Finished said = project_.headway({"ticket", how, ticket, "--by", "ann"});
    EXPECT_EQ(said.exit_code, 0) << said.err;
  }

  Project project_;
  std::unique_ptr<Process> run_;
};

TEST_F(BadReviews, ByNobodyOrOfAnotherTicketAreRefused) {
  start();
  EXPECT_THAT(refused({"approve", "R", "--by", ""}, 2), HasSubstr("--by"));
  EXPECT_THAT(refused({"approve", "NONE", "--by", "ann"}, 1), HasSubstr("NONE"));
  EXPECT_THAT(refused({"approve", "DONE", "--by", "ann"}, 1),
              HasSubstr("DONE has no gate that a person decides"));
  EXPECT_THAT(refused({"approve", "LATER", "--by", "ann"}, 1),
              HasSubstr("LATER is waiting: only a ticket in review can be approved"));
  EXPECT_THAT(refused({"approve", "R", "DONE", "--by", "ann"}, 1), HasSubstr("DONE"));
  EXPECT_THAT(refused({"settle", "R", "--by", "ann"}, 1),
              HasSubstr("the rollback of R is none: only one that failed is to be settled"));
  EXPECT_EQ(project_.state_of("R"), "review") << "all that are named, or none";
  decide("approve", "R");
  ASSERT_TRUE(run_->wait_for("LATER is in review")) << run_->out() << run_->err();
  EXPECT_THAT(refused({"approve", "R", "--by", "bob"}, 1),
              HasSubstr("R is succeeded: only a ticket in review can be approved"));
  EXPECT_THAT(refused({"reject", "R", "--by", "bob"}, 1), HasSubstr("R is succeeded"));
  decide("reject", "LATER");
  EXPECT_EQ(run_->wait().exit_code, 7);
}

TEST_F(BadReviews, ThatComeTooLateSayHowItWasDecided) {
  project_.plan({"{id: R, run: 'true', gates: [{name: sign-off, approval: human, timeout: 200ms}]}",
                 "{id: HOLDS, run: 'until test -e go; do sleep 0.05; done'}"});
  Process run = project_.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("nobody decided in time")) << run.out() << run.err();
  EXPECT_THAT(refused({"approve", "R", "--by", "ann"}, 1), HasSubstr("nobody decided in time"));
  project_.write("go", "");
  EXPECT_EQ(run.wait().exit_code, 7);
  EXPECT_EQ(project_.state_of("HOLDS"), "succeeded");
}

/// The workers look for it, and not for one that would be embedded for the decision.
TEST(Decisions, OfAClusterAreForItsOwnCoordinator) {
  Project project;
  Elsewhere programs(project.folder());
  ASSERT_TRUE(has_agent(project, programs.address(), "w/2"));
  project.plan({"{id: R, run: 'true', gates: [{name: sign-off, approval: human}]}"});
  const Finished run =
      project.headway({"run", "plan.yaml", "--detach", "--connect", programs.address()});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto state = [&] { return project.headway({"status", "--state-dir", "there"}).out; };
  ASSERT_TRUE(wait_until([&] { return state().find("review") != std::string::npos; }));
  programs.kill_coordinator();
  const std::vector<std::string> approve = {"ticket", "approve",     "R",    "--by",
                                            "ann",    "--state-dir", "there"};
  const Finished refused = project.headway(approve);
  EXPECT_EQ(refused.exit_code, 5) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("start it again"));
  programs.restart_coordinator();
  ASSERT_TRUE(has_agent(project, programs.address(), "w/2"));
  const Finished approved = project.headway(approve);
  EXPECT_EQ(approved.exit_code, 0) << approved.err;
  EXPECT_TRUE(wait_until([&] { return state().find("succeeded") != std::string::npos; }));
}

/// Rollbacks that there is nothing to do for.
class BadRollbacks : public ::testing::Test {
 protected:
  Project project_;
};

TEST_F(BadRollbacks, OfWhatNeverRanAreNotRun) {
  project_.plan({"{id: BASE, run: exit 1, rollback: {run: echo BASE >> back}}",
                 "{id: TOP, run: 'true', needs: [BASE], rollback: {run: echo TOP >> back}}",
                 "{id: NOT, run: 'true', require: [{name: r, run: exit 1}], "
                 "rollback: {run: echo NOT >> back}}",
                 "{id: GOOD, run: 'true'}"});
  const Finished run = project_.headway({"run", "plan.yaml", "--local", "1"});
  EXPECT_EQ(run.exit_code, 7) << run.out << run.err;
  EXPECT_EQ(project_.state_of("TOP"), "aborted");
  EXPECT_EQ(run_process({"/bin/cat", project_.folder() / "back"}).out, "BASE\n");
  EXPECT_EQ(project_.state_of("GOOD"), "succeeded");
}

TEST_F(BadRollbacks, OfRunsInWhichNothingSucceededAreRefused) {
  project_.plan({"{id: A, run: exit 1, rollback: {run: touch back}}"});
  EXPECT_EQ(project_.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 7);
  const Finished all = project_.headway({"rollback", "r1", "--yes", "--by", "ann"});
  EXPECT_EQ(all.exit_code, 1) << all.out << all.err;
  EXPECT_THAT(all.err, HasSubstr("nothing of run r1 has succeeded"));
  const Finished to = project_.headway({"rollback", "r1", "--to", "A", "--dry-run"});
  EXPECT_EQ(to.exit_code, 1) << to.out << to.err;
  EXPECT_THAT(to.err, HasSubstr("only to a ticket that succeeded can be gone back"));
  EXPECT_EQ(project_.headway({"rollback", "r7", "--yes"}).exit_code, 1);
  EXPECT_EQ(project_.headway({"rollback", "r1", "--to", "NONE", "--yes"}).exit_code, 1);
}

TEST_F(BadRollbacks, ThatFailWhileTheirRunIsStoppedForGoodCanBeSettled) {
  project_.plan({"{id: BASE, run: touch base, rollback: {run: rm base}}",
                 "{id: TOP, run: exec sleep 600, needs: [BASE], "
                 "rollback: {run: exit 3, scope: run}}"});
  Process run = project_.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("TOP running on")) << run.out() << run.err();
  EXPECT_EQ(project_.headway({"stop", "--force", "--yes"}).exit_code, 0);
  run.wait();
  EXPECT_THAT(project_.headway({"status"}).out, HasSubstr("ROLLBACK FAILED"));
  const Finished settled = project_.headway({"ticket", "settle", "TOP", "--by", "ann"});
  EXPECT_THAT(settled.out, HasSubstr("BASE was put back")) << settled.err;
  EXPECT_EQ(project_.state_of("BASE"), "undone");
  EXPECT_EQ(project_.status()["run"]["state"], "cancelled");
  EXPECT_EQ(run_process({"/usr/bin/test", "-e", project_.folder() / "base"}).exit_code, 1);
}

}  // namespace
}  // namespace headway::test
