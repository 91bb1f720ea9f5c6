#include <csignal>
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

/// A command that waits until the project has this file.
std::string until(const Project& project, const std::string& name) {
  return "while [ ! -e " + (project.folder() / name) + " ]; do sleep 0.02; done";
}

TEST(RunSync, KeepsTheFilesUpToDateWhileTheRunGoesOn) {
  Project project;
  project.plan({"{id: A-1, run: '" + until(project, "go") + "'}",
                "{id: A-2, run: 'true', needs: [A-1]}", "{id: A-3, run: 'false', needs: [A-1]}",
                "{id: A-4, run: 'true', needs: [A-3]}", "{id: A-5, run: 'true', needs: [A-1]}"});
  project.write("tickets/pending/A-1.md",
                "---\r\nid: A-1\r\nstatus: pending  # soon\r\n---\r\nBody\r\n");
  project.write("tickets/pending/A-2.md", "---\nid: A-2\nstatus: pending\n---\n");
  project.write("tickets/pending/A-3.md", "---\nid: A-3\n---\n");
  project.write("tickets/pending/A-4.md", "---\nid: A-4\n---\n");
  Process run = project.start({"run", "plan.yaml", "--local", "2", "--sync"});
  ASSERT_TRUE(wait_until([&] {
    return content(project, "tickets/in-progress/A-1.md").find("in-progress") != std::string::npos;
  }));
  project.write("tickets/in-progress/A-1.md",
                content(project, "tickets/in-progress/A-1.md") + "More\r\n");
  const std::string theirs = "---\nid: A-2\nstatus: blocked\n---\nNot now.\n";
  project.write("tickets/pending/A-2.md", theirs);
  project.write("go", "");
  const Finished finished = run.wait();
  EXPECT_EQ(finished.exit_code, 7) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("A-5 has no file in tickets"));
  EXPECT_THAT(finished.err, HasSubstr("warning: A-2: "));
  EXPECT_THAT(finished.err, HasSubstr("tickets/pending/A-2.md was given another status"));
  EXPECT_EQ(content(project, "tickets/pending/A-2.md"), theirs);
  const std::string first = content(project, "tickets/completed/A-1.md");
  EXPECT_THAT(first, testing::MatchesRegex("---\r\nid: A-1\r\nstatus: completed  # soon\r\n"
                                           "started_at: 20[^\r\n]*Z\r\n"
                                           "completed_at: 20[^\r\n]*Z\r\n---\r\nBody\r\nMore\r\n"));
  EXPECT_THAT(content(project, "tickets/blocked/A-3.md"), HasSubstr("status: blocked"));
  EXPECT_EQ(content(project, "tickets/pending/A-4.md"), "---\nid: A-4\n---\n") << "aborted";

  project.write("tickets/pending/A-2.md", "---\nid: A-2\nstatus: completed\n---\n");
  const Finished check = project.headway({"sync", "--check", "--format", "json"});
  const nlohmann::json left = nlohmann::json::parse(check.out, nullptr, false);
  ASSERT_EQ(left["disagreements"].size(), 2U) << check.out;
  EXPECT_EQ(left["disagreements"][0]["ticket"], "A-2");
  EXPECT_EQ(left["disagreements"][1]["ticket"], "A-5");
}

TEST(RunSync, FindsTheFilesThatThePlanNamesAndLeavesThemWhereCommandsLookForThem) {
  Project project;
  const std::string env = "env: {HEADWAY_TICKET_FILE: work/pending/A-1.md}";
  project.plan({"{id: A-1, run: '" + until(project, "go") + "; cat \"$HEADWAY_TICKET_FILE\"', " +
                env + "}"});
  project.write("work/pending/A-1.md", "---\nid: A-1\n---\nDo it.\n");
  Process run = project.start({"run", "plan.yaml", "--local", "1", "--sync"});
  ASSERT_TRUE(wait_until([&] {
    return content(project, "work/pending/A-1.md").find("in-progress") != std::string::npos;
  }));
  project.write("go", "");
  const Finished finished = run.wait();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(content(project, "work/completed/A-1.md"), HasSubstr("status: completed"));
}

TEST(RunSync, GoesOnWithARunThatIsResumed) {
  Project project;
  project.write(".headway.yaml", "defaults: {sync: true}\n");
  project.plan(
      {"{id: A-1, run: 'true'}", "{id: A-2, run: '" + until(project, "go") + "', needs: [A-1]}"});
  project.write("tickets/A-1.md", "---\nid: A-1\n---\n");
  project.write("tickets/A-2.md", "---\nid: A-2\n---\n");
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(wait_until([&] {
    return content(project, "tickets/A-2.md").find("in-progress") != std::string::npos;
  })) << "as it is configured";
  run.send_signal(SIGINT);
  EXPECT_EQ(run.wait().exit_code, 8);
  // What the files were not told while nobody was there is written by who comes back.
  project.write("tickets/A-1.md", "---\nid: A-1\n---\n");
  project.write("go", "");
  const Finished resumed = project.headway({"resume", "--sync"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(content(project, "tickets/A-1.md"), HasSubstr("status: completed"));
  EXPECT_THAT(content(project, "tickets/A-2.md"), HasSubstr("status: completed"));
}

TEST(RunSync, SaysWhatDoesNotGoWithIt) {
  Project project;
  project.plan({"{id: A-1, run: 'true'}"});
  EXPECT_EQ(project.headway({"run", "plan.yaml", "--sync", "--detach"}).exit_code, 2);
  EXPECT_EQ(project.headway({"run", "plan.yaml", "--sync", "--dry-run"}).exit_code, 2);
  const Finished nowhere = project.headway({"run", "plan.yaml", "--sync"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("--tickets"));
  project.write("tickets/B-1.md", "---\nid: B-1\n---\n");
  const Finished others = project.headway({"run", "plan.yaml", "--sync"});
  EXPECT_EQ(others.exit_code, 2);
  EXPECT_THAT(others.err, HasSubstr("no ticket of the plan has a file in tickets"));
}

}  // namespace
}  // namespace headway::test
