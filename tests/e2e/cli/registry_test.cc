#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// `headway registry`: copies that can be trusted and gone on from.

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

}  // namespace
}  // namespace headway::test
