#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// `headway worker scale` with real workers: how they come, leave, and end with their coordinator.

namespace headway::test {
namespace {

using testing::HasSubstr;

constexpr const char* kWaitsForGo = "until test -e go; do sleep 0.05; done";

/// A coordinator that was started by hand in the project's `.headway`.
class Scale : public testing::Test {
 protected:
  Scale() { project_.write(".headway/file", ""); }

  void SetUp() override { ASSERT_TRUE(coordinator_alive()); }

  /// Waits for it. The registry, which answers questions in its place, scales nothing.
  bool coordinator_alive() {
    return wait_until([&] {
      return project_.headway({"worker", "scale", "0", "--dry-run"}).exit_code == 0;
    });
  }
  /// How many agents of a state there are.
  [[nodiscard]] long agents(const std::string& state) const {
    const auto document =
        nlohmann::json::parse(project_.headway({"agents", "--format", "json"}).out, nullptr, false);
    if (!document.is_object()) return -1;
    return std::count_if(document["agents"].begin(), document["agents"].end(),
                         [&](const auto& agent) { return agent["state"] == state; });
  }
  bool comes_to(long count, const std::string& state) const {
    return wait_until([&] { return agents(state) == count; });
  }
  /// Whether a worker of this name holds its state directory.
  [[nodiscard]] bool lives(const std::string& worker) const {
    const std::string lock = project_.folder() / (".headway/workers/" + worker + "/lock");
    return run_process({"flock", "--nonblock", lock, "true"}).exit_code != 0;
  }

  Project project_;
  std::vector<std::string> command_ = {program("headway-coordinator"), "--state-dir",
                                       project_.folder() / ".headway", "--embedded"};
  std::unique_ptr<Process> coordinator_ = std::make_unique<Process>(command_);
};

TEST_F(Scale, TellsWhatItWouldDoAndDoesNothing) {
  const Finished dry = project_.headway({"worker", "scale", "2", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_EQ(dry.out,
            "local agents: 0 -> 2\n"
            "worker local-1: not there -> joined, 1 agent\n"
            "worker local-2: not there -> joined, 1 agent\n");
  EXPECT_THAT(dry.err, HasSubstr("nothing was changed"));
  EXPECT_FALSE(std::filesystem::exists(project_.folder() / ".headway/workers"));
  EXPECT_EQ(agents("idle"), 0);
}

TEST_F(Scale, StartsWorkersThatOutliveTheCommandAndDrainsThemAgain) {
  const Finished up = run_process({program("scale-agents"), "3"},
                                  {.folder = project_.folder().path(), .env = {}, .input = ""});
  ASSERT_EQ(up.exit_code, 0) << up.err;
  EXPECT_THAT(up.out, HasSubstr("local agents: 0 -> 3\n"));
  EXPECT_EQ(agents("idle"), 3);
  const Finished same = project_.headway({"worker", "scale", "3"});
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_EQ(same.out, "");
  EXPECT_THAT(same.err, HasSubstr("there are 3 local agents already"));

  project_.plan({"{id: A, run: '" + std::string(kWaitsForGo) + "'}"});
  ASSERT_EQ(project_.headway({"run", "plan.yaml", "--detach"}).exit_code, 0);
  ASSERT_TRUE(comes_to(1, "running"));
  const Finished down = project_.headway({"worker", "scale", "0"});
  EXPECT_EQ(down.exit_code, 0) << down.err;
  EXPECT_THAT(down.out, HasSubstr("local agents: 3 -> 0\n"));
  EXPECT_THAT(down.out, HasSubstr("joined, 1 ticket -> draining"));
  EXPECT_TRUE(comes_to(2, "offline"));
  EXPECT_EQ(project_.state_of("A"), "running") << "what is drained finishes what it runs";
  project_.write("go", "");
  EXPECT_TRUE(wait_until([&] { return project_.state_of("A") == "succeeded"; }));
  EXPECT_TRUE(comes_to(3, "offline"));
  EXPECT_EQ(project_.status()["tickets"][0]["attempt"], 1);
  // Their names are free again, at the latest when the processes have ended.
  EXPECT_EQ(project_.headway({"worker", "scale", "3"}).exit_code, 0);
  EXPECT_EQ(agents("idle"), 3);
}

TEST_F(Scale, EndsItsWorkersWithTheCoordinatorAndProvesWhatTheyRanDeadAtTheNext) {
  project_.plan({"{id: A, reassign: on_proof, on_disconnect: finish, run: '" +
                 std::string(kWaitsForGo) + "'}"});
  ASSERT_EQ(project_.headway({"worker", "scale", "1"}).exit_code, 0);
  ASSERT_EQ(project_.headway({"run", "plan.yaml", "--detach"}).exit_code, 0);
  ASSERT_TRUE(comes_to(1, "running"));
  coordinator_->send_signal(SIGKILL);
  coordinator_->wait();
  EXPECT_TRUE(wait_until([&] { return !lives("local-1"); }));
  project_.write("go", "");
  coordinator_ = std::make_unique<Process>(command_);
  ASSERT_TRUE(coordinator_alive());
  const Finished again = project_.headway({"worker", "scale", "1"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(wait_until([&] { return project_.state_of("A") == "succeeded"; }));
  EXPECT_EQ(project_.status()["tickets"][0]["attempt"], 2);
}

TEST_F(Scale, RefusesWhatMakesNoSense) {
  EXPECT_EQ(project_.headway({"worker", "scale"}).exit_code, 2);
  EXPECT_EQ(project_.headway({"worker", "scale", "many"}).exit_code, 2);
  EXPECT_EQ(project_.headway({"worker", "scale", "100000"}).exit_code, 2);
  const std::string address = "ipc://" + (project_.folder() / ".headway/control.sock");
  const Finished elsewhere = project_.headway({"worker", "scale", "1", "--connect", address});
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_THAT(elsewhere.err, HasSubstr("--state-dir"));
}

TEST(ScaleEmbedded, AddsAgentsToARunThatGoesOn) {
  Project project;
  const std::string run = kWaitsForGo;
  project.plan({"{id: A, run: '" + run + "'}", "{id: B, run: '" + run + "'}",
                "{id: C, run: '" + run + "'}"});
  Process embedded = project.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(embedded.wait_for("B running on")) << embedded.err();
  const Finished fewer = project.headway({"worker", "scale", "1"});
  EXPECT_EQ(fewer.exit_code, 2);
  EXPECT_THAT(fewer.err, HasSubstr("has 2 agents of its own"));
  const Finished more = project.headway({"worker", "scale", "3"});
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_EQ(more.out, "local agents: 2 -> 3\nworker local-1: not there -> joined, 1 agent\n");
  EXPECT_TRUE(embedded.wait_for("C running on local-1/1")) << embedded.out() << embedded.err();
  project.write("go", "");
  EXPECT_EQ(embedded.wait().exit_code, 0);
  const std::string lock = project.folder() / ".headway/workers/local-1/lock";
  EXPECT_TRUE(wait_until([&] {
    return run_process({"flock", "--nonblock", lock, "true"}).exit_code == 0;
  })) << "it ends with the embedded coordinator";
}

}  // namespace
}  // namespace headway::test
