#include <csignal>

#include <gtest/gtest.h>

#include "project.h"

/// `resume --validate-state` and `--rerun-missing`, with the real programs.

namespace headway::test {
namespace {

/// `make` wrote a file, `use` has read it; `last` is left, and the run is stopped.
struct Stopped {
  Stopped() {
    project.plan({"{id: make, run: 'echo made >> out; echo x >> makes', artifacts: [out]}",
                  "{id: use, run: 'cat out; echo x >> uses', needs: [make]}",
                  "{id: last, run: 'test -e go || exec sleep 600', needs: [use]}"});
    Process run = project.start({"run", "plan.yaml", "--local", "1"});
    EXPECT_TRUE(run.wait_for("last running on")) << run.out() << run.err();
    run.send_signal(SIGINT);
    EXPECT_EQ(run.wait().exit_code, 8);
    project.write("go", "");
  }
  Project project;
};

TEST(Validation, ReportsEachCheckAndGoesOn) {
  Stopped s;
  const Finished resumed = s.project.headway({"resume", "--validate-state"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  for (const char* check :
       {"registry   passed", "plan       passed", "artifacts  passed", "memory     passed"}) {
    EXPECT_NE(resumed.out.find(check), std::string::npos) << check << "\n" << resumed.out;
  }
}

TEST(Validation, OffersARerunOfWhatHasLostItsArtifacts) {
  Stopped s;
  s.project.write("out", "somebody else's");
  const Finished refused = s.project.headway({"resume", "--validate-state"});
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_NE(refused.out.find("artifacts  failed"), std::string::npos) << refused.out;
  EXPECT_NE(refused.err.find("--rerun-missing make would run once more"), std::string::npos)
      << refused.err;
  EXPECT_EQ(s.project.status()["run"]["state"], "stopped");

  const Finished dry = s.project.headway({"resume", "--rerun-missing", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.out << dry.err;
  EXPECT_NE(dry.out.find("state of r1: stopped -> running"), std::string::npos) << dry.out;
  EXPECT_NE(dry.err.find("make of r1 would run once more"), std::string::npos) << dry.err;
  EXPECT_NE(dry.err.find("nothing was changed"), std::string::npos) << dry.err;
  EXPECT_EQ(s.project.status()["run"]["state"], "stopped");
  EXPECT_EQ(s.project.state_of("make"), "succeeded");

  const Finished rerun = s.project.headway({"resume", "--rerun-missing"});
  EXPECT_EQ(rerun.exit_code, 0) << rerun.out << rerun.err;
  const Finished counts =
      run_process({"/bin/sh", "-c", "cd \"$0\"; grep -c x makes uses", s.project.folder().path()});
  EXPECT_EQ(counts.out, "makes:2\nuses:2\n");
  EXPECT_EQ(s.project.state_of("last"), "succeeded");
}

TEST(Validation, WarnsOfAPlanFileThatWasEditedAndGoesOnWithTheRunsOwn) {
  Stopped s;
  s.project.plan({"{id: other, run: 'true'}"});
  const Finished resumed = s.project.headway({"resume", "--validate-state"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_NE(resumed.out.find("has changed since"), std::string::npos) << resumed.out;
}

TEST(Validation, FindsThePlanOfARunThatWasStartedFromAnotherFolder) {
  Project project;
  project.write("sub/plan.yaml",
                "version: 1\ntickets:\n  - {id: a, run: 'test -e go || exec sleep 600'}\n");
  Process run = project.start({"run", "sub/plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("a running on")) << run.out() << run.err();
  run.send_signal(SIGINT);
  ASSERT_EQ(run.wait().exit_code, 8);
  project.write("sub/go", "");
  const Finished resumed = project.headway({"resume", "--validate-state"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_EQ(resumed.out.find("cannot be read"), std::string::npos) << resumed.out;
}

TEST(Validation, StopsAtATicketsFileThatClaimsMoreThanWasDone) {
  Project project;
  project.plan({"{id: A-1, run: 'true', env: {HEADWAY_TICKET_FILE: tickets/A-1.md}}",
                "{id: A-2, run: 'test -e go || exec sleep 600', needs: [A-1], "
                "env: {HEADWAY_TICKET_FILE: tickets/A-2.md}}",
                "{id: A-3, run: 'true', needs: [A-2], "
                "env: {HEADWAY_TICKET_FILE: tickets/A-3.md}}"});
  project.write("tickets/A-1.md", "---\nid: A-1\nstatus: todo\n---\n");
  project.write("tickets/A-2.md", "---\nid: A-2\n---\n");
  project.write("tickets/A-3.md", "---\nid: A-3\nstatus: done\n---\n");
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  EXPECT_TRUE(run.wait_for("A-2 running on")) << run.out() << run.err();
  run.send_signal(SIGINT);
  EXPECT_EQ(run.wait().exit_code, 8);
  project.write("go", "");

  const Finished refused = project.headway({"resume", "--validate-state"});
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_NE(refused.out.find("tickets    failed"), std::string::npos) << refused.out;
  EXPECT_NE(refused.out.find("A-3 is completed in "), std::string::npos) << refused.out;
  EXPECT_EQ(refused.out.find("A-1 is"), std::string::npos) << refused.out;

  project.write("tickets/A-3.md", "---\nid: A-3\nstatus: todo\n---\n");
  const Finished resumed = project.headway({"resume", "--validate-state"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_NE(resumed.out.find("tickets    passed"), std::string::npos) << resumed.out;
}

}  // namespace
}  // namespace headway::test
