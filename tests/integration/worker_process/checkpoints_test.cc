#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check_orders.h"
#include "slots.h"

namespace headway::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Checkpoints : public Slots {
 protected:
  void SetUp() override {
    Slots::SetUp();
    ASSERT_EQ(::mkfifo((root_ + "/never").c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo((root_ + "/go").c_str(), 0600), 0);
    folder_.write("root/lingers", "sleep 1000\n");
  }
  static std::string names(const Story& story) {
    std::string text;
    for (const SlotCheckpoint& each : story.checkpoints) {
      if (!text.empty()) text += ", ";
      text += each.name + " " + std::string(to_text(each.outcome));
    }
    return text;
  }
};
HW_BOTH_CONTAINMENTS(Checkpoints);

TEST_P(Checkpoints, AreCheckedBesideTheCommand) {
  // The command ends when the check has said that it ran.
  StartSlot start = line(
      "echo '60% a' >> $HEADWAY_PROGRESS; cat go; echo '90% b' >> "
      "$HEADWAY_PROGRESS; echo done");
  start.spec.checkpoints = {checkpoint("half", "echo $HEADWAY_CHECK; echo checked > go")};
  start.spec.checkpoints[0].share = 0.5;
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.end().detail;
  EXPECT_EQ(names(story), "half succeeded") << "once, though both shares are beyond it";
  EXPECT_GT(story.checkpoints[0].elapsed, Duration{});
  // Two write at the same time: only what one of them writes keeps its order.
  EXPECT_TRUE(story.output().starts_with("[headway] checkpoint 'half'\n"));
  EXPECT_THAT(story.output(), ::testing::HasSubstr("half\n"));
  EXPECT_THAT(story.output(), ::testing::ContainsRegex("checked\n(half\n)?done\n"));
}

TEST_P(Checkpoints, AreReachedByTimeAndByName) {
  StartSlot start = line(
      "echo 'checkpoint named' >> $HEADWAY_PROGRESS; "
      "echo 'checkpoint own' >> $HEADWAY_PROGRESS; cat go");
  start.spec.checkpoints = {checkpoint("timed", "echo > go"), checkpoint("named", "true"),
                            checkpoint("silent", "")};
  start.spec.checkpoints[0].after = milliseconds{300};
  start.spec.checkpoints[2].after = milliseconds{1};
  start.spec.checkpoints[2].words = {};
  const Story story = run(start);
  EXPECT_EQ(story.checkpoints.size(), 4U) << names(story);
  EXPECT_THAT(names(story), ::testing::HasSubstr("own succeeded")) << "it is not declared";
  EXPECT_THAT(names(story), ::testing::HasSubstr("silent succeeded")) << "nothing is checked";
  EXPECT_THAT(names(story), ::testing::HasSubstr("named succeeded"));
  EXPECT_EQ(story.checkpoints.back().name, "timed");
}

TEST_P(Checkpoints, ThatFailAreTold) {
  StartSlot start = line("echo 'checkpoint compiles' >> $HEADWAY_PROGRESS; cat go");
  start.spec.checkpoints = {checkpoint("compiles", "echo > go; exit 2")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << "the command goes on";
  EXPECT_EQ(names(story), "compiles exit");
  EXPECT_EQ(story.checkpoints[0].exit_code, 2);
  EXPECT_EQ(story.checkpoints[0].detail, "ended with code 2");
}

TEST_P(Checkpoints, StopTheAttemptWhereThatIsAskedFor) {
  StartSlot start = line(
      "trap 'echo bye; exit 0' TERM; echo '50%' >> $HEADWAY_PROGRESS; "
      "read wait < never & wait");
  start.spec.checkpoints = {checkpoint("compiles", "exit 2"), checkpoint("later", "true")};
  start.spec.checkpoints[0].share = 0.5;
  start.spec.checkpoints[0].stop = true;
  start.spec.checkpoints[1].share = 0.5;
  start.spec.gates = {check("never", "touch ran")};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail, "checkpoint 'compiles' failed: exit 2");
  EXPECT_TRUE(story.output().ends_with("bye\n")) << "it had its grace: " << story.output();
  EXPECT_EQ(names(story), "compiles exit");
  EXPECT_FALSE(std::filesystem::exists(root_ + "/ran"));
}

TEST_P(Checkpoints, AreAwaitedWhenTheCommandHasEnded) {
  StartSlot start = line(
      "setsid sh $PWD/lingers & echo 'checkpoint last' >> $HEADWAY_PROGRESS; cat go; "
      "printf 'checkpoint unfinished line' >> $HEADWAY_PROGRESS; exit 3");
  // The first check lets the command end, and waits until nothing of it is left.
  start.spec.checkpoints = {
      checkpoint("last", "echo > go; while pgrep -f $PWD/[l]ingers; do sleep 0.01; done"),
      checkpoint("unfinished line", "exit 1")};
  start.spec.checkpoints[1].stop = true;
  const Story story = run(start);
  EXPECT_EQ(names(story), "last succeeded, unfinished line exit");
  EXPECT_EQ(story.end().outcome, Outcome::kExit) << "its own end came first";
  EXPECT_EQ(story.end().exit_code, 3);
  EXPECT_THAT(story.end().detail, ::testing::HasSubstr("ended with code 3; it left processes"));
  EXPECT_THAT(story.end().detail, ::testing::HasSubstr("checkpoint 'unfinished line' failed"));
}

TEST_P(Checkpoints, OfACommandThatEndedWellStillStopTheAttempt) {
  StartSlot start = line("echo '100%' >> $HEADWAY_PROGRESS");
  start.spec.checkpoints = {checkpoint("end", "exit 9")};
  start.spec.checkpoints[0].share = 1.0;
  start.spec.checkpoints[0].stop = true;
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail, "checkpoint 'end' failed: exit 9");
}

