#include <csignal>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/system/clock.h"
#include "slots.h"

namespace headway::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class EndOfAnAttempt : public Slots {
 protected:
  void SetUp() override {
    Slots::SetUp();
    ASSERT_EQ(::mkfifo((root_ + "/never").c_str(), 0600), 0);
  }
  /// Starts it and waits until it has written `ready`.
  void start_until_ready(const StartSlot& start) {
    send(start);
    wait_until(start.token, [](const Story& its) {
      return its.output().find("ready") != std::string::npos || !its.ended.empty();
    });
  }
  static bool lasted_at_least(const Story& story, Duration time) {
    return story.end().usage.elapsed >= time;
  }
};
HW_BOTH_CONTAINMENTS(EndOfAnAttempt);

/// A daemon as they are made: two forks and a session of its own.
constexpr const char* kDaemon = "(setsid sh -c '(sleep 1000 & sleep 1000) & exit' &) ; echo ready";

TEST_P(EndOfAnAttempt, IsTheEndOfItsDaemons) {
  const Story story = run(line(kDaemon));
  EXPECT_EQ(alive(), std::vector<pid_t>{}) << "SlotEnded is the proof";
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded);
  EXPECT_EQ(story.end().detail, "it left processes behind, which were killed");
}

TEST_P(EndOfAnAttempt, DoesNotWaitForAChildThatHoldsTheOutputOpen) {
  const Story story = run(line("sleep 1000 & echo done"));
  EXPECT_EQ(alive(), std::vector<pid_t>{});
  EXPECT_EQ(story.output(), "done\n");
  EXPECT_LT(story.end().usage.elapsed, seconds{10});
}

TEST_P(EndOfAnAttempt, ComesWithItsTimeout) {
  StartSlot start = line("trap 'echo bye; exit 0' TERM; echo ready; read wait < never & wait");
  start.spec.timeout = milliseconds{200};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kTimeout) << "though it ended well when it was told to";
  EXPECT_EQ(story.end().detail, "ran longer than its timeout of 200ms");
  EXPECT_EQ(story.output(), "ready\nbye\n");
  EXPECT_TRUE(lasted_at_least(story, milliseconds{200}));
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST_P(EndOfAnAttempt, ComesByForceAfterTheGrace) {
  StartSlot start = line("trap '' TERM; echo ready; read wait < never");
  start_until_ready(start);
  const Instant told = read_clocks().steady;
  send(StopSlot{start.slot, start.token, milliseconds{200}, Outcome::kTakenBack});
  const Story story = end_of(start.token);
  EXPECT_GE(read_clocks().steady - told, milliseconds{200});
  EXPECT_EQ(story.end().outcome, Outcome::kTakenBack);
  EXPECT_EQ(story.end().signal, SIGKILL);
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST_P(EndOfAnAttempt, ReachesTheWholeTreeWhenItIsStopped) {
  StartSlot start = line(std::string(kDaemon) + "; read wait < never");
  start_until_ready(start);
  send(StopSlot{start.slot, start.token, seconds{20}, Outcome::kCancelled});
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kCancelled);
  EXPECT_LT(story.end().usage.elapsed, seconds{15}) << "SIGTERM was enough";
  EXPECT_EQ(alive(), std::vector<pid_t>{});
}

TEST_P(EndOfAnAttempt, IsAtOnceWithoutGrace) {
  StartSlot start = line("trap 'echo never seen' TERM; echo ready; read wait < never & wait; wait");
  start_until_ready(start);
  send(StopSlot{start.slot, start.token, Duration::zero(), Outcome::kCancelled});
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kCancelled);
  EXPECT_EQ(story.output(), "ready\n");
}

TEST_P(EndOfAnAttempt, CanBeHastened) {
  StartSlot start = line("trap '' TERM; echo ready; read wait < never");
  start_until_ready(start);
  send(StopSlot{start.slot, start.token, std::chrono::hours{1}, Outcome::kTakenBack});
  send(StopSlot{start.slot, start.token, Duration::zero(), Outcome::kCancelled});
  EXPECT_EQ(end_of(start.token).end().outcome, Outcome::kCancelled);
}

TEST_P(EndOfAnAttempt, IsItsOwnWhenTheStopComesTooLate) {
  const StartSlot start = line("exit 0");
  ASSERT_EQ(run(start).end().outcome, Outcome::kSucceeded);
  send(StopSlot{start.slot, start.token, Duration::zero(), Outcome::kCancelled});
  const Story next = run(line("echo next"));
  EXPECT_EQ(next.end().outcome, Outcome::kSucceeded) << "an old token stops nothing";
  EXPECT_EQ(story(start.token).ended.size(), 1U);
}

TEST_P(EndOfAnAttempt, ComesWithTheLeaseThoughTheWorkerDoesNothing) {
  StartSlot start = line("trap '' TERM; " + std::string(kDaemon) + "; yes");
  start.lease_ends = read_clocks().steady + milliseconds{500};
  start_until_ready(start);
  // The worker neither reads nor writes from here on; the flood has filled its channel.
  EXPECT_TRUE(all_gone());
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kWorkerLost);
  EXPECT_EQ(story.end().detail, "killed: the worker's lease on it ran out");
}

TEST_P(EndOfAnAttempt, IsPutOffByARenewedLease) {
  StartSlot start = line("echo ready; read wait < never");
  start.lease_ends = read_clocks().steady + seconds{2};
  start_until_ready(start);
  const Instant later = *start.lease_ends + milliseconds{300};
  send(ExtendLease{start.slot, start.token, later});
  const Story story = end_of(start.token);
  EXPECT_EQ(story.end().outcome, Outcome::kWorkerLost);
  EXPECT_GE(read_clocks().steady, later);
}

TEST_P(EndOfAnAttempt, NeedsNoLease) {
  StartSlot start = line("echo free");
  start.lease_ends.reset();
  EXPECT_EQ(run(start).output(), "free\n");
}

TEST_P(EndOfAnAttempt, CountsTheWholeTreesUsage) {
  const Story story = run(line("(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done) & wait"));
  EXPECT_GT(story.end().usage.cpu, milliseconds{20});
}

}  // namespace
}  // namespace headway::worker
