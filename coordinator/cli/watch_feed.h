#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/system/state_paths.h"
#include "common/system/unique_fd.h"
#include "coordinator/cli/control_client.h"
#include "coordinator/cli/dashboard/action.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/interrupts.h"
#include "coordinator/cli/ticket_follower.h"

namespace headway::cli {

/// Whom a feed asks, and for what.
struct FeedOptions {
  std::string endpoint;                      ///< of the coordinator
  std::optional<Credentials> credentials{};  ///< to come in by there
  std::optional<StatePaths> state;  ///< where it is that of a state directory: its registry is read
                                    ///< while no coordinator is alive
  RunId run;
  /// Between two pictures: with a change in between if 0, but no more than 10 a second.
  Duration refresh{};
  std::string by;  ///< who changes something, for the registry
};

/// What a feed knows at a moment.
struct FeedPicture {
  std::optional<WatchAnswer> watch;
  Instant came_at{};  ///< when `watch` came
  Source source = Source::kCoordinator;
  std::optional<Instant> unanswered_since;  ///< the oldest question that has no answer
  std::optional<OpenTicket> ticket;
  std::vector<std::string> words;  ///< what became of changes, since the last look
};

/// Asks for the picture of a run again and again on a thread of its own, so that the screen and the
/// keys never wait for a coordinator. Carries out what it is told in between, in order. A
/// coordinator that goes away is waited for; while none is alive its registry is read.
class WatchFeed {
 public:
  explicit WatchFeed(FeedOptions options);
  /// Waits for no answer.
  ~WatchFeed();
  WatchFeed(const WatchFeed&) = delete;
  WatchFeed& operator=(const WatchFeed&) = delete;

  /// Readable when there is something new to look at; `look` makes it quiet again.
  [[nodiscard]] int wake_fd() const { return news_.get(); }
  FeedPicture look();

  /// The ticket to read along with; empty: none.
  void open_ticket(const std::string& id);
  void steer(Steering steering);
  /// Asks at once.
  void refresh();

 private:
  void serve();
  /// False: it is time to end.
  bool take_orders();
  void carry_out(const Steering& steering);
  void ask();
  /// One picture, from whoever is alive.
  Result<WatchAnswer> ask_anybody();
  void follow_ticket();
  void tell(const std::string& words);
  void publish();
  void pause(Duration most);
  [[nodiscard]] Answers& answers();

  const FeedOptions options_;
  Interrupts wake_;  ///< cuts a wait of the feed's thread short; counts nothing
  UniqueFd news_;

  // Of the feed's thread alone.
  std::unique_ptr<ControlClient> client_;
  std::unique_ptr<Answers> registry_;  ///< while nobody is alive
  std::optional<TicketFollower> follower_;
  Sequence seen_;

  std::mutex mutex_;  ///< for what follows
  FeedPicture picture_;
  std::vector<Steering> orders_;
  std::optional<std::string> ticket_order_;
  bool refresh_now_ = false;
  bool over_ = false;

  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace headway::cli
