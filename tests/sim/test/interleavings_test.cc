#include <gtest/gtest.h>

#include "tests/sim/interleavings/small_world.h"
#include "tests/support/scale/scale.h"

namespace headway::sim {
namespace {

TEST(Choices, GoEveryWayOnce) {
  Choices choices;
  std::vector<std::size_t> seen;
  do {
    const std::size_t first = choices.choose(3);
    seen.push_back(first * 10 + (first == 1 ? choices.choose(2) : 0));
  } while (choices.next());
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 10, 11, 20}));
}

TEST(Interleavings, OfOneAndTwoTicketsKeepEveryPromiseWhateverGoesWrongOnce) {
  std::uint64_t plays = 0;
  // All of them would take minutes under the sanitizers: a few of each plan then.
  constexpr std::uint64_t kMost = kAddressSanitizer ? 20 : 200'000;
  for (const std::size_t tickets : {1U, 2U}) {
    for (const SmallPlan& plan : small_plans(tickets)) {
      const Exhausted result = play_all(plan, kMost);
      plays += result.plays;
      EXPECT_TRUE(result.complete || kAddressSanitizer) << "cut short after " << result.plays;
      for (const Problem& problem : result.problems) {
        ADD_FAILURE() << "[" << problem.invariant << "] " << problem.what;
      }
    }
  }
  RecordProperty("plays", std::to_string(plays));
}

}  // namespace
}  // namespace headway::sim
