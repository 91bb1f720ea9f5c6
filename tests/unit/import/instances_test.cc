#include <algorithm>

#include <gtest/gtest.h>

#include "common/plan/validate.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "coordinator/import/import_imopse.h"
#include "coordinator/import/import_psplib.h"
#include "coordinator/import/import_stg.h"

namespace headway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::string kPsplib =
    "file with basedata            : tiny.bas\n"
    "jobs (incl. supersource/sink ):  4\n"
    "RESOURCES\n"
    "  - renewable                 :  2   R\n"
    "  - nonrenewable              :  0   N\n"
    "  - doubly constrained        :  0   D\n"
    "PRECEDENCE RELATIONS:\n"
    "jobnr.    #modes  #successors   successors\n"
    "   1        1          1           2\n"
    "   2        1          1           3\n"
    "   3        1          1           4\n"
    "   4        1          0\n"
    "REQUESTS/DURATIONS:\n"
    "jobnr. mode duration  R 1  R 2\n"
    "------------------------------\n"
    "  1      1     0       0    0\n"
    "  2      1     8       4    0\n"
    "  3      1     3       0    1\n"
    "  4      1     0       0    0\n"
    "RESOURCEAVAILABILITIES:\n"
    "  R 1  R 2\n"
    "   12   4\n";

const std::string kStg =
    " 2\n"
    " 0 0 0\n"
    " 1 9 1 0\n"
    " 2 4 2 0 1\n"
    " 3 0 1 2\n"
    "# a comment\n";

const std::string kImopse =
    "Tasks: 2\n"
    "Resources: 2\n"
    "ResourceID \t Salary \t Skills \n"
    "1\t56.2\t Q4: 1 \t Q0: 0\n"
    "2\t33.8\t Q4: 0\n"
    "====\n"
    "TaskID \t Duration \t Skill \t Predecessor IDs\n"
    "1\t10\t Q4: 1\n"
    "2\t15\t Q0: 0\t1\n";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(ImportPsplib, JobsBecomeTicketsAndResourcesAreCounted) {
  const auto plan = import_psplib(kPsplib, "tiny");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  ASSERT_EQ(plan->tickets.size(), 2U);  // source and sink do nothing
  EXPECT_EQ(plan->resources, (std::vector<ResourceAmount>{{"R1", 12'000}, {"R2", 4000}}));
  const Ticket& last = plan->tickets[1];
  EXPECT_EQ(last.id, "3");
  EXPECT_EQ(last.estimate, minutes{3});
  EXPECT_EQ(last.dependencies.blocking, std::vector<std::string>{"2"});
  EXPECT_EQ(last.resources, (std::vector<ResourceAmount>{{"R2", 1000}}));
  EXPECT_TRUE(validate_plan(*plan).empty());
  EXPECT_TRUE(read_plan(write_plan(*plan)).ok());
}

TEST(ImportPsplib, TheScaleShortensWhatIsExecuted) {
  const auto plan = import_psplib(kPsplib, "tiny", {.time_scale = 0.001});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->tickets[0].estimate, std::chrono::milliseconds{480});
  EXPECT_EQ(plan->tickets[0].command.words, (std::vector<std::string>{"sleep", "0.480"}));
}

TEST(ImportPsplib, ErrorsNameTheLine) {
  const auto message = [](const std::string& text) {
    const auto plan = import_psplib(text, "bad");
    EXPECT_FALSE(plan.ok());
    return plan.ok() ? std::string() : plan.error().message;
  };
  EXPECT_EQ(message(replaced(kPsplib, "   3        1          1           4",
                             "   3        1          1           9")),
            "line 11: a successor is 9, and should be from 1 to 4");
  EXPECT_EQ(message(replaced(kPsplib, "  2      1     8", "  2      1     x")),
            "line 17: the duration should be a number, not `x`");
  EXPECT_EQ(message(replaced(kPsplib, "   2        1          1", "   2        3          1")),
            "line 10: job 2 has several modes: this reads single-mode instances (.sm)");
  EXPECT_NE(message(kPsplib.substr(0, 300)).find("line "), std::string::npos);
  EXPECT_NE(message("").find("line 1: the file ends"), std::string::npos);
  EXPECT_NE(message(replaced(kPsplib, "   3        1          1           4",
                             "   3        1          1           2"))
                .find("the tasks wait for each other"),
            std::string::npos);
}

TEST(ImportStg, TasksBecomeTicketsWithoutTheDummies) {
  const auto plan = import_stg(kStg, "tiny");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  ASSERT_EQ(plan->tickets.size(), 2U);
  EXPECT_EQ(plan->tickets[0].estimate, minutes{9});
  EXPECT_EQ(plan->tickets[1].dependencies.blocking, std::vector<std::string>{"1"});
}

TEST(ImportStg, ErrorsNameTheLine) {
  const auto plan = import_stg(replaced(kStg, " 2 4 2 0 1", " 2 4 3 0 1"), "bad");
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().message, "line 4: task 2 should have 3 predecessors and has 2");
  EXPECT_FALSE(import_stg(" 3\n 0 0 0\n", "bad").ok());
  EXPECT_FALSE(import_stg(kStg + " 4 1 0\n", "bad").ok());
}

TEST(ImportImopse, WorkersAreAgentsWithTheLabelsOfAllLevelsReached) {
  const auto imported = import_imopse(kImopse, "tiny");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  ASSERT_EQ(imported->agents.size(), 2U);
  EXPECT_EQ(imported->agents[0].name, "worker-1");
  EXPECT_EQ(imported->agents[0].labels, (std::vector<std::string>{"Q4-0", "Q4-1", "Q0-0"}));
  ASSERT_EQ(imported->plan.tickets.size(), 2U);
  const Ticket& second = imported->plan.tickets[1];
  EXPECT_EQ(second.estimate, hours{15});
  EXPECT_EQ(second.agent.labels, std::vector<std::string>{"Q0-0"});
  EXPECT_EQ(second.dependencies.blocking, std::vector<std::string>{"1"});
  EXPECT_TRUE(read_plan(write_plan(imported->plan)).ok());
}

TEST(ImportImopse, ErrorsNameTheLine) {
  const auto unknown = import_imopse(replaced(kImopse, "Q0: 0\t1", "Q0: 0\t7"), "bad");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().message, "line 9: task 2 waits for 7, which is not there");
  const auto twice = import_imopse(replaced(kImopse, "2\t15", "1\t15"), "bad");
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().message, "line 9: task 1 is listed twice");
  const auto skill = import_imopse(replaced(kImopse, "Q0: 0\t1", "Q0"), "bad");
  ASSERT_FALSE(skill.ok());
  EXPECT_NE(skill.error().message.find("as in `Q1: 2`, not `Q0`"), std::string::npos);
}

}  // namespace
}  // namespace headway
