#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// Ticket files and the registry, with the real program.

namespace headway::test {
namespace {

using testing::HasSubstr;

std::string content(const Project& project, const std::string& name) {
  std::ifstream file(project.folder() / name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Sync, WritesWhatARunDidIntoTheTicketsAndThenAgrees) {
  Project project;
  project.plan({"{id: A-1, run: 'true'}", "{id: A-2, run: 'false'}",
                "{id: A-3, run: 'true', needs: [A-2]}", "{id: A-4, run: 'true'}"});
  project.write("tickets/pending/A-1.md",
                "---\r\nid: A-1\r\nstatus: pending  # soon\r\n---\r\nBody\r\n");
  project.write("tickets/pending/A-2.md", "---\nid: A-2\n---\n");
  project.write("tickets/pending/A-3.md", "---\nid: A-3\nstatus: cancelled\n---\n");
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 7);

  const Finished check = project.headway({"sync", "--check", "--format", "json"});
  EXPECT_EQ(check.exit_code, 1) << check.err;
  const nlohmann::json json = nlohmann::json::parse(check.out, nullptr, false);
  ASSERT_EQ(json["disagreements"].size(), 4U) << check.out;
  EXPECT_EQ(json["disagreements"][0]["wanted"], "completed");
  EXPECT_EQ(json["disagreements"][1]["wanted"], "blocked");
  EXPECT_EQ(json["disagreements"][2]["kind"], "closed by hand");
  EXPECT_EQ(json["disagreements"][3]["kind"], "no file");

  const Finished sync = project.headway({"sync"});
  EXPECT_THAT(sync.out, HasSubstr("A-1 completed tickets/completed/A-1.md\n"));
  EXPECT_THAT(sync.out, HasSubstr("A-2 blocked tickets/blocked/A-2.md\n"));
  EXPECT_THAT(sync.err, HasSubstr("A-3 is cancelled in its file"));
  const std::string first = content(project, "tickets/completed/A-1.md");
  EXPECT_TRUE(first.starts_with("---\r\nid: A-1\r\nstatus: completed  # soon\r\nstarted_at: 20"))
      << first;
  EXPECT_TRUE(first.ends_with("Z\r\n---\r\nBody\r\n")) << first;
  EXPECT_EQ(content(project, "tickets/pending/A-3.md"), "---\nid: A-3\nstatus: cancelled\n---\n");

  const Finished again = project.headway({"sync", "--check", "--format", "json"});
  const nlohmann::json left = nlohmann::json::parse(again.out, nullptr, false);
  EXPECT_EQ(left["disagreements"].size(), 2U) << "A-3 is a person's, A-4 has no file";
}

}  // namespace
}  // namespace headway::test
