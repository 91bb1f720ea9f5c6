#include <fstream>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/system/clock.h"
#include "slots.h"
#include "tests/support/scale/scale.h"

namespace headway::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class OutputOfAnAttempt : public Slots {
 protected:
  /// Resident memory of the supervisor of slot 1, in bytes.
  [[nodiscard]] std::uint64_t supervisor_memory() const {
    std::ifstream statm("/proc/" + std::to_string(supervisors_->processes()[0]) + "/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    statm >> size >> resident;
    return resident * 4096;
  }
};
HW_BOTH_CONTAINMENTS(OutputOfAnAttempt);

TEST_P(OutputOfAnAttempt, ReachesTheWorkerWhileItRuns) {
  ASSERT_EQ(::mkfifo((root_ + "/never").c_str(), 0600), 0);
  const StartSlot start = line("echo one; sleep 0.01; printf two; read wait < never");
  send(start);
  wait_until(start.token, [](const Story& its) { return its.output() == "one\ntwo"; });
}

TEST_P(OutputOfAnAttempt, KeepsEveryByte) {
  folder_.write("root/bytes", std::string("\0\xff\n\r\x1b[31m\xc3", 10));
  EXPECT_EQ(run(line("cat bytes bytes")).output(),
            std::string("\0\xff\n\r\x1b[31m\xc3\0\xff\n\r\x1b[31m\xc3", 20));
  const Story silent = run(line("exit 0"));
  EXPECT_TRUE(silent.outputs.empty());
  EXPECT_EQ(silent.end().output_size, 0U);
}

TEST_P(OutputOfAnAttempt, KeepsHeadAndTailOfAFlood) {
  StartSlot start = line("seq 1 3000000; printf end");
  start.spec.output_head = 100'000;
  start.spec.output_tail = 50'000;
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded);
  EXPECT_EQ(story.end().output_size, 22'888'899U);
  const std::string text = story.output();
  EXPECT_EQ(text.size(), 150'000U);
  EXPECT_TRUE(text.starts_with("1\n2\n3\n"));
  EXPECT_TRUE(text.ends_with("2999999\n3000000\nend"));
  std::uint64_t at = 0;
  bool left_out = false;
  for (const SlotOutput& output : story.outputs) {
    EXPECT_LE(output.bytes.data.size(), 64U << 10U);
    if (output.offset != at) {
      EXPECT_FALSE(left_out) << "one gap only";
      EXPECT_EQ(at, 100'000U);
      EXPECT_EQ(output.offset, 22'888'899U - 50'000);
      left_out = true;
    }
    at = output.offset + output.bytes.data.size();
  }
  EXPECT_EQ(at, story.end().output_size);
}

TEST_P(OutputOfAnAttempt, TakesBoundedMemoryWhileTheWorkerReadsNothing) {
  StartSlot start = line("echo go; yes");
  start.spec.output_head = 1U << 30U;
  send(start);
  wait_until(start.token, [](const Story& its) { return !its.outputs.empty(); });
  // Nothing is read from here on; `yes` could write gigabytes in this time.
  const Instant until = read_clocks().steady + milliseconds{500};
  std::uint64_t most = 0;
  while (read_clocks().steady < until) {
    most = std::max(most, supervisor_memory());
    ::poll(nullptr, 0, 10);
  }
  // The address sanitizer's own memory comes to more than that.
  if (!kAddressSanitizer) {
    EXPECT_LT(most, 32U << 20U);
  }
  EXPECT_GT(most, 0U);
  send(StopSlot{start.slot, start.token, Duration::zero(), Outcome::kCancelled});
  EXPECT_EQ(end_of(start.token).end().outcome, Outcome::kCancelled);
}

TEST_P(OutputOfAnAttempt, MayEndWithALargeTailForASlowWorker) {
  StartSlot start = line("head -c 9000000 /dev/zero");
  start.spec.output_head = 0;
  start.spec.output_tail = 8'000'000;
  send(start);
  EXPECT_TRUE(all_gone());
  const Story story = end_of(start.token);
  EXPECT_EQ(story.output().size(), 8'000'000U);
  EXPECT_EQ(story.end().output_size, 9'000'000U);
}

}  // namespace
}  // namespace headway::worker
