#include "coordinator/cli/pace.h"

#include <gtest/gtest.h>

namespace headway::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant kStart{seconds{1000}};

TEST(PaceTest, TheFirstAreNotKeptWaiting) {
  Pace pace(3, milliseconds{50});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pace.take(kStart), Duration::zero());
  EXPECT_EQ(pace.take(kStart), milliseconds{50});
}

TEST(PaceTest, ThenThereIsOneInEachPeriod) {
  Pace pace(2, milliseconds{50});
  Instant now = kStart;
  for (int i = 0; i < 2 + 100; ++i) now += pace.take(now);
  EXPECT_EQ(now, kStart + 100 * milliseconds{50});
}

TEST(PaceTest, RestGivesBackTheBurstAndNoMore) {
  Pace pace(2, milliseconds{50});
  Instant now = kStart;
  for (int i = 0; i < 10; ++i) now += pace.take(now);
  now += milliseconds{50};
  EXPECT_EQ(pace.take(now), Duration::zero());
  EXPECT_EQ(pace.take(now), milliseconds{50});
  now += seconds{100};
  EXPECT_EQ(pace.take(now), Duration::zero());
  EXPECT_EQ(pace.take(now), Duration::zero());
  EXPECT_EQ(pace.take(now), milliseconds{50});
}

}  // namespace
}  // namespace headway::cli
