#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// `headway registry`: copies that can be trusted and gone on from, and old runs that go.

namespace headway::test {
namespace {

using testing::HasSubstr;

TEST(RegistryCopies, AreMadeWhileTheCoordinatorIsAtWorkAndCanBeGoneOnFrom) {
  Project project;
  project.plan({"{id: A, run: 'true'}",
                "{id: B, needs: [A], run: 'until test -e go; do sleep 0.05; done'}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("B running on")) << run.err();
  const Finished copied = project.headway({"registry", "backup", "copy.db"});
  EXPECT_EQ(copied.exit_code, 0) << copied.err;
  EXPECT_THAT(copied.err, HasSubstr("copied to copy.db, and checked"));
  const Finished twice = project.headway({"registry", "backup", "copy.db"});
  EXPECT_EQ(twice.exit_code, 1) << "a copy is never written over";
  EXPECT_EQ(project.headway({"registry", "verify"}).exit_code, 0);
  EXPECT_EQ(project.headway({"registry", "verify", "copy.db"}).exit_code, 0);
  project.write("go", "");
  EXPECT_EQ(run.wait().exit_code, 0);

  // The disk is lost; the copy of a moment when B ran is put in the registry's place.
  project.write("restore.sh", "rm .headway/registry.db* && cp copy.db .headway/registry.db");
  ASSERT_EQ(run_process({"sh", project.folder() / "restore.sh"},
                        {.folder = project.folder().path(), .env = {}, .input = ""})
                .exit_code,
            0);
  EXPECT_EQ(project.state_of("A"), "succeeded");
  const Finished resumed = project.headway({"resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(project.state_of("B"), "succeeded");
  EXPECT_EQ(project.headway({"registry", "verify"}).exit_code, 0);
}

TEST(RegistryCopies, TellWhatIsWrong) {
  Project project;
  EXPECT_EQ(project.headway({"registry", "backup"}).exit_code, 2);
  EXPECT_EQ(project.headway({"registry", "backup", "copy.db"}).exit_code, 1) << "there is none";
  EXPECT_EQ(project.headway({"registry", "keep"}).exit_code, 2);
  project.write("text.db", "not a registry");
  const Finished text = project.headway({"registry", "verify", "text.db"});
  EXPECT_NE(text.exit_code, 0);
  EXPECT_THAT(text.err, HasSubstr("text.db"));
  EXPECT_EQ(project.headway({"registry", "verify", "--connect", "10.0.0.1"}).exit_code, 2);
}

TEST(RegistryPruning, RemovesOldRunsWithTheirOutputAndLeavesARegistryToGoOnWith) {
  Project project;
  project.plan({"{id: A, run: 'echo printed'}"});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1", "-q"}).exit_code, 0);
  }
  EXPECT_EQ(project.headway({"registry", "prune"}).exit_code, 2) << "which?";
  EXPECT_EQ(project.headway({"registry", "verify", "--keep", "1"}).exit_code, 2);
  EXPECT_EQ(project.headway({"registry", "prune", "--older-than", "30d"}).out, "");

  const std::vector<std::string> prune = {"registry", "prune", "--keep", "1"};
  std::vector<std::string> dry = prune;
  dry.emplace_back("--dry-run");
  const Finished would = project.headway(dry);
  EXPECT_EQ(would.exit_code, 0) << would.err;
  EXPECT_THAT(would.out, HasSubstr("run r1 "));
  EXPECT_THAT(would.out, HasSubstr("1 ticket -> removed\n"));
  EXPECT_EQ(project.headway({"logs", "A", "--run", "r1"}).out, "printed\n");

  const Finished done = project.headway(prune);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, would.out);
  EXPECT_THAT(done.err, HasSubstr("2 runs removed"));
  EXPECT_EQ(project.headway({"status", "r1"}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(project.folder() / ".headway/output/1"));
  EXPECT_EQ(project.headway({"logs", "A", "--run", "r3"}).out, "printed\n");
  EXPECT_EQ(project.headway({"registry", "verify"}).exit_code, 0);
  EXPECT_EQ(project.headway({"run", "plan.yaml", "--local", "1", "-q"}).exit_code, 0);
  EXPECT_EQ(project.status("r4")["run"]["state"], "succeeded") << "numbers go on";
  EXPECT_EQ(project.headway({"registry", "verify"}).exit_code, 0);
}

TEST(RegistryPruning, KeepsWhatIsUnfinishedAndIsRefusedWhileACoordinatorIsAtWork) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1", "-q"}).exit_code, 0);
  project.plan({"{id: A, run: 'true'}",
                "{id: B, needs: [A], run: 'until test -e go; do sleep 0.05; done'}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("B running on")) << run.err();
  const Finished refused = project.headway({"registry", "prune", "--keep", "0"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("while no coordinator is at work"));
  EXPECT_EQ(project.headway({"registry", "prune", "--keep", "0", "--dry-run"}).exit_code, 0);
  ASSERT_EQ(project.headway({"stop", "--force", "--preserve-state"}).exit_code, 0);
  EXPECT_EQ(run.wait().exit_code, 8);

  const Finished pruned = project.headway({"registry", "prune", "--keep", "0"});
  EXPECT_EQ(pruned.exit_code, 0) << pruned.err;
  EXPECT_THAT(pruned.out, HasSubstr("run r1 "));
  EXPECT_EQ(project.headway({"registry", "verify"}).exit_code, 0);
  project.write("go", "");
  const Finished resumed = project.headway({"resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(project.state_of("A"), "succeeded");
  EXPECT_EQ(project.headway({"registry", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace headway::test
