#include "worker/process/check_round.h"

#include <limits>

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using std::chrono_literals::operator""s;
using Checks = std::vector<std::size_t>;

const Instant kStart{1000s};

CheckOrder order(std::uint32_t tries, Duration backoff = {}, double factor = 2) {
  CheckOrder made;
  made.tries = tries;
  made.backoff = backoff;
  made.factor = factor;
  return made;
}

TEST(CheckRound, OfOneIsOverWhenItHasPassed) {
  CheckRound round(std::vector{order(1)});
  EXPECT_EQ(round.next_begin(), Instant{});
  EXPECT_EQ(round.begin(kStart), 0U);
  EXPECT_EQ(round.begin(kStart), std::nullopt) << "it runs once at a time";
  EXPECT_EQ(round.next_begin(), std::nullopt);
  EXPECT_FALSE(round.is_over());
  round.ended(0, true, kStart);
  EXPECT_TRUE(round.is_over());
  EXPECT_EQ(round.failed(), Checks{});
}

TEST(CheckRound, PassesWhenOneOfItsTriesDoes) {
  CheckRound round(std::vector{order(3)});
  for (const bool passed : {false, true}) {
    EXPECT_EQ(round.begin(kStart), 0U);
    round.ended(0, passed, kStart);
  }
  EXPECT_TRUE(round.is_over());
  EXPECT_EQ(round.failed(), Checks{});
  EXPECT_EQ(round.tries(0), 2U);
}

TEST(CheckRound, WaitsLongerBeforeEachTryAndFailsWithTheLast) {
  CheckRound round(std::vector{order(4, 10s, 3)});
  Instant now = kStart;
  for (const Duration pause : {10s, 30s, 90s}) {
    EXPECT_EQ(round.begin(now), 0U);
    round.ended(0, false, now);
    EXPECT_EQ(round.next_begin(), now + pause);
    EXPECT_EQ(round.begin(now + pause - Duration{1}), std::nullopt);
    now += pause;
  }
  EXPECT_EQ(round.begin(now), 0U);
  round.ended(0, false, now);
  EXPECT_TRUE(round.is_over());
  EXPECT_EQ(round.failed(), Checks{0});
  EXPECT_EQ(round.next_begin(), std::nullopt);
}

TEST(CheckRound, LetsTheOthersEndWhenOneHasFailed) {
  CheckRound round(std::vector{order(1), order(2), order(1)});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(round.begin(kStart), i);
  round.ended(2, false, kStart);
  round.ended(1, false, kStart);
  EXPECT_FALSE(round.is_over());
  EXPECT_EQ(round.begin(kStart), 1U) << "its second try";
  round.ended(0, false, kStart);
  round.ended(1, true, kStart);
  EXPECT_TRUE(round.is_over());
  EXPECT_EQ(round.failed(), (Checks{0, 2}));
}

TEST(CheckRound, RunsABoundedNumberSideBySide) {
  CheckRound round(std::vector<CheckOrder>(CheckRound::kMostBeside + 1, order(1)));
  for (std::size_t i = 0; i < CheckRound::kMostBeside; ++i) EXPECT_EQ(round.begin(kStart), i);
  EXPECT_EQ(round.begin(kStart), std::nullopt);
  EXPECT_EQ(round.next_begin(), std::nullopt);
  round.ended(3, true, kStart);
  EXPECT_EQ(round.begin(kStart), CheckRound::kMostBeside);
}

TEST(CheckRound, BoundsTriesAndPausesWhateverIsAsked) {
  CheckRound round(std::vector{order(0), order(1'000'000, Duration{-1s}),
                               order(3, std::chrono::hours{1000}, 1e300),
                               order(3, 1s, std::numeric_limits<double>::quiet_NaN())});
  EXPECT_EQ(round.most_tries(0), 1U);
  EXPECT_EQ(round.most_tries(1), CheckRound::kMostTries);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(round.begin(kStart), i);
  round.ended(0, true, kStart);
  round.ended(2, false, kStart);
  EXPECT_EQ(round.next_begin(), kStart + CheckRound::kLongestBackoff);
  round.ended(1, false, kStart);
  EXPECT_EQ(round.next_begin(), kStart);
  round.ended(3, false, kStart);
  for (const std::size_t again : {1U, 3U}) EXPECT_EQ(round.begin(kStart + 1s), again);
  round.ended(3, false, kStart);
  EXPECT_LE(*round.next_begin(), kStart + CheckRound::kLongestBackoff);
}

TEST(CheckRound, OfNothingIsOver) { EXPECT_TRUE(CheckRound{}.is_over()); }

}  // namespace
}  // namespace headway::worker
