#include <gtest/gtest.h>

#include "tests/sim/checkers/meeting.h"
#include "tests/sim/program/options.h"
#include "tests/sim/world/event_queue.h"
#include "tests/sim/world/local_clock.h"
#include "tests/sim/world/random.h"

namespace headway::sim {
namespace {

using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""s;

TEST(EventQueue, PlaysByTimeAndThenInTheOrderAsked) {
  EventQueue queue;
  std::string played;
  queue.at(Instant{2s}, [&] { played += 'c'; });
  queue.at(Instant{1s}, [&] { played += 'a'; });
  queue.at(Instant{1s}, [&] { played += 'b'; });
  while (!queue.empty()) queue.play_next();
  EXPECT_EQ(played, "abc");
  EXPECT_EQ(queue.now(), Instant{2s});
}

TEST(EventQueue, NeverGoesBack) {
  EventQueue queue;
  queue.at(Instant{5s}, [&] { queue.at(Instant{1s}, [] {}); });
  queue.play_next();
  queue.play_next();
  EXPECT_EQ(queue.now(), Instant{5s});
}

TEST(LocalClock, ShowsADeadlineAsSoonAsItHasPassedAndNotBefore) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto drift = static_cast<std::int64_t>(random.below(8001)) - LocalClock::kMostDrift;
    const LocalClock clock(random.up_to(1000s), drift);
    const Instant deadline = clock.local(Instant{random.up_to(10'000s)}) + 17ns;
    const Instant at = clock.truly(deadline);
    EXPECT_GE(clock.local(at), deadline);
    EXPECT_LT(clock.local(at - std::chrono::microseconds{2}), deadline);
  }
}

TEST(Random, HasAStreamForEachName) {
  EXPECT_EQ(Random(1, "a").next(), Random(1, "a").next());
  EXPECT_NE(Random(1, "a").next(), Random(1, "b").next());
  EXPECT_NE(Random(1, "a").next(), Random(2, "a").next());
}

TEST(Meeting, KnowsWhichPatternsHaveAFileInCommon) {
  EXPECT_TRUE(share_a_file("docs/**", "docs/c/d.txt"));
  EXPECT_TRUE(share_a_file("src", "**/x.c"));
  EXPECT_FALSE(share_a_file("docs/*.md", "docs/c/d.txt"));
  EXPECT_FALSE(share_a_file("src/api/**", "tools/"));
}

TEST(Options, AreReadOrRefusedWithTheReason) {
  const auto options = read_options({"--seeds", "5", "--replay", "7", "--drop", "f1,t0.2"});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->seeds, 5U);
  EXPECT_EQ(options->replay, 7U);
  EXPECT_EQ(options->drop, (std::vector<std::string>{"f1", "t0.2"}));
  EXPECT_FALSE(read_options({"--seeds", "many"}).ok());
  EXPECT_FALSE(read_options({"--sedes", "1"}).ok());
  EXPECT_FALSE(read_options({"--seeds"}).ok());
}

}  // namespace
}  // namespace headway::sim
