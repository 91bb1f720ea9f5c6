#include "coordinator/control/background.h"

#include <poll.h>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway {
namespace {

using ::testing::ElementsAre;

bool readable(int fd, int most_millis) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, most_millis) == 1;
}

TEST(Background, DoesJobsInOrderAndFinishesThemOnTheOwnersThread) {
  Background background;
  const std::thread::id owner = std::this_thread::get_id();
  std::vector<std::string> seen;
  for (const std::string name : {"a", "b", "c"}) {
    background.add([&, name]() -> Background::Finish {
      EXPECT_NE(std::this_thread::get_id(), owner);
      return [&, name] {
        EXPECT_EQ(std::this_thread::get_id(), owner);
        seen.push_back(name);
      };
    });
  }
  while (seen.size() < 3) {
    ASSERT_TRUE(readable(background.done_fd(), 10'000));
    background.finish();
  }
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
  EXPECT_EQ(background.waiting(), 0U);
  EXPECT_FALSE(readable(background.done_fd(), 0));
}

TEST(Background, TellsAJobToGiveUpAndDropsTheRestWhenItEnds) {
  bool gave_up = false;
  bool second = false;
  std::atomic<bool> began{false};
  {
    Background background;
    background.add([&]() -> Background::Finish {
      began = true;
      gave_up = readable(background.ending_fd(), 10'000) && background.ending();
      return nullptr;
    });
    background.add([&]() -> Background::Finish {
      second = true;
      return nullptr;
    });
    while (!began) std::this_thread::yield();
  }
  EXPECT_TRUE(gave_up);
  EXPECT_FALSE(second);
}

TEST(Background, LeavesSignalsToTheOwner) {
  Background background;
  sigset_t blocked;
  std::atomic<bool> asked{false};
  background.add([&]() -> Background::Finish {
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    asked = true;
    return nullptr;
  });
  while (!asked) std::this_thread::yield();
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
  sigset_t own;
  pthread_sigmask(SIG_SETMASK, nullptr, &own);
  EXPECT_EQ(sigismember(&own, SIGTERM), 0);
}

}  // namespace
}  // namespace headway
