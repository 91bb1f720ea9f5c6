#include <chrono>
#include <random>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"
#include "tests/support/scale/scale.h"

/// Folders of tickets as people keep them, through the real program.

namespace headway::test {
namespace {

using testing::HasSubstr;
using testing::Not;

void ticket(Project& project, const std::string& name, const std::string& fields) {
  project.write("tickets/" + name, "---\n" + fields + "---\n# Heading of " + name + "\n\nProse.\n");
}

nlohmann::json parsed(const std::string& text) {
  nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  EXPECT_TRUE(document.is_object()) << text;
  return document;
}

/// A folder with a bit of everything that is wrong in such folders.
void messy(Project& project) {
  ticket(project, "completed/MOD-001-outline.md", "ticket_id: MOD-001\nstatus: completed\n");
  ticket(project, "pending/MOD-002-index.md",
         "id: MOD-002\npriority: \xf0\x9f\x94\xb4 HIGH\nestimated_effort: 6-8h\n"
         "dependencies: [MOD-001]\naffected_files: [docs/index.md, docs/api/**]\n");
  ticket(project, "pending/MOD-003-routes.md",
         "dependencies:\n\tblocking:\n\t\t- MOD-002\n\t\t- docs/style.md\n\t\t- ask the team\n"
         "estimated_effort: \"2 hours\"\naffected_files:\n  - docs/api/routes.md\n");
  ticket(project, "in-progress/MOD-004.md",
         "id: MOD-004\r\nstatus: pending\r\nestimated_effort: 30 minutes\r\n"
         "affected_files: 3\r\ntitle: Fix: the links\r\n");
  project.write("tickets/MOD-005 no front matter.md", "# Five\n");
  project.write("tickets/README.md", "# What this folder is\n");
  ticket(project, "pending/MOD-002-the-index.md", "id: MOD-002\n");
  project.write("tickets/notes.md", std::string("\xff\xfe\x00\x01", 4));
  project.write("tickets/MOD-006.md", "\xef\xbb\xbf---\nid: MOD-006\nowner: @me\n");
}

TEST(Analyze, MakesTheBestOfAMessyFolder) {
  Project project;
  messy(project);
  const Finished finished = project.headway({"analyze", "--format", "json"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  const nlohmann::json json = parsed(finished.out);
  EXPECT_EQ(json["counts"]["to_do"], 5) << finished.err;
  EXPECT_EQ(json["counts"]["completed"], 1);
  EXPECT_EQ(json["counts"]["errors"], 0) << finished.err;
  EXPECT_EQ(json["dependencies"]["satisfied"], 1);
  EXPECT_EQ(json["critical_path"]["tickets"], nlohmann::json({"MOD-002", "MOD-003"}));
  EXPECT_EQ(json["critical_path"]["duration"], 36000.0);
  ASSERT_EQ(json["conflicts"].size(), 1U);
  EXPECT_EQ(json["conflicts"][0]["resolution"], "dependencies");
  for (const char* words :
       {"MOD-003-routes.md:3:1: warning: a tab", "`docs/style.md` is no ticket id",
        "`ask the team` is no ticket id", "MOD-004.md:3:9: warning: the front matter says",
        "`affected_files` is a number", "there is no front matter",
        "two tickets have the id `MOD-002`", "notes.md: warning"}) {
    EXPECT_THAT(finished.err, HasSubstr(words));
  }
  EXPECT_THAT(finished.err, Not(HasSubstr("README")));
}

TEST(Analyze, TellsOfCyclesAndUnknownTicketsAndExitsWithThemOnlyWhenAsked) {
  Project project;
  ticket(project, "a.md", "id: MOD-001\nneeds: [MOD-002]\n");
  ticket(project, "b.md",
         "id: MOD-002\ndependencies: {sequential: [MOD-001], blocking: [MOD-01]}\n");
  const Finished finished = project.headway({"analyze-dependencies"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.err, HasSubstr("did you mean `MOD-001`"));
  EXPECT_THAT(finished.err, HasSubstr("error: cycle of 2: MOD-001 -> MOD-002 -> MOD-001"));
  EXPECT_THAT(finished.out, HasSubstr("cut where MOD-002 waits for MOD-001 (sequential)"));
  EXPECT_EQ(project.headway({"analyze", "--exit-code"}).exit_code, 3);
}

TEST(Analyze, ReportsConflictsAloneAndFilters) {
  Project project;
  ticket(project, "a.md", "id: MOD-001\ncategory: docs\naffected_files: [docs/**]\n");
  ticket(project, "b.md", "id: MOD-002\ncategory: docs\naffected_files: [docs/x.md]\n");
  ticket(project, "c.md", "id: API-001\ncategory: code\npriority: high\nlocks: [schema]\n");
  const Finished conflicts = project.headway({"analyze", "--conflicts-only", "--exit-code"});
  EXPECT_EQ(conflicts.exit_code, 1);
  EXPECT_THAT(conflicts.out, HasSubstr("docs/**"));
  EXPECT_THAT(conflicts.out, Not(HasSubstr("Critical path")));
  const Finished code = project.headway({"analyze", "--category", "code", "--format", "jsonl"});
  EXPECT_EQ(parsed(code.out)["id"], "API-001");
  EXPECT_EQ(project.headway({"analyze", "--conflicts-only", "--exit-code", "--priority", "high"})
                .exit_code,
            0);
  EXPECT_THAT(project.headway({"analyze", "--format", "dot"}).out, HasSubstr("digraph"));
  EXPECT_THAT(project.headway({"analyze", "--format", "mermaid"}).out, HasSubstr("flowchart LR"));
}

TEST(Analyze, FindsItsTicketsWhereItIsTold) {
  Project project;
  EXPECT_EQ(project.headway({"analyze"}).exit_code, 2);
  EXPECT_EQ(project.headway({"analyze", "--tickets", "nowhere"}).exit_code, 1);
  project.write(".headway.yaml", "tickets: work/items\n");
  project.write("work/items/A-1.md", "---\nid: A-1\n---\n");
  const Finished configured = project.headway({"analyze", "--format", "jsonl"});
  EXPECT_EQ(parsed(configured.out)["id"], "A-1") << configured.err;
  project.write("empty/x.txt", "");
  const Finished empty = project.headway({"analyze", "empty"});
  EXPECT_EQ(empty.exit_code, 0) << empty.err;
  EXPECT_THAT(empty.out, HasSubstr("0 tickets to do"));
}

TEST(Analyze, ValidatesAPlanAgainstTheTickets) {
  Project project;
  project.plan({"{id: A-1, run: 'true'}", "{id: A-9, run: 'true'}"});
  ticket(project, "A-1.md", "id: A-1\n");
  ticket(project, "A-2.md", "id: A-2\n");
  const Finished valid = project.headway({"analyze", "--validate-plan", "plan.yaml"});
  EXPECT_EQ(valid.exit_code, 0) << valid.err;
  EXPECT_THAT(valid.out, HasSubstr("plan.yaml is valid: 2 tickets"));
  const Finished compared =
      project.headway({"analyze", "--validate-plan", "plan.yaml", "--tickets", "tickets"});
  EXPECT_THAT(compared.out, HasSubstr("A-2 is to be done, and is not in the plan"));
  EXPECT_THAT(compared.out, HasSubstr("A-9 is in the plan, and has no ticket"));
  project.write("plan.yaml", "version: 1\ntickets: [{id: A, needs: [A], run: 'true'}]\n");
  EXPECT_EQ(project.headway({"analyze", "--validate-plan", "plan.yaml"}).exit_code, 3);
}

TEST(Analyze, FindsNothingWrongWithTheExampleAndEveryKindOfDependencyInIt) {
  Project project;
  const Finished finished =
      project.headway({"analyze", "--tickets",
                       std::string(HEADWAY_SOURCE_DIR) + "/examples/tickets", "--format", "json"});
  EXPECT_EQ(finished.err, "");
  const nlohmann::json json = parsed(finished.out);
  for (const char* kind :
       {"blocking", "sequential", "soft", "file_conflicts", "resource_conflicts", "satisfied"}) {
    EXPECT_GT(json["dependencies"][kind], 0) << kind;
  }
  EXPECT_EQ(json["counts"]["completed"], 1);
  EXPECT_GT(json["conflict_count"], 3);
}

TEST(Analyze, IsDoneWithTenThousandTicketsOnOnePathBeforeLong) {
  Project project;
  const int count = static_cast<int>(scaled(10'000));
  for (int i = 0; i < count; ++i) {
    ticket(project, "T-" + std::to_string(i) + ".md",
           "id: T-" + std::to_string(i) + "\nestimated_effort: 1h\naffected_files: [docs/**]\n" +
               (i > 0 ? "needs: [T-" + std::to_string(i / 2) + "]\n" : ""));
  }
  const auto start = std::chrono::steady_clock::now();
  const Finished finished = project.headway({"analyze", "--agents", "8", "--format", "json"});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  RecordProperty("seconds", std::to_string(took.count()));
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  const nlohmann::json json = parsed(finished.out);
  EXPECT_EQ(json["conflict_count"], 1);
  EXPECT_EQ(json["conflicts"][0]["ticket_count"], count);
  EXPECT_EQ(json["conflicts"][0]["tickets"].size(), 20U);
}

}  // namespace
}  // namespace headway::test
