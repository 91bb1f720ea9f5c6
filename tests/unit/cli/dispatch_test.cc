#include "coordinator/cli/verbs/dispatch.h"

#include <sstream>

#include <gtest/gtest.h>

#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/verbs/table.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

/// A command line, carried out in a folder of its own without any configuration.
class DispatchTest : public ::testing::Test {
 protected:
  int run(const std::string& called, const std::vector<std::string>& words) {
    out_.str("");
    err_.str("");
    Environment environment{.out = out_,
                            .err = err_,
                            .interrupts = interrupts_,
                            .table = verb_table(),
                            .folder = folder_.path(),
                            .config = {}};
    return dispatch(
        called, words, [](const char*) { return std::nullopt; }, environment);
  }

  test::TemporaryFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
  Interrupts interrupts_;
};

TEST_F(DispatchTest, ActsByTheNameThatItWasCalledBy) {
  EXPECT_EQ(run("/usr/bin/execute-parallel-plan", {"--help"}), kExitDone);
  EXPECT_TRUE(out_.str().starts_with("Usage: execute-parallel-plan "));
  EXPECT_EQ(run("headway", {"pause", "-h"}), kExitDone);
  EXPECT_TRUE(out_.str().starts_with("Usage: headway pause"));
}

TEST_F(DispatchTest, WrongUsageEndsWithTwo) {
  EXPECT_EQ(run("headway", {}), kExitUsage);
  EXPECT_EQ(run("headway", {"stauts"}), kExitUsage);
  EXPECT_NE(err_.str().find("did you mean status?"), std::string::npos);
  EXPECT_EQ(run("headway", {"-v", "status"}), kExitUsage);
  EXPECT_EQ(run("headway", {"run", "p", "--groups", "1,x"}), kExitUsage);
  EXPECT_EQ(run("headway", {"run", "p", "--local", "2", "--connect", "h"}), kExitUsage);
  EXPECT_EQ(run("headway", {"run", "p", "--report", "x"}), kExitUsage);
  EXPECT_EQ(run("headway", {"events", "--all", "r1"}), kExitUsage);
  EXPECT_EQ(run("headway", {"events", "--follow", "--format", "json"}), kExitUsage);
  EXPECT_EQ(run("headway", {"status", "x"}), kExitUsage);
  EXPECT_EQ(run("headway", {"logs"}), kExitUsage);
  EXPECT_EQ(run("headway", {"ticket", "approve"}), kExitUsage);
  EXPECT_EQ(run("headway", {"ticket", "approve", "A", "--by", " "}), kExitUsage);
  EXPECT_NE(err_.str().find("--by is empty"), std::string::npos) << "an approval by nobody";
  EXPECT_EQ(run("headway", {"rollback", "--by", ""}), kExitUsage);
}

TEST_F(DispatchTest, WithoutACoordinatorReadingEndsWithFive) {
  for (const char* verb :
       {"status", "agents", "runs", "events", "pause", "resume", "stop", "rollback"}) {
    EXPECT_EQ(run("headway", {verb}), kExitNoCoordinator) << verb;
  }
  EXPECT_EQ(run("headway", {"logs", "A"}), kExitNoCoordinator);
  EXPECT_EQ(run("headway", {"logs", "--check", "tree"}), kExitNoCoordinator);
  EXPECT_EQ(run("headway", {"ticket", "settle", "A", "--by", "ann"}), kExitNoCoordinator);
}

TEST_F(DispatchTest, AnInvalidPlanEndsWithThreeAndAMissingOneWithOne) {
  EXPECT_EQ(run("headway", {"run", folder_.write("p.yaml", "version: 1\ntickets: [{id: A}]\n")}),
            kExitInvalidPlan);
  EXPECT_EQ(run("headway", {"run", folder_ / "none.yaml"}), kExitError);
}

TEST_F(DispatchTest, ADryRunShowsTheScheduleAndDoesNothing) {
  const std::string plan = folder_.write("p.yaml",
                                         "version: 1\nname: p\ntickets:\n"
                                         "  - {id: A, run: 'true', estimate: 10m}\n"
                                         "  - {id: B, run: 'true', estimate: 20m, needs: [A]}\n"
                                         "  - {id: C, run: 'true', estimate: 5m}\n");
  EXPECT_EQ(
      run("headway", {"run", plan, "--dry-run", "--local", "2", "--report", folder_ / "r.md"}),
      kExitDone);
  EXPECT_EQ(
      out_.str(),
      "START  FINISH  AGENT  GROUP  TICKET  TITLE\n"
      "   0s     10m      1      1  A\n"
      "   0s      5m      2      1  C\n"
      "  10m     30m      1      2  B\n"
      "\n"
      "3 tickets on 2 agents: 30m in parallel, 35m one by one (factor 1.17), at most 2 at once\n");
  EXPECT_EQ(run("headway",
                {"run", plan, "--dry-run", "--local", "2", "--groups", "2", "--format", "plain"}),
            kExitDone);
  EXPECT_EQ(out_.str(), "0s\t20m\t1\t2\tB\t\n");
  EXPECT_EQ(run("headway", {"run", plan, "--dry-run", "--groups", "3"}), kExitInvalidPlan);
  EXPECT_EQ(run("headway", {"status"}), kExitNoCoordinator) << "no state directory was made";
}

TEST_F(DispatchTest, DetachingNeedsACoordinatorElsewhere) {
  const std::string plan = folder_.write("p.yaml", "version: 1\ntickets: [{id: A, run: 'true'}]\n");
  EXPECT_EQ(run("headway", {"run", plan, "--detach"}), kExitUsage);
  EXPECT_NE(err_.str().find("headway-coordinator --state-dir"), std::string::npos);
}

}  // namespace
}  // namespace headway::cli
