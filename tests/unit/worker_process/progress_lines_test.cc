#include "worker/process/progress_lines.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using Items = std::vector<ProgressItem>;

TEST(ProgressLines, SayShareOrCheckpoint) {
  EXPECT_EQ(read_progress_line("60% compiling"), (Items{ShareDone{0.6, "compiling"}}));
  EXPECT_EQ(read_progress_line("  12.5%\r"), (Items{ShareDone{0.125, ""}}));
  EXPECT_EQ(read_progress_line("checkpoint half way"), (Items{NamedCheckpoint{"half way"}}));
}

TEST(ProgressLines, OfAnyOtherKindAreLeftOut) {
  for (const char* line : {"", "60", "0.6 x", "101%", "-1%", "nan%", "inf%", "1e1%", "checkpoint",
                           "checkpoint  ", "checkpoints a", "% 50"}) {
    EXPECT_EQ(read_progress_line(line), Items{}) << line;
  }
}

TEST(ProgressLines, ArePutTogetherFromPieces) {
  ProgressLines lines;
  EXPECT_EQ(lines.add("5"), Items{});
  EXPECT_EQ(lines.add("0% a\ncheckp"), (Items{ShareDone{0.5, "a"}}));
  EXPECT_EQ(lines.add("oint b\n\n70%"), (Items{NamedCheckpoint{"b"}}));
  EXPECT_EQ(lines.finish(), (Items{ShareDone{0.7, ""}}));
  EXPECT_EQ(lines.finish(), Items{});
}

TEST(ProgressLines, ThatNeverEndTakeNoMemory) {
  ProgressLines lines;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(lines.add(std::string(1000, '1')), Items{});
  EXPECT_EQ(lines.add("\n50%\n"), (Items{ShareDone{0.5, ""}}));
}

TEST(ProgressLines, AreCutAtTheEndOfACharacter) {
  const Items items = read_progress_line("checkpoint x" + [] {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "\xc3\xa4";
    return text;
  }());
  ASSERT_EQ(items.size(), 1U);
  const std::string& name = std::get<NamedCheckpoint>(items[0]).name;
  EXPECT_EQ(name.size(), ProgressLines::kMostText - 1) << "half a character is left out";
}

}  // namespace
}  // namespace headway::worker
