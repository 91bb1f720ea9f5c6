#include <gtest/gtest.h>

#include "project.h"

/// What a person does to single tickets and workers, with the real programs.

namespace headway::test {
namespace {

TEST(Tickets, ThatFailedAreTriedAgainOnceTheirCauseIsMended) {
  Project project;
  project.plan({"{id: A, run: test -e mended}", "{id: B, run: 'true', needs: [A]}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 7);
  project.write("mended", "");
  const Finished retry = project.headway({"ticket", "retry", "--failed", "--comment", "mended it"});
  EXPECT_EQ(retry.exit_code, 0) << retry.out << retry.err;
  EXPECT_NE(retry.out.find("mended it"), std::string::npos) << retry.out;
  EXPECT_EQ(project.state_of("B"), "succeeded");
  const Finished runs = project.headway({"runs", "--format", "json"});
  const nlohmann::json listed = nlohmann::json::parse(runs.out);
  EXPECT_EQ(listed["runs"][0]["state"], "succeeded") << runs.out;
  EXPECT_EQ(project.headway({"ticket", "retry", "--failed"}).exit_code, 1) << "nothing failed now";
}

TEST(Tickets, AreOnlyAskedAboutByADryRunThoughNobodyIsAlive) {
  Project project;
  project.plan({"{id: A, run: 'exit 3'}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 7);
  const Finished dry = project.headway({"ticket", "retry", "A", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.out << dry.err;
  EXPECT_NE(dry.out.find("failed -> "), std::string::npos) << dry.out;
  EXPECT_NE(dry.err.find("one is embedded here"), std::string::npos) << dry.err;
  EXPECT_NE(dry.err.find("nothing was changed (--dry-run)"), std::string::npos) << dry.err;
  EXPECT_EQ(project.state_of("A"), "failed");
  EXPECT_EQ(project.status()["run"]["state"], "failed");
  EXPECT_EQ(project.headway({"ticket", "retry", "B", "--dry-run"}).exit_code, 1);
  EXPECT_EQ(project.headway({"ticket", "cancel", "A", "--dry-run"}).exit_code, 5)
      << "as without --dry-run";
}

TEST(Tickets, ThatSucceededRunOnceMoreWithAllOnTopOfThem) {
  Project project;
  project.plan({"{id: A, run: echo a >> ledger}", "{id: B, run: echo b >> ledger, needs: [A]}",
                "{id: C, run: echo c >> ledger}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 0);
  ASSERT_EQ(project.headway({"ticket", "rerun", "A"}).exit_code, 0);
  const Finished ledger = run_process(
      {"/bin/sh", "-c", "sort \"$0\"/ledger | uniq -c | tr -d ' \\n'", project.folder().path()});
  EXPECT_EQ(ledger.out, "2a2b1c");
}

TEST(Tickets, ThatRunAreStoppedWhenTheyAreCancelled) {
  Project project;
  project.plan({"{id: A, run: exec sleep 600}", "{id: B, run: 'true', needs: [A]}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  const Finished cancel = project.headway({"ticket", "cancel", "A"});
  EXPECT_EQ(cancel.exit_code, 0) << cancel.err;
  EXPECT_EQ(run.wait().exit_code, 7);
  EXPECT_EQ(project.state_of("A"), "cancelled");
  EXPECT_EQ(project.state_of("B"), "aborted");
  EXPECT_EQ(project.headway({"ticket", "cancel", "A"}).exit_code, 5) << "nobody is there any more";
}

TEST(Tickets, AreNamedWhereTheyHaveToBe) {
  Project project;
  EXPECT_EQ(project.headway({"ticket", "cancel"}).exit_code, 2);
  EXPECT_EQ(project.headway({"ticket", "retry"}).exit_code, 2);
  EXPECT_EQ(project.headway({"ticket", "cancel", "--failed"}).exit_code, 2);
  EXPECT_EQ(project.headway({"ticket", "explode", "A"}).exit_code, 2);
}

TEST(Workers, LeaveWhenTheyAreDrained) {
  Project project;
  project.plan({"{id: A, run: 'until test -e go; do sleep 0.05; done'}", "{id: B, run: 'true'}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  const Finished drain = project.headway({"worker", "drain", "local"});
  EXPECT_EQ(drain.exit_code, 0) << drain.err;
  EXPECT_NE(drain.out.find("worker local drains"), std::string::npos) << drain.out;
  EXPECT_NE(project.headway({"agents"}).out.find("draining"), std::string::npos);
  EXPECT_EQ(project.headway({"worker", "remove", "local", "--confirm-dead"}).exit_code, 4);
  EXPECT_EQ(project.headway({"worker", "drain", "nobody"}).exit_code, 1);
  project.headway({"stop", "--force", "--preserve-state"});
  EXPECT_EQ(run.wait().exit_code, 8);
}

TEST(Stopping, ForGoodWantsAConfirmation) {
  Project project;
  project.plan({"{id: A, run: exec sleep 600}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  const Finished refused = project.headway({"stop"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("--preserve-state"), std::string::npos) << refused.err;
  EXPECT_EQ(project.state_of("A"), "running");
  EXPECT_EQ(project.headway({"stop", "--yes"}).exit_code, 0);
  EXPECT_EQ(run.wait().exit_code, 7);
}

}  // namespace
}  // namespace headway::test
