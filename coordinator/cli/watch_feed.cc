#include "coordinator/cli/watch_feed.h"

#include <algorithm>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "coordinator/cli/registry_answers.h"

namespace headway::cli {

namespace {

/// Frames come no faster than this.
constexpr Duration kLeastPause = std::chrono::milliseconds{100};
/// What is no fact (progress, load) is seen at the latest after so long.
constexpr Duration kMostWait = std::chrono::milliseconds{500};
/// Before somebody who did not answer, or is not alive, is asked again.
constexpr Duration kPauseAfterError = std::chrono::seconds{1};

/// A person looks on: shorter than where a script waits.
ClientTimeouts feed_timeouts() {
  ClientTimeouts timeouts;
  timeouts.answer = std::chrono::seconds{5};
  timeouts.resend = std::chrono::milliseconds{500};
  return timeouts;
}

}  // namespace

WatchFeed::WatchFeed(FeedOptions options)
    : options_(std::move(options)), news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HW_CHECK(news_, "the system gives no eventfd");
  thread_ = std::thread([this] { serve(); });
}

WatchFeed::~WatchFeed() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  wake_.wake();
  thread_.join();
}

FeedPicture WatchFeed::look() {
  std::uint64_t ignored = 0;
  [[maybe_unused]] const ssize_t got = ::read(news_.get(), &ignored, sizeof(ignored));
  const std::scoped_lock lock(mutex_);
  FeedPicture picture = picture_;
  picture_.words.clear();
  return picture;
}

void WatchFeed::open_ticket(const std::string& id) {
  {
    const std::scoped_lock lock(mutex_);
    ticket_order_ = id;
  }
  wake_.wake();
}

void WatchFeed::steer(Steering steering) {
  {
    const std::scoped_lock lock(mutex_);
    orders_.push_back(std::move(steering));
  }
  wake_.wake();
}

void WatchFeed::refresh() {
  {
    const std::scoped_lock lock(mutex_);
    refresh_now_ = true;
  }
  wake_.wake();
}

void WatchFeed::publish() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(news_.get(), &one, sizeof(one));
}

void WatchFeed::tell(const std::string& words) {
  {
    const std::scoped_lock lock(mutex_);
    picture_.words.push_back(words);
  }
  publish();
}

void WatchFeed::pause(Duration most) {
  if (most > Duration::zero()) wake_.wait(most);
}

Answers& WatchFeed::answers() {
  if (registry_) return *registry_;
  return *client_;
}

void WatchFeed::serve() {
  Result<std::unique_ptr<ControlClient>> client =
      ControlClient::connect(options_.endpoint, wake_, feed_timeouts(), options_.credentials);
  if (!client) return tell(client.error().message);
  client_ = std::move(client).value();
  while (take_orders()) {
    const Instant start = steady_now();
    ask();
    pause(start + std::max(options_.refresh, kLeastPause) - steady_now());
  }
}

bool WatchFeed::take_orders() {
  wake_.settle();
  std::vector<Steering> orders;
  std::optional<std::string> ticket;
  {
    const std::scoped_lock lock(mutex_);
    if (over_) return false;
    orders = std::exchange(orders_, {});
    ticket = std::exchange(ticket_order_, std::nullopt);
    if (std::exchange(refresh_now_, false) || !orders.empty()) seen_ = {};
  }
  for (const Steering& steering : orders) carry_out(steering);
  if (ticket) {
    follower_.reset();
    if (!ticket->empty()) follower_.emplace(options_.run, *ticket);
    // It is asked for with the next picture, which need not wait for a change.
    seen_ = {};
  }
  return true;
}

void WatchFeed::carry_out(const Steering& steering) {
  const auto asked = [&]() -> Result<ControlAnswer> {
    if (const auto* pause = std::get_if<PauseRun>(&steering)) {
      return client_->pause({.run = pause->run});
    }
    if (const auto* resume = std::get_if<ResumeRun>(&steering)) {
      return client_->resume({.run = resume->run});
    }
    TicketControl control = std::get<TicketControl>(steering);
    control.by = options_.by;
    return client_->control_tickets(control);
  };
  const Result<ControlAnswer> answer = asked();
  tell(answer ? done_words(steering) : answer.error().message);
}

Result<WatchAnswer> WatchFeed::ask_anybody() {
  const bool somebody = !options_.state || socket_is_alive(options_.state->control_socket);
  if (somebody) {
    registry_.reset();
    const Duration wait = options_.refresh > Duration::zero() ? Duration::zero() : kMostWait;
    return client_->watch({.run = options_.run, .after = seen_, .wait = wait});
  }
  if (!registry_) {
    Result<std::unique_ptr<Answers>> registry = open_registry_answers(*options_.state);
    if (!registry) return registry.error();
    registry_ = std::move(registry).value();
    seen_ = {};
  } else if (seen_ != Sequence{}) {
    // Nothing changes there until somebody comes.
    return Error{ErrorKind::kTimedOut, {}};
  }
  return registry_->watch({.run = options_.run, .after = {}, .wait = {}});
}

void WatchFeed::ask() {
  {
    const std::scoped_lock lock(mutex_);
    if (!picture_.unanswered_since) picture_.unanswered_since = steady_now();
  }
  Result<WatchAnswer> answer = ask_anybody();
  const bool nothing_new = !answer && answer.error().kind == ErrorKind::kTimedOut;
  if (answer || nothing_new) {
    const std::scoped_lock lock(mutex_);
    picture_.unanswered_since.reset();
  }
  if (answer) {
    seen_ = answer->last;
    const std::scoped_lock lock(mutex_);
    picture_.watch = std::move(*answer);
    picture_.came_at = steady_now();
    picture_.source = registry_ ? Source::kRegistry : Source::kCoordinator;
  }
  if (answer) follow_ticket();
  publish();
  if (answer) return;
  if (!nothing_new && answer.error().kind != ErrorKind::kUnreachable) tell(answer.error().message);
  if (!nothing_new || registry_) pause(kPauseAfterError);
}

void WatchFeed::follow_ticket() {
  if (follower_) follower_->update(answers());
  const std::scoped_lock lock(mutex_);
  picture_.ticket = follower_ ? std::optional<OpenTicket>(follower_->ticket()) : std::nullopt;
}

}  // namespace headway::cli
