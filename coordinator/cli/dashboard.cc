#include "coordinator/cli/dashboard.h"

#include <algorithm>
#include <array>
#include <poll.h>
#include <utility>

#include "common/system/clock.h"
#include "coordinator/cli/dashboard/handle_key.h"
#include "coordinator/cli/dashboard/layout.h"
#include "coordinator/cli/dashboard/render.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/terminal_screen.h"

namespace headway::cli {

namespace {

/// What is measured by the clock moves even where nothing happens.
constexpr Duration kTick = std::chrono::seconds{1};
/// The bytes of one key come together; what does not follow so soon is another key.
constexpr Duration kKeyRest = std::chrono::milliseconds{40};
/// An answer may take a moment; after so long a person is told that none comes.
constexpr Duration kSilence = std::chrono::seconds{2};

/// A word about what was done makes room for the keys again.
constexpr Duration kMessageStays = std::chrono::seconds{6};

class Dashboard {
 public:
  Dashboard(const Environment& environment, const DashboardOptions& options, TerminalScreen& screen)
      : environment_(environment),
        options_(options),
        screen_(screen),
        charset_(options.ascii || !terminal_takes_utf8() ? Charset::kAscii : Charset::kUnicode),
        feed_(options.feed) {
    picture_.watch = options.first;
    picture_.came_at = steady_now();
    picture_.source = options.first_source;
    view_.focus = options.focus;
    view_.panel = first_panel(options.focus);
  }

  DashboardEnd show() {
    while (!end_) {
      draw();
      wait();
    }
    return *end_;
  }

 private:
  [[nodiscard]] Snapshot snapshot() const {
    const Instant now = steady_now();
    Snapshot result;
    result.watch = *picture_.watch;
    result.age = now - picture_.came_at;
    result.source = picture_.source;
    result.here = options_.feed.state.has_value();
    result.ticket = picture_.ticket;
    if (picture_.unanswered_since && now - *picture_.unanswered_since > kSilence) {
      result.silence = now - picture_.came_at;
    }
    return result;
  }

  void draw() { screen_.show(render(snapshot(), view_, screen_.size(), charset_)); }

  /// Until something happens: a key, an answer, a signal, or a second has passed.
  void wait() {
    enum { kKeys, kNews, kScreenSignals, kInterrupts, kSources };
    std::array<pollfd, kSources> sources{};
    sources[kKeys] = {screen_.input_fd(), POLLIN, 0};
    sources[kNews] = {feed_.wake_fd(), POLLIN, 0};
    sources[kScreenSignals] = {screen_.signal_fd(), POLLIN, 0};
    sources[kInterrupts] = {environment_.interrupts.wake_fd(), POLLIN, 0};
    const Duration most = screen_.awaits_rest() ? kKeyRest : kTick;
    const auto millis = std::chrono::ceil<std::chrono::milliseconds>(most).count();
    const int ready = ::poll(sources.data(), sources.size(), static_cast<int>(millis));
    if (sources[kInterrupts].revents != 0 || environment_.interrupts.count() > 0) {
      end_ = DashboardEnd::kSignal;
    }
    look_around();
    if (ready < 0) return;
    if (sources[kScreenSignals].revents != 0) screen_.heed_signals();
    // That a question has no answer for long is no news, and has to be seen all the same.
    if (sources[kNews].revents != 0 || ready == 0) take_news();
    const bool keys = sources[kKeys].revents != 0;
    if (keys || screen_.awaits_rest()) press(screen_.read_keys(!keys));
    if (screen_.has_gone()) end_ = DashboardEnd::kSignal;
  }

  /// What has to be done now and then, whatever wakes this up.
  void look_around() {
    const Instant now = steady_now();
    if (now >= message_until_) view_.message.clear();
    if (!options_.meanwhile || now < next_meanwhile_) return;
    next_meanwhile_ = now + kTick;
    if (!options_.meanwhile()) end_ = DashboardEnd::kCalledAway;
  }

  void say(std::string words) {
    view_.message = std::move(words);
    message_until_ = steady_now() + kMessageStays;
  }

  void take_news() {
    FeedPicture news = feed_.look();
    if (!news.words.empty()) say(news.words.back());
    // Before its first answer the feed knows less than is on the screen.
    if (!news.watch) {
      picture_.unanswered_since = news.unanswered_since;
      return;
    }
    picture_ = std::move(news);
    if (options_.leave_at_end && has_come_to_rest(picture_.watch->run.state)) {
      end_ = DashboardEnd::kRunEnded;
    }
  }

  void press(const std::vector<Key>& keys) {
    for (const Key& key : keys) {
      const std::string open_before = view_.open_ticket;
      AfterKey after = handle_key(std::move(view_), key, snapshot(), screen_.size());
      view_ = std::move(after.view);
      message_until_ = steady_now() + kMessageStays;
      if (view_.open_ticket != open_before) feed_.open_ticket(view_.open_ticket);
      if (after.action) act(*after.action);
      if (end_) return;
    }
  }

  void act(const Action& action) {
    if (std::holds_alternative<QuitDashboard>(action)) {
      end_ = DashboardEnd::kQuit;
    } else if (std::holds_alternative<RefreshNow>(action)) {
      screen_.forget();
      feed_.refresh();
    } else {
      say("Telling the coordinator...");
      feed_.steer(std::get<Steering>(action));
    }
  }

  const Environment& environment_;
  const DashboardOptions& options_;
  TerminalScreen& screen_;
  Charset charset_;
  ViewState view_;
  FeedPicture picture_;
  Instant message_until_{};
  Instant next_meanwhile_{};
  std::optional<DashboardEnd> end_;
  WatchFeed feed_;
};

}  // namespace

Result<DashboardEnd> show_dashboard(const Environment& environment,
                                    const DashboardOptions& options) {
  environment.interrupts.install();
  Result<std::unique_ptr<TerminalScreen>> screen = TerminalScreen::open(environment.colour);
  if (!screen) return screen.error();
  Dashboard dashboard(environment, options, **screen);
  const DashboardEnd end = dashboard.show();
  // The terminal first: the feed may still wait for somebody who does not answer.
  screen->reset();
  return end;
}

}  // namespace headway::cli