TEST_P(Checkpoints, ThatHangEndByTheirTimeoutAndTheCommandGoesOn) {
  StartSlot start = line("echo 'checkpoint slow' >> $HEADWAY_PROGRESS; cat go; echo end");
  start.spec.kill_grace = milliseconds{50};
  start.spec.checkpoints = {checkpoint("slow",
                                       "(trap '' TERM; read wait < never) & "
                                       "trap '' TERM; read wait < never; true"),
                            checkpoint("next", "echo > go")};
  start.spec.checkpoints[0].timeout = milliseconds{200};
  start.spec.checkpoints[1].after = milliseconds{1};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.end().detail;
  EXPECT_THAT(story.output(), ::testing::HasSubstr("end\n"));
  EXPECT_THAT(names(story), ::testing::HasSubstr("slow timeout"));
  EXPECT_THAT(names(story), ::testing::HasSubstr("next succeeded"));
}

TEST_P(Checkpoints, EndWithTheirAttemptUntold) {
  StartSlot start = line("echo 'checkpoint waits' >> $HEADWAY_PROGRESS; read wait < never");
  start.spec.checkpoints = {checkpoint("waits", "echo ready; read wait < never")};
  send(start);
  wait_until(start.token,
             [](const Story& its) { return its.output().find("ready") != std::string::npos; });
  send(StopSlot{start.slot, start.token, Duration{}, Outcome::kCancelled});
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kCancelled);
  EXPECT_EQ(names(story), "");
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST_P(Checkpoints, HaveNamesThatCanBePrinted) {
  const Story story = run(line("printf 'checkpoint a\\033[2Jb\\n' >> $HEADWAY_PROGRESS"));
  EXPECT_EQ(names(story), "a\\x1b[2Jb succeeded");
}

TEST_P(Checkpoints, BeyondAThousandAreLeftOutButForTheLast) {
  const Story story =
      run(line("i=0; while [ $i -lt 1500 ]; do i=$((i + 1)); echo checkpoint $i; done >> "
               "$HEADWAY_PROGRESS"));
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded);
  ASSERT_EQ(story.checkpoints.size(), 1001U);
  EXPECT_EQ(story.checkpoints[999].name, "1000");
  EXPECT_EQ(story.checkpoints[999].left_out, 0U);
  EXPECT_EQ(story.checkpoints[1000].name, "1500") << "a retry begins from it";
  EXPECT_EQ(story.checkpoints[1000].left_out, 499U);
  EXPECT_EQ(run(line("echo checkpoint one >> $HEADWAY_PROGRESS")).checkpoints.size(), 1U)
      << "the next attempt has its own";
}

TEST_P(Checkpoints, ThatCannotBeCheckedSayWhy) {
  StartSlot start = line("echo 'checkpoint odd' >> $HEADWAY_PROGRESS");
  start.spec.checkpoints = {checkpoint("odd", "")};
  start.spec.checkpoints[0].words = {"./none"};
  const Story story = run(start);
  EXPECT_EQ(names(story), "odd could not start");
  EXPECT_EQ(story.checkpoints.at(0).detail, "the program ./none does not exist on this worker");
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded);
}

}  // namespace
}  // namespace headway::worker
