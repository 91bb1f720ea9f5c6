#include <csignal>

#include <gtest/gtest.h>

#include "project.h"

namespace headway::test {
namespace {

/// A coordinator and a worker that go on without the command, on sockets in the project's folder.
class Elsewhere {
 public:
  explicit Elsewhere(const TemporaryFolder& folder)
      : state_(folder / "there"),
        coordinator_(start_coordinator(folder)),
        worker_(start_worker(folder)) {}

  [[nodiscard]] std::string address() const { return "ipc://" + state_ + "/control.sock"; }

 private:
  std::vector<std::string> start_coordinator(const TemporaryFolder& folder) {
    folder.write("there/file", "");
    return {program("headway-coordinator"), "--state-dir", state_, "--embedded"};
  }
  [[nodiscard]] std::vector<std::string> start_worker(const TemporaryFolder& folder) const {
    return {program("headway-worker"),
            "--connect",
            "ipc://" + state_ + "/workers.sock",
            "--slots",
            "2",
            "--state-dir",
            folder / "there/worker",
            "--name",
            "w",
            "--any-type"};
  }

  std::string state_;
  Process coordinator_;
  Process worker_;
};

bool has_agents(const Project& project, const std::string& address) {
  return wait_until([&] {
    return project.headway({"agents", "--connect", address, "--format", "plain"}).out.find("w/2") !=
           std::string::npos;
  });
}

TEST(RunElsewhere, IsSubmittedAndLeft) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  const Elsewhere elsewhere(project.folder());
  ASSERT_TRUE(has_agents(project, elsewhere.address()));
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
  ASSERT_TRUE(has_agents(project, elsewhere.address()));
  Process run = project.start({"run", "plan.yaml", "--connect", elsewhere.address()});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  run.send_signal(SIGINT);
  const Finished detached = run.wait();
  EXPECT_EQ(detached.exit_code, 130) << detached.err;
  EXPECT_NE(detached.err.find("headway events r1 --follow --connect"), std::string::npos)
      << detached.err;
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
