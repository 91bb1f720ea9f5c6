#include "elsewhere.h"

#include <csignal>

#include <gtest/gtest.h>

namespace headway::test {
namespace {

TEST(RunElsewhere, IsSubmittedAndLeft) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  const Elsewhere elsewhere(project.folder());
  ASSERT_TRUE(has_agent(project, elsewhere.address(), "w/2"));
  const Finished run =
      project.headway({"run", "plan.yaml", "--connect", elsewhere.address(), "--detach"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "r1\n");
  const Finished events =
      project.headway({"events", "r1", "--follow", "--connect", elsewhere.address()});
  EXPECT_EQ(events.exit_code, 0) << events.err;
  EXPECT_NE(events.out.find("A succeeded"), std::string::npos) << events.out;
}

TEST(RunElsewhere, CtrlCDetachesAndTheRunGoesOn) {
  Project project;
  project.plan({"{id: A, run: 'until test -e go; do sleep 0.05; done'}"});
  const Elsewhere elsewhere(project.folder());
  ASSERT_TRUE(has_agent(project, elsewhere.address(), "w/2"));
  Process run = project.start({"run", "plan.yaml", "--connect", elsewhere.address()});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  run.send_signal(SIGINT);
  const Finished detached = run.wait();
  EXPECT_EQ(detached.exit_code, 130) << detached.err;
  EXPECT_NE(detached.err.find("headway watch r1 --connect"), std::string::npos) << detached.err;
  project.write("go", "");
  EXPECT_EQ(project.headway({"events", "--follow", "--connect", elsewhere.address()}).exit_code, 0);
}

TEST(RunElsewhere, NobodyThereEndsWithFive) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  EXPECT_EQ(
      project
          .headway({"run", "plan.yaml", "--connect", "ipc://" + (project.folder() / "none.sock")})
          .exit_code,
      5);
  EXPECT_EQ(project.headway({"status"}).exit_code, 5);
}

TEST(Names, EachVerbIsACommandOfItsOwn) {
  for (const char* name : {"execute-parallel-plan", "show-agent-status", "pause-execution",
                           "resume-execution", "stop-execution"}) {
    const Finished help = run_process({program(name), "--help"});
    EXPECT_EQ(help.exit_code, 0) << name;
    EXPECT_NE(help.out.find(name), std::string::npos) << help.out;
  }
}

}  // namespace
}  // namespace headway::test
