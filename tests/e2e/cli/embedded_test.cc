#include <csignal>
#include <regex>

#include <gtest/gtest.h>

#include "project.h"

namespace headway::test {
namespace {

using namespace std::chrono_literals;

/// Processes whose command line contains `text`, but for the one that asks.
std::string processes_with(const std::string& text) {
  return run_process({"/bin/sh", "-c",
                      "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | "
                      "grep -F -- \"$0\" | grep -v -F /bin/sh; done",
                      text})
      .out;
}

TEST(EmbeddedRun, ExecutesAPlanAndLeavesNothingBehind) {
  Project project;
  project.plan({"{id: A, run: echo from A}", "{id: B, run: echo from B, needs: [A]}"});
  const Finished run = project.headway({"run", "plan.yaml", "--local", "2"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_NE(run.err.find("embedded: registry"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("2 agents"), std::string::npos) << run.err;
  EXPECT_TRUE(std::regex_search(run.out, std::regex(R"(\d\d:\d\d:\d\d A running on local/1\n)")))
      << run.out;
  EXPECT_TRUE(std::regex_search(run.out, std::regex(R"(\d\d:\d\d:\d\d B succeeded \d\.\ds\n)")))
      << run.out;
  EXPECT_NE(run.out.find("r1 demo succeeded: 2 succeeded of 2 tickets"), std::string::npos)
      << run.out;
  EXPECT_EQ(processes_with(project.folder().path()), "");
}

TEST(EmbeddedRun, EndsWithSevenAndShowsWhyATicketFailed) {
  Project project;
  project.plan(
      {"{id: A, run: 'echo first; echo last words; exit 3', retry: {max: 1, backoff: 10ms}}",
       "{id: B, run: 'true', needs: [A]}", "{id: C, run: 'true'}"});
  const Finished run = project.headway({"run", "plan.yaml", "--local", "2"});
  EXPECT_EQ(run.exit_code, 7) << run.out << run.err;
  EXPECT_NE(run.out.find("A failed: exit 3 (attempt 1 of 2, again in"), std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("A failed: exit 3 (attempt 2 of 2)"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("    | last words\n"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("headway logs A --run r1"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("1 succeeded, 1 failed, 1 aborted of 3 tickets"), std::string::npos)
      << run.out;
}

TEST(EmbeddedRun, KeepsTheOutputOfItsLastTicketToTheEnd) {
  for (int i = 0; i < 5; ++i) {
    Project project;
    project.plan({"{id: A, run: 'seq 1 100000; exit 3'}"});
    EXPECT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 7);
    const std::string output = project.headway({"logs", "A"}).out;
    EXPECT_TRUE(output.ends_with("\n99999\n100000\n")) << output.size() << " bytes";
  }
}

TEST(EmbeddedRun, CanBeReadAfterItsEnd) {
  Project project;
  project.plan({"{id: A, run: echo output of A}", "{id: B, run: 'exit 4', needs: [A]}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 7);
  EXPECT_EQ(project.headway({"logs", "A"}).out, "output of A\n");
  const nlohmann::json status = project.status();
  EXPECT_EQ(status["schema_version"], 1);
  EXPECT_EQ(status["run"]["state"], "failed");
  EXPECT_EQ(status["metrics"]["completed_tickets"], 1);
  EXPECT_EQ(status["tickets"][1]["exit_code"], 4);
  EXPECT_EQ(project.headway({"runs", "--format", "plain"}).out.substr(0, 10), "r1\tfailed\t");
  const Finished events = project.headway({"events", "--format", "jsonl"});
  EXPECT_NE(events.out.find("\"kind\":\"run ended\""), std::string::npos) << events.out;
  const Finished explain = project.headway({"explain", "B"});
  EXPECT_EQ(explain.exit_code, 0) << explain.err;
  EXPECT_TRUE(explain.out.starts_with("B is failed\n")) << explain.out;
  EXPECT_EQ(project.headway({"agents"}).exit_code, 0);
  EXPECT_EQ(project.headway({"pause"}).exit_code, 5) << "control needs a coordinator that is alive";
  EXPECT_EQ(project.headway({"logs", "nobody"}).exit_code, 1);
  EXPECT_EQ(project.headway({"resume"}).exit_code, 1) << "there is nothing to resume";
}

TEST(EmbeddedRun, StopsWithItsStatePreservedOnCtrlCAndGoesOnWithResume) {
  Project project;
  project.plan({"{id: A, run: 'test -e go || exec sleep 60'}", "{id: B, run: 'true', needs: [A]}"});
  Process run = project.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  run.send_signal(SIGINT);
  const Finished stopped = run.wait();
  EXPECT_EQ(stopped.exit_code, 8) << stopped.out << stopped.err;
  EXPECT_EQ(project.status()["run"]["state"], "stopped");
  EXPECT_EQ(processes_with(project.folder().path()), "");
  project.write("go", "");
  const Finished resumed = project.headway({"resume", "--validate-state"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_NE(resumed.err.find("2 agents"), std::string::npos)
      << "as many as the run had: " << resumed.err;
}

TEST(EmbeddedRun, EndsWithItsCommandEvenByKillAndGoesOnWithResume) {
  Project project;
  project.plan({"{id: D, run: 'true'}", "{id: A, run: 'test -e go || exec sleep 60', needs: [D]}"});
  {
    Process run = project.start({"run", "plan.yaml", "--local", "1"});
    ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
    run.send_signal(SIGKILL);
    run.wait();
  }
  EXPECT_TRUE(wait_until([&] { return processes_with(project.folder().path()).empty(); }));
  const Finished left = project.headway({"runs", "--format", "json"});
  EXPECT_NE(left.err.find("headway resume r1"), std::string::npos) << left.err;
  EXPECT_EQ(nlohmann::json::parse(left.out)["runs"][0]["tickets"]["succeeded"], 1) << left.out;
  EXPECT_NE(project.headway({"status"}).err.find("no coordinator is alive"), std::string::npos);
  project.write("go", "");
  const Finished resumed = project.headway({"resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
}

TEST(EmbeddedRun, ThatWasKilledHasNoOutputToWaitFor) {
  Project project;
  project.plan({"{id: A, run: 'echo words of A; exec sleep 60'}"});
  {
    Process run = project.start({"run", "plan.yaml", "--local", "1"});
    ASSERT_TRUE(wait_until([&] {
      return project.headway({"logs", "A"}).out == "words of A\n";
    })) << run.out()
        << run.err();
    run.send_signal(SIGKILL);
    run.wait();
  }
  ASSERT_TRUE(wait_until([&] { return processes_with(project.folder().path()).empty(); }));
  const Finished logs = project.headway({"logs", "A", "--follow"});
  EXPECT_EQ(logs.exit_code, 0) << logs.err;
  EXPECT_EQ(logs.out, "words of A\n");
  EXPECT_NE(logs.err.find("headway resume r1"), std::string::npos) << logs.err;
}

TEST(EmbeddedRun, NamesTheRunsThatItTakesUpAndSaysHowTheyEnded) {
  Project project;
  project.plan({"{id: A, run: 'test -e go || exec sleep 60; sleep 1; exit 3'}"});
  {
    Process run = project.start({"run", "plan.yaml", "--local", "1"});
    ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
    run.send_signal(SIGKILL);
    run.wait();
  }
  ASSERT_TRUE(wait_until([&] { return processes_with(project.folder().path()).empty(); }));
  project.write("go", "");
  project.plan({"{id: B, run: 'true'}"});
  const Finished run = project.headway({"run", "plan.yaml", "--local", "2"});
  EXPECT_EQ(run.exit_code, 0) << "that of its own run: " << run.out << run.err;
  EXPECT_NE(run.err.find("waiting for their end: r1 demo\n"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("r1 demo failed: 1 failed of 1 ticket\n"), std::string::npos) << run.err;
}

TEST(EmbeddedRun, TellsOfARunThatItTookUpAndThatEndedBeforeItsOwn) {
  Project project;
  project.plan({"{id: A, run: 'test -e go || exec sleep 60; exit 3'}"});
  {
    Process run = project.start({"run", "plan.yaml", "--local", "1"});
    ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
    run.send_signal(SIGKILL);
    run.wait();
  }
  ASSERT_TRUE(wait_until([&] { return processes_with(project.folder().path()).empty(); }));
  project.write("go", "");
  project.plan({"{id: B, run: 'until test -e end; do sleep 0.05; done'}"});
  Process run = project.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(wait_until([&] {
    return project.headway({"status", "r1"}).out.find("r1 demo  failed") == 0;
  }));
  project.write("end", "");
  const Finished own = run.wait();
  EXPECT_EQ(own.exit_code, 0) << own.out << own.err;
  EXPECT_NE(own.err.find("goes on as well: r1 demo\n"), std::string::npos) << own.err;
  EXPECT_EQ(own.err.find("waiting for their end"), std::string::npos) << own.err;
  EXPECT_NE(own.err.find("r1 demo failed: 1 failed of 1 ticket\n"), std::string::npos) << own.err;
}

TEST(EmbeddedRun, ASecondOneInTheFolderJoinsItsCoordinator) {
  Project project;
  project.plan({"{id: A, run: 'until test -e go; do sleep 0.05; done'}"});
  Process first = project.start({"run", "plan.yaml", "--local", "2"});
  ASSERT_TRUE(first.wait_for("A running on")) << first.out() << first.err();
  Process second = project.start({"run", "plan.yaml"});
  ASSERT_TRUE(second.wait_for("A running on")) << second.out() << second.err();
  EXPECT_EQ(second.err().find("embedded"), std::string::npos);
  EXPECT_EQ(project.headway({"status"}).exit_code, 2) << "which of the two?";
  project.write("go", "");
  EXPECT_EQ(first.wait().exit_code, 0);
  EXPECT_EQ(second.wait().exit_code, 0);
}

TEST(EmbeddedRun, ThatJoinedAnotherGoesOnWithAsManyAgentsAsItHadThere) {
  Project project;
  project.plan({"{id: A, run: 'test -e go || exec sleep 60'}"});
  {
    Process first = project.start({"run", "plan.yaml", "--local", "3"});
    ASSERT_TRUE(first.wait_for("A running on")) << first.out() << first.err();
    const Finished second = project.headway({"run", "plan.yaml", "--detach"});
    ASSERT_EQ(second.exit_code, 0) << second.err;
    first.send_signal(SIGKILL);
    first.wait();
  }
  ASSERT_TRUE(wait_until([&] { return processes_with(project.folder().path()).empty(); }));
  project.write("go", "");
  const Finished unclear = project.headway({"resume"});
  EXPECT_EQ(unclear.exit_code, 2) << unclear.out << unclear.err;
  const Finished resumed = project.headway({"resume", "r2"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.err;
  EXPECT_NE(resumed.err.find("3 agents"), std::string::npos) << resumed.err;
}

TEST(EmbeddedRun, ThatOnlyWaitsForAReviewIsAtRestWhenPaused) {
  Project project;
  project.plan({"{id: A, run: 'true', gates: [{name: ok, approval: human}]}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(wait_until([&] { return project.state_of("A") == "review"; }));
  const Finished paused = project.headway({"pause", "--wait-for-completion", "--timeout", "20s"});
  EXPECT_EQ(paused.exit_code, 0) << paused.err;
  EXPECT_EQ(paused.out.find("run on to"), std::string::npos) << paused.out;
  EXPECT_EQ(project.headway({"stop", "--yes"}).exit_code, 0);
  run.wait();
}

TEST(EmbeddedRun, CanBePausedResumedAndStoppedFromElsewhere) {
  Project project;
  project.plan({"{id: A, run: 'until test -e go; do sleep 0.05; done'}",
                "{id: B, run: 'exec sleep 60', needs: [A]}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(run.wait_for("A running on")) << run.out() << run.err();
  EXPECT_EQ(project.headway({"pause"}).exit_code, 0);
  EXPECT_EQ(project.headway({"pause", "--wait-for-completion", "--timeout", "200ms"}).exit_code, 6);
  project.write("go", "");
  EXPECT_EQ(project.headway({"pause", "--wait-for-completion"}).exit_code, 0);
  EXPECT_EQ(project.state_of("B"), "ready");
  const Finished resumed = project.headway({"resume", "--validate-state"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  ASSERT_TRUE(run.wait_for("B running on")) << run.out() << run.err();
  EXPECT_EQ(project.headway({"stop", "--force", "--preserve-state"}).exit_code, 0);
  EXPECT_EQ(run.wait().exit_code, 8);
}

TEST(EmbeddedRun, ValidatesBeforeItStartsAnything) {
  Project project;
  project.plan({"{id: A, run: 'touch started'}", "{id: B, command: [no-such-program]}",
                "{id: C, run: 'true', dir: none}", "{id: D, run: 'true', agent: {labels: [gpu]}}"});
  const Finished run = project.headway({"run", "plan.yaml", "--validate", "--local", "1"});
  EXPECT_EQ(run.exit_code, 3) << run.out << run.err;
  for (const char* piece : {"`B`", "`C`", "`D`"})
    EXPECT_NE(run.err.find(piece), std::string::npos) << run.err;
  EXPECT_EQ(run_process({"/usr/bin/test", "-e", project.folder() / "started"}).exit_code, 1);
}

TEST(EmbeddedRun, WorksInAFolderWithALongPath) {
  Project project;
  const std::string deep = std::string(60, 'd') + "/" + std::string(60, 'e');
  project.write(deep + "/plan.yaml", "version: 1\ntickets: [{id: A, run: 'true'}]\n");
  const Finished run = run_process({program("headway"), "run", "plan.yaml", "--local", "1"},
                                   {.folder = project.folder() / deep, .env = {}, .input = {}});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
}

TEST(EmbeddedRun, FollowsTheOutputOfSeveralTickets) {
  Project project;
  project.plan({"{id: A, run: 'echo one; until test -e go; do sleep 0.05; done; echo two'}",
                "{id: B, run: 'echo three; until test -e go; do sleep 0.05; done'}"});
  Process run = project.start({"run", "plan.yaml", "--local", "2", "-q"});
  ASSERT_TRUE(wait_until([&] { return project.state_of("B") == "running"; })) << run.err();
  Process logs = project.start({"logs", "A", "B", "--follow"});
  ASSERT_TRUE(logs.wait_for("A | one\n")) << logs.out() << logs.err();
  ASSERT_TRUE(logs.wait_for("B | three\n")) << logs.out() << logs.err();
  project.write("go", "");
  const Finished followed = logs.wait();
  EXPECT_EQ(followed.exit_code, 0) << followed.err;
  EXPECT_NE(followed.out.find("A | two\n"), std::string::npos) << followed.out;
  EXPECT_EQ(run.wait().exit_code, 0);
  EXPECT_EQ(run.out(), "") << "quiet";
}

}  // namespace
}  // namespace headway::test
