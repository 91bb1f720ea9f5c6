#include "worker/process/check_text.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

const Ending kExit2{Outcome::kExit, 2, 0, "ended with code 2"};

TEST(CheckText, NamesWhatFailedAndHow) {
  EXPECT_EQ(check_failure(CheckKind::kRequirement, "clean tree", 1, kExit2),
            "requirement 'clean tree' failed: exit 2");
  EXPECT_EQ(check_failure(CheckKind::kGate, "unit tests", 2, kExit2),
            "gate 'unit tests' failed 2 of 2 tries: exit 2");
  EXPECT_EQ(check_failure(CheckKind::kCheckpoint, "compiles", 1,
                          {Outcome::kSignal, 0, 11, "ended by signal 11 (SIGSEGV)"}),
            "checkpoint 'compiles' failed: signal 11");
  EXPECT_EQ(check_failure(CheckKind::kGate, "slow", 1,
                          {Outcome::kTimeout, 0, 15, "ran longer than its timeout of 1s"}),
            "gate 'slow' failed: ran longer than its timeout of 1s");
}

TEST(CheckText, SaysWhoseOutputFollows) {
  EXPECT_EQ(requirement_or_gate_line(CheckKind::kGate, 1, "unit tests", 1, 2),
            "[headway] gate 1 'unit tests', try 1 of 2\n");
  EXPECT_EQ(requirement_or_gate_line(CheckKind::kRequirement, 3, "clean", 1, 1),
            "[headway] requirement 3 'clean'\n");
  EXPECT_EQ(checkpoint_line("a\nb"), "[headway] checkpoint 'a\\nb'\n") << "one line, whatever";
}

}  // namespace
}  // namespace headway::worker
