#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check_orders.h"
#include "common/system/clock.h"
#include "slots.h"

namespace headway::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Requirements and gates of an attempt.
class Checks : public Slots {
 protected:
  void SetUp() override {
    Slots::SetUp();
    ASSERT_EQ(::mkfifo((root_ + "/never").c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo((root_ + "/go").c_str(), 0600), 0);
    folder_.write("root/lingers", "sleep 1000\n");
  }
  /// Of this test; a subreaper's slot sees the whole machine.
  static constexpr const char* kNothingLingers = "! pgrep -f $PWD/[l]ingers";
};
HW_BOTH_CONTAINMENTS(Checks);

TEST_P(Checks, RunBeforeAndAfterTheCommandWithTheirOutputBetween) {
  StartSlot start = line("echo work");
  start.spec.require = {check("clean tree", "echo $HEADWAY_CHECK [$HEADWAY_PROGRESS]")};
  start.spec.gates = {check("unit tests", "printf fine"), check("lint", "echo $HEADWAY_CHECK")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.end().detail;
  EXPECT_EQ(story.output(),
            "[headway] requirement 1 'clean tree'\nclean tree []\n"
            "[headway] command\nwork\n"
            "[headway] gate 1 'unit tests'\nfine\n"
            "[headway] gate 2 'lint'\nlint\n");
  EXPECT_EQ(story.end().output_size, story.output().size());
  EXPECT_EQ(steps_in(story), "requirement 1, command 0, gate 1, gate 2");
  EXPECT_EQ(checks_in(story),
            "requirement 1 try 1 succeeded, gate 1 try 1 succeeded, gate 2 try 1 succeeded");
  EXPECT_EQ(story.started.size(), 1U) << "started is said once";
  EXPECT_GT(story.end().checks[0].elapsed, Duration{});
}

TEST_P(Checks, ThatFailBeforeTheCommandKeepItFromStarting) {
  StartSlot start = line("touch ran");
  start.spec.require = {check("good", "true"), check("clean tree", "exit 1"), check("x", "true")};
  start.spec.gates = {check("never", "touch ran")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kRequirement);
  EXPECT_EQ(story.end().detail, "requirement 'clean tree' failed: exit 1");
  EXPECT_EQ(checks_in(story), "requirement 1 try 1 succeeded, requirement 2 try 1 exit 1");
  EXPECT_FALSE(std::filesystem::exists(root_ + "/ran"));
  EXPECT_EQ(story.started.size(), 1U) << "the attempt has started";
}

TEST_P(Checks, ThatFailAfterItAreItsCause) {
  StartSlot start = line("true");
  start.spec.gates = {check("good", "true"), check("unit tests", "exit 2"), check("x", "true")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail, "gate 'unit tests' failed: exit 2");
  EXPECT_EQ(story.end().exit_code, 0) << "it is the command's";
  EXPECT_EQ(checks_in(story), "gate 1 try 1 succeeded, gate 2 try 1 exit 2");
}

TEST_P(Checks, DoNotFollowACommandThatFailed) {
  StartSlot start = line("exit 3");
  start.spec.gates = {check("never", "touch ran")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kExit);
  EXPECT_EQ(story.end().exit_code, 3);
  EXPECT_TRUE(story.end().checks.empty());
  EXPECT_TRUE(story.steps.empty());
}

TEST_P(Checks, AreTriedAgainAfterAPause) {
  StartSlot start = line("true");
  start.spec.gates = {check("flaky", "echo x >> tries; test $(wc -l < tries) -ge 3")};
  start.spec.gates[0].tries = 4;
  start.spec.gates[0].backoff = milliseconds{50};
  const Story passed = run(start);
  EXPECT_EQ(passed.end().outcome, Outcome::kSucceeded) << passed.end().detail;
  EXPECT_EQ(checks_in(passed), "gate 1 try 1 exit 1, gate 1 try 2 exit 1, gate 1 try 3 succeeded");
  EXPECT_GE(passed.end().usage.elapsed, milliseconds{150}) << "50 ms, then 100 ms";
  EXPECT_EQ(steps_in(passed), "gate 1") << "told once";
  EXPECT_THAT(passed.output(), ::testing::HasSubstr("[headway] gate 1 'flaky', try 2 of 4\n"));

  start = line("true");
  start.spec.gates = {check("unit tests", "exit 2")};
  start.spec.gates[0].tries = 2;
  EXPECT_EQ(run(start).end().detail, "gate 'unit tests' failed 2 of 2 tries: exit 2");
}

TEST_P(Checks, SideBySideWaitForEachOther) {
  ASSERT_EQ(::mkfifo((root_ + "/meet").c_str(), 0600), 0);
  StartSlot start = line("true");
  // Each blocks until the other one has opened its end.
  start.spec.gates = {check("a", "echo hello > meet"), beside(check("b", "cat meet; exit 1")),
                      beside(check("c", "exit 7")), check("never", "true")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail, "gate 'b' failed: exit 1; gate 'c' failed: exit 7");
  EXPECT_EQ(story.end().checks.size(), 3U);
  EXPECT_THAT(story.output(), ::testing::HasSubstr("hello\n"));
}

TEST_P(Checks, ThatHangEndByTheirTimeout) {
  StartSlot start = line("true");
  start.spec.kill_grace = milliseconds{100};
  start.spec.gates = {check("slow", "trap '' TERM; echo ready; read wait < never"),
                      beside(check("fine", "sleep 0.5"))};
  start.spec.gates[0].timeout = milliseconds{200};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail, "gate 'slow' failed: ran longer than its timeout of 200ms");
  EXPECT_EQ(checks_in(story), "gate 1 try 1 timeout, gate 2 try 1 succeeded")
      << "the one beside it is left alone";
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST_P(Checks, HaveNoPartInTheCommandsTimeout) {
  StartSlot start = line("true");
  start.spec.timeout = milliseconds{300};
  start.spec.require = {check("slow", "sleep 0.4")};
  start.spec.gates = {check("slow", "sleep 0.4")};
  EXPECT_EQ(run(start).end().outcome, Outcome::kSucceeded);
}

TEST_P(Checks, ThatLeaveProcessesAreTold) {
  StartSlot start = line("true");
  start.spec.gates = {check("server", "setsid sh $PWD/lingers & exit 0"),
                      check("looks", kNothingLingers)};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.output();
  EXPECT_EQ(story.end().checks.at(0).detail, "it left processes behind, which were killed");
  EXPECT_EQ(story.end().detail, "gate 'server': it left processes behind, which were killed");
  EXPECT_EQ(alive(), std::vector<pid_t>{}) << "SlotEnded is the proof";
}

TEST_P(Checks, SeeNothingOfTheCommandAlive) {
  StartSlot start = line("(setsid sh -c 'sh $PWD/lingers & sh $PWD/lingers' &); echo made > made");
  start.spec.gates = {check("alone", std::string(kNothingLingers) + "; cat made")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.output();
  EXPECT_EQ(story.end().detail, "it left processes behind, which were killed");
}

TEST_P(Checks, BesideOthersLeaveNothingEither) {
  StartSlot start = line("true");
  // The second begins to look when the first one's is there, and goes on until it is gone.
  start.spec.gates = {check("server", "sh $PWD/lingers & echo > go; exit 0"),
                      beside(check("waits", "cat go; until " + std::string(kNothingLingers) +
                                                "; do sleep 0.01; done"))};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.output();
  EXPECT_EQ(story.end().detail, "gate 'server': it left processes behind, which were killed");
}

TEST_P(Checks, ThatCannotStartSayWhy) {
  StartSlot start = line("true");
  start.spec.gates = {check("missing", "")};
  start.spec.gates[0].words = {"no-such-program"};
  start.spec.env.emplace_back("PATH", "/bin");
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail,
            "gate 'missing' failed: the program no-such-program is not found on this worker; its "
            "PATH is /bin");
  EXPECT_EQ(checks_in(story), "gate 1 try 1 could not start");

  start = line("true");
  start.spec.require = {check("odd", "")};
  start.spec.require[0].words = {};
  EXPECT_EQ(run(start).end().detail,
            "requirement 'odd' failed: the command has no words: it names no program");
}

TEST_P(Checks, ThatAreKilledSayBySomeSignal) {
  StartSlot start = line("true");
  start.spec.gates = {check("dies", "kill -KILL $$")};
  const Story story = run(start);
  EXPECT_EQ(story.end().detail, "gate 'dies' failed: signal 9");
  EXPECT_EQ(story.end().checks[0].signal, 9);
}

TEST_P(Checks, ThatFloodAreBounded) {
  StartSlot start = line("echo work");
  start.spec.output_head = 1000;
  start.spec.output_tail = 1000;
  start.spec.gates = {check("loud", "seq 1 1000000; printf end; exit 1")};
  const Story story = run(start);
  EXPECT_EQ(story.output().size(), 2000U);
  EXPECT_TRUE(story.output().ends_with("1000000\nend"));
  EXPECT_EQ(story.end().detail, "gate 'loud' failed: exit 1");
}

TEST_P(Checks, ThatForkAndForkAreKilledToTheLast) {
  StartSlot start = line("true");
  folder_.write("root/bomb",
                "[ $1 -gt 0 ] || { sleep 1000; exit; }\n"
                "setsid sh bomb $(($1 - 1)) & sh bomb $(($1 - 1)) &\n");
  start.spec.gates = {check("bomb", "sh bomb 6; exit 4")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST_P(Checks, EndWithTheAttemptThatIsStopped) {
  StartSlot start = line("true");
  start.spec.gates = {check("waits",
                            "trap 'echo bye; exit 0' TERM; echo ready; "
                            "read wait < never & wait"),
                      check("never", "touch ran")};
  send(start);
  wait_until(start.token,
             [](const Story& its) { return its.output().find("ready") != std::string::npos; });
  send(StopSlot{start.slot, start.token, seconds{10}, Outcome::kTakenBack});
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kTakenBack);
  EXPECT_EQ(story.end().detail, "stopped; it was given 10s");
  EXPECT_TRUE(story.output().ends_with("ready\nbye\n")) << story.output();
  EXPECT_EQ(checks_in(story), "gate 1 try 1 taken back");
  EXPECT_FALSE(std::filesystem::exists(root_ + "/ran"));
}

TEST_P(Checks, SideBySideHaveTheirGraceEach) {
  StartSlot start = line("true");
  start.spec.gates = {check("quick", "trap 'exit 0' TERM; echo ready; read wait < never & wait"),
                      beside(check("slow",
                                   "trap 'sleep 0.3; echo late; exit 0' TERM; echo ready; "
                                   "read wait < never & wait"))};
  send(start);
  wait_until(start.token, [](const Story& its) {
    const std::string output = its.output();
    return output.find("ready") != output.rfind("ready");
  });
  send(StopSlot{start.slot, start.token, seconds{20}, Outcome::kCancelled});
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kCancelled);
  EXPECT_TRUE(story.output().ends_with("late\n")) << story.output();
}

TEST_P(Checks, BetweenTwoTriesEndAtOnce) {
  StartSlot start = line("true");
  start.spec.gates = {check("later", "echo tried; exit 1")};
  start.spec.gates[0].tries = 2;
  start.spec.gates[0].backoff = seconds{1000};
  send(start);
  wait_until(start.token,
             [](const Story& its) { return its.output().find("tried") != std::string::npos; });
  send(StopSlot{start.slot, start.token, seconds{1000}, Outcome::kCancelled});
  EXPECT_EQ(end_of(start.token).end().outcome, Outcome::kCancelled);
}

TEST_P(Checks, EndWithTheLease) {
  for (const bool before : {true, false}) {
    StartSlot start = line("true");
    std::vector<CheckOrder>& checks = before ? start.spec.require : start.spec.gates;
    checks.push_back(check("waits", "read wait < never"));
    start.lease_ends = steady_now() + milliseconds{300};
    const Story story = run(start);
    EXPECT_EQ(story.end().outcome, Outcome::kWorkerLost);
    EXPECT_EQ(story.end().detail, "killed: the worker's lease on it ran out");
    EXPECT_EQ(alive(), std::vector<pid_t>{});
  }
}

TEST_P(Checks, ShowNoSecrets) {
  start_supervisors(1, {{"KEY", "very-secret"}});
  StartSlot start = line("true");
  start.spec.secrets = {"KEY"};
  start.spec.gates = {check("shows very-secret", "printf $KEY; exit 1"),
                      beside(check("shows it too", "printf $KEY; sleep 0.1; printf $KEY"))};
  const Story story = run(start);
  EXPECT_EQ(story.output().find("very-secret"), std::string::npos) << story.output();
  EXPECT_EQ(story.end().detail, "gate 'shows ***' failed: exit 1");
}

TEST_P(Checks, KnowTheLastCheckpointAndWhatTheyAre) {
  StartSlot start = line("echo [$HEADWAY_CHECKPOINT] [$HEADWAY_CHECK]");
  start.spec.last_checkpoint = "half";
  start.spec.check = "whole tree";
  start.spec.gates = {check("g", "echo [$HEADWAY_CHECKPOINT] [$HEADWAY_CHECK] $HEADWAY_ID")};
  EXPECT_EQ(run(start).output(), "[half] [whole tree]\n[headway] gate 1 'g'\n[half] [g] T-1\n");
  StartSlot plain = line("echo [${HEADWAY_CHECKPOINT-unset}] [${HEADWAY_CHECK-unset}]");
  plain.spec.env.emplace_back("HEADWAY_CHECKPOINT", "forged");
  EXPECT_EQ(run(plain).output(), "[unset] [unset]\n");
}

TEST_P(Checks, LoseTheirSupervisorAsTheCommandDoes) {
  StartSlot start = line("true");
  start.spec.gates = {check("waits", "trap '' TERM; echo ready; read wait < never")};
  send(start);
  wait_until(start.token,
             [](const Story& its) { return its.output().find("ready") != std::string::npos; });
  ::kill(static_cast<pid_t>(supervisors_->processes()[0]), SIGKILL);
  EXPECT_EQ(end_of(start.token).lost.size(), 1U);
  EXPECT_EQ(alive(), std::vector<pid_t>{});
  EXPECT_EQ(run(line("echo next")).output(), "next\n");
}

}  // namespace
}  // namespace headway::worker
