#include "coordinator/cli/watch_feed.h"

#include <atomic>
#include <poll.h>

#include <gtest/gtest.h>

#include "common/system/clock.h"
#include "fake_coordinator.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

using namespace std::chrono_literals;

class WatchFeedTest : public ::testing::Test {
 protected:
  [[nodiscard]] FeedOptions options() const {
    return {.endpoint = endpoint_, .state = {}, .run = RunId{3}, .refresh = {}, .by = "ada"};
  }

  /// The first picture for which `condition` holds; empty: it does not come.
  template <class Condition>
  static std::optional<FeedPicture> wait_for(WatchFeed& feed, Condition condition) {
    const Instant deadline = steady_now() + 20s;
    while (steady_now() < deadline) {
      pollfd entry{feed.wake_fd(), POLLIN, 0};
      ::poll(&entry, 1, 100);
      FeedPicture picture = feed.look();
      if (condition(picture)) return picture;
    }
    return std::nullopt;
  }

  test::TemporaryFolder folder_;
  std::string endpoint_ = "ipc://" + (folder_ / "control.sock");
};

WatchAnswer picture_of(std::uint64_t last) {
  WatchAnswer answer;
  answer.last = Sequence{last};
  answer.run.id = RunId{3};
  return answer;
}

std::uint64_t last_of(const FeedPicture& picture) {
  return picture.watch ? picture.watch->last.number() : 0;
}

TEST_F(WatchFeedTest, AsksForWhatCameAfterTheLastPicture) {
  std::atomic<std::uint64_t> last{0};
  FakeCoordinator coordinator(endpoint_, [&](const Request& request) {
    const WatchRequest asked = decode_body<WatchRequest>(request.body.data).value();
    EXPECT_EQ(asked.run, RunId{3});
    EXPECT_EQ(asked.after, Sequence{last.load()});
    return reply_to(request, picture_of(++last));
  });
  WatchFeed feed(options());
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) { return last_of(seen) >= 3; }));
}

TEST_F(WatchFeedTest, AsksAtMostTenTimesASecond) {
  std::atomic<std::uint64_t> last{0};
  FakeCoordinator coordinator(
      endpoint_, [&](const Request& request) { return reply_to(request, picture_of(++last)); });
  const Instant start = steady_now();
  WatchFeed feed(options());
  ASSERT_TRUE(wait_for(feed, [](const FeedPicture& seen) { return last_of(seen) >= 6; }));
  EXPECT_GE(steady_now() - start, 5 * 100ms);
}

TEST_F(WatchFeedTest, CarriesOutAChangeAndTellsWhatBecameOfIt) {
  FakeCoordinator coordinator(endpoint_, [&](const Request& request) {
    if (request.verb == Verb::kPause) {
      return Reply{.id = request.id,
                   .ok = false,
                   .error_kind = ErrorKind::kFailed,
                   .error = "run r3 has ended",
                   .body = {}};
    }
    if (request.verb == Verb::kTicket) {
      const TicketControl control = decode_body<TicketControl>(request.body.data).value();
      EXPECT_EQ(control.by, "ada") << "the registry keeps who did it";
      return reply_to(request, ControlAnswer{});
    }
    return reply_to(request, picture_of(1));
  });
  WatchFeed feed(options());
  TicketControl cancel;
  cancel.run = RunId{3};
  cancel.tickets = {"MOD-012"};
  feed.steer(cancel);
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) {
    return seen.words == std::vector<std::string>{"MOD-012 is being cancelled"};
  }));
  feed.steer(PauseRun{RunId{3}});
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) {
    return seen.words == std::vector<std::string>{"run r3 has ended"};
  }));
}

TEST_F(WatchFeedTest, ReadsAlongWithTheTicketThatIsOpen) {
  FakeCoordinator coordinator(endpoint_, [&](const Request& request) {
    if (request.verb == Verb::kExplain) {
      ExplainAnswer answer;
      answer.ticket.id = "A";
      return reply_to(request, answer);
    }
    if (request.verb == Verb::kLogs) {
      const LogsRequest asked = decode_body<LogsRequest>(request.body.data).value();
      LogsAnswer answer;
      answer.attempt = 1;
      answer.bytes.data = asked.offset == 0 ? "one\n\x1b[31mtwo\x1b[0m\n" : "";
      answer.next_offset = 17;
      return reply_to(request, answer);
    }
    return reply_to(request, picture_of(1));
  });
  WatchFeed feed(options());
  feed.open_ticket("A");
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) {
    return seen.ticket && seen.ticket->output == std::vector<std::string>{"one", "two"};
  }));
  feed.open_ticket("");
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) { return !seen.ticket; }));
}

TEST_F(WatchFeedTest, KeepsTheLastPictureWhileNobodyAnswersAndGoesOnWhenSomebodyDoes) {
  std::optional<FakeCoordinator> coordinator;
  const auto answer = [](const Request& request) { return reply_to(request, picture_of(7)); };
  coordinator.emplace(endpoint_, answer);
  WatchFeed feed(options());
  ASSERT_TRUE(wait_for(feed, [](const FeedPicture& seen) { return last_of(seen) == 7; }));
  coordinator.reset();
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) {
    return last_of(seen) == 7 && seen.unanswered_since &&
           steady_now() - *seen.unanswered_since > 300ms;
  }));
  coordinator.emplace(endpoint_, answer);
  EXPECT_TRUE(wait_for(feed, [](const FeedPicture& seen) { return !seen.unanswered_since; }));
}

TEST_F(WatchFeedTest, EndsAtOnceThoughNobodyAnswers) {
  FakeCoordinator deaf(endpoint_, [](const Request& /*request*/) { return std::nullopt; });
  const Instant start = steady_now();
  { WatchFeed feed(options()); }
  EXPECT_LT(steady_now() - start, 2s);
}

}  // namespace
}  // namespace headway::cli
