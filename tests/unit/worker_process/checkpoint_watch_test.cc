#include "worker/process/checkpoint_watch.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using std::chrono_literals::operator""s;
using Indices = std::vector<std::size_t>;

CheckpointOrder at(std::string name, std::optional<double> share = {},
                   std::optional<Duration> after = {}) {
  CheckpointOrder made;
  made.name = std::move(name);
  made.share = share;
  made.after = after;
  return made;
}

Indices taken(CheckpointWatch& watch) {
  Indices all;
  while (const std::optional<std::size_t> next = watch.take()) all.push_back(*next);
  return all;
}

TEST(CheckpointWatch, ReachesShareTimeAndNameEachOnce) {
  CheckpointWatch watch({at("half", 0.5), at("later", {}, 10s), at("named")});
  watch.at_share(0.49);
  watch.at_time(9s);
  EXPECT_TRUE(watch.at_name("named"));
  EXPECT_FALSE(watch.at_name("other"));
  EXPECT_EQ(taken(watch), Indices{2});
  EXPECT_EQ(watch.next_time(), Duration{10s});
  watch.at_time(10s);
  watch.at_share(1.0);
  EXPECT_EQ(taken(watch), (Indices{1, 0})) << "in the order in which they were reached";
  EXPECT_EQ(watch.next_time(), std::nullopt);
  watch.at_share(1.0);
  watch.at_time(20s);
  EXPECT_TRUE(watch.at_name("named")) << "it is declared, though it was reached before";
  EXPECT_FALSE(watch.has_reached());
}

TEST(CheckpointWatch, ReachesOneByWhatComesFirst) {
  CheckpointWatch watch({at("both", 0.5, 10s)});
  EXPECT_TRUE(watch.at_name("both"));
  watch.at_share(0.9);
  watch.at_time(11s);
  EXPECT_EQ(taken(watch), Indices{0});
  EXPECT_EQ(watch.next_time(), std::nullopt);
}

TEST(CheckpointWatch, ReachesAllThatAJumpPasses) {
  CheckpointWatch watch({at("a", 0.25), at("b", 0.5), at("c", 0.9)});
  watch.at_share(0.6);
  EXPECT_EQ(taken(watch), (Indices{0, 1}));
  watch.at_share(0.1);
  EXPECT_FALSE(watch.has_reached()) << "progress that goes back reaches nothing";
}

TEST(CheckpointWatch, GivesUpWhatWasNotTaken) {
  CheckpointWatch watch({at("a", 0.25), at("b", {}, 5s)});
  watch.at_share(1);
  watch.give_up();
  EXPECT_FALSE(watch.has_reached());
  EXPECT_EQ(watch.next_time(), std::nullopt);
}

}  // namespace
}  // namespace headway::worker
