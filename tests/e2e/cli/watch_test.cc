#include <csignal>

#include <gtest/gtest.h>

#include "project.h"
#include "tests/support/terminal/terminal_process.h"

namespace headway::test {
namespace {

/// What a screen begins and ends with: the other screen of the terminal, and back.
constexpr std::string_view kOtherScreen = "\x1b[?1049h";
constexpr std::string_view kOwnScreen = "\x1b[?1049l";

TerminalProcess on_terminal(const Project& project, std::vector<std::string> words,
                            std::size_t columns = 80, std::size_t rows = 24) {
  words.insert(words.begin(), program("headway"));
  return TerminalProcess(
      std::move(words), {.folder = project.folder().path(), .env = {}, .input = {}}, columns, rows);
}

/// A project with a run that waits for the file `go`, embedded in a command of its own.
class WatchedRun : public ::testing::Test {
 protected:
  WatchedRun() {
    project_.plan({"{id: A, run: 'echo words of A; while ! test -e go; do sleep 0.05; done'}",
                   "{id: B, run: 'true', needs: [A]}"});
  }
  void let_go() { project_.write("go", ""); }

  Project project_;
};

TEST_F(WatchedRun, IsPrintedOnceAsTablesOrAsADocument) {
  const Process run = project_.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(wait_until([&] { return project_.state_of("A") == "running"; }));
  const Finished table = project_.headway({"watch", "--once"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_NE(table.out.find("r1 demo  running"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("Needs attention"), std::string::npos) << table.out;
  EXPECT_EQ(table.out.find('\x1b'), std::string::npos) << table.out;
  const Finished markdown =
      project_.headway({"watch", "--format", "markdown", "--focus", "agents"});
  EXPECT_NE(markdown.out.find("## Agents"), std::string::npos) << markdown.out;
  const Finished json = project_.headway({"watch", "--format", "json"});
  const nlohmann::json document = nlohmann::json::parse(json.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << json.out;
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["run"]["state"], "running");
  EXPECT_EQ(document["tickets"][0]["id"], "A");
  EXPECT_EQ(document["agents_in_all"], 2);
  let_go();
}

TEST_F(WatchedRun, IsALineForEachStateChangeWhereThereIsNoTerminal) {
  Process run = project_.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.err();
  Process watch = project_.start({"watch"});
  ASSERT_TRUE(watch.wait_for("A running on")) << watch.out() << watch.err();
  let_go();
  const Finished end = watch.wait();
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_NE(end.out.find("B succeeded"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("2 succeeded of 2 tickets"), std::string::npos) << end.out;
  EXPECT_EQ(end.out.find('\x1b'), std::string::npos) << "no cursor is moved: " << end.out;
}

TEST_F(WatchedRun, IsALineOfJsonForEachPicture) {
  Process run = project_.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.err();
  Process watch = project_.start({"watch", "--format", "jsonl"});
  ASSERT_TRUE(watch.wait_for("\n")) << watch.err();
  const std::string first = watch.out().substr(0, watch.out().find('\n'));
  EXPECT_TRUE(first.starts_with(R"({"schema_version":1,"run":{"id":"r1",)")) << first;
  EXPECT_EQ(nlohmann::json::parse(first)["run"]["state"], "running");
  let_go();
  EXPECT_EQ(watch.wait().exit_code, 0);
}

TEST_F(WatchedRun, IsReadFromItsRegistryAfterItsEnd) {
  let_go();
  ASSERT_EQ(project_.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 0);
  const Finished once = project_.headway({"watch"});
  EXPECT_EQ(once.exit_code, 0) << once.err;
  EXPECT_NE(once.out.find("r1 demo  succeeded"), std::string::npos) << once.out;
  EXPECT_EQ(project_.headway({"watch", "r7"}).exit_code, 1) << "there is no such run";
  EXPECT_EQ(project_.headway({"watch", "--real-time", "--refresh", "5s"}).exit_code, 2);
}

TEST_F(WatchedRun, IsShownOnATerminalUntilThePersonLeaves) {
  Process run = project_.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.err();
  TerminalProcess watch = on_terminal(project_, {"watch", "--dashboard", "--real-time"});
  ASSERT_TRUE(watch.wait_for("Needs attention")) << watch.screen();
  EXPECT_EQ(watch.written().find(kOtherScreen), 0U);
  EXPECT_FALSE(watch.is_as_usual());
  watch.type("\r");
  ASSERT_TRUE(watch.wait_for("words of A"))
      << "the output of the ticket that is open: " << watch.screen();
  watch.type("\x1b");
  watch.resize(40, 9);
  ASSERT_TRUE(watch.wait_for("needs 40x10")) << watch.screen();
  watch.resize(120, 30);
  ASSERT_TRUE(watch.wait_for("Running tickets")) << watch.screen();
  watch.type("q");
  EXPECT_EQ(watch.wait(), 0);
  EXPECT_NE(watch.written().find(kOwnScreen), std::string::npos);
  EXPECT_TRUE(watch.is_as_usual());
  let_go();
  EXPECT_EQ(run.wait().exit_code, 0) << "nothing has happened to the run";
}

TEST_F(WatchedRun, IsPausedAndResumedByKeysAfterAYes) {
  Process run = project_.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.err();
  TerminalProcess watch = on_terminal(project_, {"watch"});
  ASSERT_TRUE(watch.wait_for("Needs attention")) << watch.screen();
  watch.type("p");
  ASSERT_TRUE(watch.wait_for("Pause r1?")) << watch.screen();
  EXPECT_EQ(project_.status()["run"]["state"], "running") << "nobody has said yes";
  watch.type("y");
  ASSERT_TRUE(wait_until([&] { return project_.status()["run"]["state"] == "paused"; }));
  ASSERT_TRUE(watch.wait_for("r1 is paused")) << watch.screen();
  watch.type("r");
  ASSERT_TRUE(watch.wait_for("Let r1 go on?")) << watch.screen();
  watch.type("y");
  ASSERT_TRUE(wait_until([&] { return project_.status()["run"]["state"] == "running"; }));
  let_go();
}

TEST_F(WatchedRun, LeavesTheTerminalAsItWasWhateverEndsIt) {
  Process run = project_.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.err();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGABRT}) {
    TerminalProcess watch = on_terminal(project_, {"watch"});
    ASSERT_TRUE(watch.wait_for("Needs attention")) << watch.screen();
    watch.send_signal(signal);
    EXPECT_EQ(watch.wait(), signal == SIGABRT ? -1 : 130) << signal;
    EXPECT_NE(watch.written().find(kOwnScreen), std::string::npos) << signal;
    EXPECT_TRUE(watch.is_as_usual()) << signal;
  }
  let_go();
}

TEST_F(WatchedRun, IsMonitoredByRunUntilItsEnd) {
  TerminalProcess run = on_terminal(project_, {"run", "plan.yaml", "--local", "2", "--monitor"});
  ASSERT_TRUE(run.wait_for("Needs attention")) << run.screen();
  let_go();
  EXPECT_EQ(run.wait(), 0);
  const std::size_t end = run.written().rfind(kOwnScreen);
  ASSERT_NE(end, std::string::npos);
  EXPECT_NE(run.written().find("2 succeeded of 2 tickets", end), std::string::npos)
      << "the summary is for the person's own screen: " << run.written().substr(end);
  EXPECT_TRUE(run.is_as_usual());
}

TEST_F(WatchedRun, IsStoppedByCtrlCWhereItIsMonitoredAndEmbedded) {
  TerminalProcess run = on_terminal(project_, {"run", "plan.yaml", "--local", "2", "--monitor"});
  ASSERT_TRUE(run.wait_for("running on local/1")) << run.screen();
  run.type("\x03");
  EXPECT_EQ(run.wait(), 8) << run.screen();
  EXPECT_NE(run.written().find("headway resume r1"), std::string::npos) << run.screen();
  EXPECT_EQ(project_.state_of("A"), "ready");
}

}  // namespace
}  // namespace headway::test
