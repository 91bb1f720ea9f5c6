#include "worker/process/output_capture.h"

#include <vector>

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

std::vector<OutputChunk> all_of(OutputCapture& capture) {
  std::vector<OutputChunk> chunks;
  while (capture.ready() > 0) chunks.push_back(capture.take());
  return chunks;
}

TEST(OutputCapture, HandsOnTheHeadAsItComes) {
  OutputCapture capture(100, 10);
  capture.add("one ");
  EXPECT_EQ(capture.take(), (OutputChunk{0, "one "}));
  capture.add("two");
  EXPECT_EQ(capture.take(), (OutputChunk{4, "two"}));
  EXPECT_EQ(capture.ready(), 0U);
  capture.finish();
  EXPECT_EQ(capture.ready(), 0U);
  EXPECT_EQ(capture.size(), 7U);
}

TEST(OutputCapture, KeepsOnlyTheEndOfWhatFollowsTheHead) {
  OutputCapture capture(3, 4);
  for (const char letter : std::string("abcdefghijk")) capture.add({&letter, 1});
  EXPECT_EQ(capture.take(), (OutputChunk{0, "abc"}));
  EXPECT_EQ(capture.ready(), 0U) << "the tail waits for the end";
  capture.finish();
  std::string tail;
  std::uint64_t at = 7;
  for (const OutputChunk& chunk : all_of(capture)) {
    EXPECT_EQ(chunk.offset, at);
    at += chunk.bytes.size();
    tail += chunk.bytes;
  }
  EXPECT_EQ(tail, "hijk");
  EXPECT_EQ(capture.size(), 11U);
}

TEST(OutputCapture, LeavesNothingOutWhenHeadAndTailMeet) {
  OutputCapture capture(3, 4);
  capture.add("abcdefg");
  capture.finish();
  EXPECT_EQ(all_of(capture), (std::vector<OutputChunk>{{0, "abc"}, {3, "defg"}}));
}

TEST(OutputCapture, CutsChunksToTheirLimit) {
  OutputCapture capture(1U << 20U, 0);
  capture.add(std::string(200'000, 'x'));
  capture.finish();
  std::uint64_t at = 0;
  for (const OutputChunk& chunk : all_of(capture)) {
    EXPECT_LE(chunk.bytes.size(), OutputCapture::kMostChunk);
    EXPECT_EQ(chunk.offset, at);
    at += chunk.bytes.size();
  }
  EXPECT_EQ(at, 200'000U);
}

TEST(OutputCapture, DoesWithoutHeadOrTail) {
  OutputCapture neither(0, 0);
  neither.add("abc");
  neither.finish();
  EXPECT_EQ(neither.ready(), 0U);
  EXPECT_EQ(neither.size(), 3U);
  OutputCapture tail(0, 2);
  tail.add("a");
  tail.add("bcd");
  tail.finish();
  EXPECT_EQ(all_of(tail), (std::vector<OutputChunk>{{2, "cd"}}));
}

}  // namespace
}  // namespace headway::worker
