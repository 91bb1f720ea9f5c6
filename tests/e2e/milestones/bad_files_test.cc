#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// Artifacts that are none.

namespace headway::test {
namespace {

using ::testing::HasSubstr;

TEST(BadArtifacts, AreToldAndTheRestGoesOn) {
  Project project;
  project.plan({"{id: MISSING, run: 'true', artifacts: [none.bin]}",
                "{id: FOLDER, run: mkdir folder, artifacts: [folder]}",
                "{id: LINK, run: ln -s /etc/passwd users, artifacts: [users]}",
                "{id: WAY, run: ln -s /etc way, artifacts: [way/passwd]}",
                "{id: PIPE, run: mkfifo pipe, artifacts: [pipe]}",
                "{id: NEXT, run: touch next, needs: [LINK]}",
                "{id: GOOD, run: echo x > good, artifacts: [good]}"});
  const Finished run = project.headway({"run", "plan.yaml", "--local", "2"});
  EXPECT_EQ(run.exit_code, 7) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("artifact none.bin is missing"));
  EXPECT_THAT(run.out, HasSubstr("artifact folder is a directory without files"));
  EXPECT_THAT(run.out, HasSubstr("artifact users leads out of the plan's folder: it is a link to "
                                 "/etc/passwd"));
  EXPECT_THAT(run.out, HasSubstr("artifact way/passwd leads out of the plan's folder"));
  EXPECT_THAT(run.out, HasSubstr("artifact pipe"));
  EXPECT_EQ(project.state_of("PIPE"), "failed");
  EXPECT_EQ(project.state_of("GOOD"), "succeeded");
  EXPECT_EQ(project.state_of("NEXT"), "aborted");
}

TEST(BadArtifacts, ThatChangeWhileTheyAreReadFailTheTicket) {
  Project project;
  // It takes so long to read that the other one writes meanwhile.
  project.plan({"{id: WRITER, run: 'until test -e stop; do echo more >> busy; done'}",
                "{id: BUSY, run: 'until test -e busy; do sleep 0.01; done; truncate -s 256M busy', "
                "artifacts: [busy]}",
                "{id: GOOD, run: echo x > good; touch stop, artifacts: [good]}"},
               "max_parallel: 2\n");
  const Finished run = project.headway({"run", "plan.yaml", "--local", "2"});
  EXPECT_EQ(run.exit_code, 7) << run.out << run.err;
  EXPECT_THAT(run.out,
              HasSubstr("artifact busy changed while it was read: something still writes to it"));
  EXPECT_EQ(project.state_of("WRITER") + " " + project.state_of("GOOD"), "succeeded succeeded");
}

}  // namespace
}  // namespace headway::test
