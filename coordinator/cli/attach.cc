#include "coordinator/cli/attach.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "common/system/clock.h"
#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/dashboard.h"
#include "coordinator/cli/lasting_answers.h"
#include "coordinator/cli/pace.h"
#include "coordinator/cli/run_view.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/terminal_screen.h"

namespace headway::cli {

namespace {

/// How long the coordinator may wait for an event: shorter where a live area has to move or a child
/// has to be looked after.
constexpr Duration kLiveWait = std::chrono::milliseconds{500};
constexpr Duration kEmbeddedWait = std::chrono::seconds{1};
constexpr Duration kWait = std::chrono::seconds{20};
/// How long a command whose agents end with it waits for output that is on its way.
constexpr Duration kLateOutput = std::chrono::seconds{5};
constexpr Duration kLateOutputPoll = std::chrono::milliseconds{20};
constexpr std::uint32_t kEventsPage = 1000;
/// Nobody reads faster. Where something happens all the time each question would bring one event;
/// so it brings many, and the coordinator has its time for the tickets.
constexpr int kQuestionsAtOnce = 20;
constexpr Duration kQuestionGap = std::chrono::milliseconds{50};
/// A coordinator elsewhere may be started again; for so long it is waited for.
constexpr Duration kComeBack = std::chrono::minutes{1};

int exit_code_of_run(RunState state) {
  switch (state) {
    case RunState::kSucceeded:
      return kExitDone;
    case RunState::kFailed:
    case RunState::kCancelled:
      return kExitTicketsFailed;
    case RunState::kStopped:
    case RunState::kStopping:
      return kExitStopped;
    case RunState::kRunning:
    case RunState::kPaused:
      break;
  }
  return kExitError;
}

/// One command's stay with one run.
class Stay {
 public:
  Stay(ControlClient& client, Environment& environment, const Attachment& attachment)
      : client_(client),
        answers_(client, attachment.state),
        environment_(environment),
        attachment_(attachment),
        view_(answers_, environment, attachment),
        after_(attachment.after) {}

  int until_the_end() {
    if (attachment_.dashboard) show_dashboard_first();
    while (true) {
      view_.refresh();
      // A signal ends the question as well.
      if (!more_waits_) environment_.interrupts.wait(pace_.take(steady_now()));
      const Result<EventsAnswer> answer = answers_.events(
          {.run = attachment_.run, .after = after_, .most = kEventsPage, .wait = wait()});
      if (const std::optional<int> code = heed_signals()) return *code;
      if (attachment_.embedded != nullptr) {
        if (Result<void> alive = attachment_.embedded->check_alive(); !alive) {
          view_.say("the run cannot go on; `headway resume` starts it again");
          return environment_.fail(alive.error());
        }
      }
      if (!answer) {
        if (!may_come_back(answer.error())) return environment_.fail(answer.error());
        continue;
      }
      silent_since_.reset();
      note_last_end(answer->events);
      view_.show_events(answer->events);
      if (attachment_.sync != nullptr) tell(attachment_.sync->follow(answer->events));
      after_ = std::max(after_, answer->last);
      more_waits_ = answer->events.size() == kEventsPage;
      if (more_waits_) continue;
      if (has_come_to_rest(answer->run_state)) return end();
      if (!answers_.live() && answer->events.empty()) return cut_off();
    }
  }

 private:
  [[nodiscard]] Duration wait() const {
    if (view_.is_live()) return kLiveWait;
    return attachment_.embedded != nullptr ? kEmbeddedWait : kWait;
  }

  void show_dashboard_first() {
    if (!environment_.out_is_terminal || !terminal_moves_cursor()) return;
    DashboardOptions options;
    Result<WatchAnswer> first = answers_.watch({.run = attachment_.run, .after = {}, .wait = {}});
    if (!first) return;
    options.first = std::move(*first);
    options.feed = {.endpoint = client_.endpoint(),
                    .credentials = client_.credentials(),
                    .state = attachment_.state,
                    .run = attachment_.run,
                    .refresh = {},
                    .by = user_name()};
    options.leave_at_end = true;
    options.meanwhile = [this] { return look_after(); };
    // Without keys to read from there are lines.
    const Result<DashboardEnd> end = show_dashboard(environment_, options);
    // The lines go on from where the dashboard was left.
    if (end) catch_up_with_events();
    tell(std::exchange(held_back_, {}));
  }

  /// While the dashboard is there: false where something has to be told.
  bool look_after() {
    if (attachment_.embedded != nullptr && !attachment_.embedded->check_alive()) return false;
    return attachment_.sync == nullptr || catch_up_with_events();
  }

  /// What has happened meanwhile has been seen, but may have to be written to the tickets' files.
  bool catch_up_with_events() {
    while (true) {
      const Result<EventsAnswer> answer = answers_.events(
          {.run = attachment_.run, .after = after_, .most = kEventsPage, .wait = {}});
      if (!answer) return false;
      note_last_end(answer->events);
      view_.pass_over(answer->events);
      if (attachment_.sync != nullptr) hold_back(attachment_.sync->follow(answer->events));
      after_ = std::max(after_, answer->last);
      if (answer->events.size() < kEventsPage) return true;
    }
  }

  /// Nothing may write across the dashboard.
  void hold_back(const std::vector<std::string>& warnings) {
    held_back_.insert(held_back_.end(), warnings.begin(), warnings.end());
  }

  void tell(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) view_.say(warning);
  }

  /// Nothing more happens that this command would see: whatever was missed is written now.
  void settle_files() {
    if (attachment_.sync == nullptr) return;
    const Result<StatusAnswer> status = whole_status(answers_, attachment_.run);
    tell(status ? attachment_.sync->settle(status->tickets)
                : std::vector<std::string>{status.error().message});
  }

  void note_last_end(const std::vector<EventView>& events) {
    for (const EventView& event : events) {
      if (event.kind == "attempt ended") last_ended_ = event.ticket;
    }
  }

  /// The agents end with this command, and with them what they have not sent yet.
  void await_output() {
    if (attachment_.embedded == nullptr || last_ended_.empty()) return;
    const Instant until = read_clocks().steady + kLateOutput;
    const LogsRequest last{.run = attachment_.run,
                           .ticket = last_ended_,
                           .attempt = 0,
                           .offset = std::numeric_limits<std::uint64_t>::max() / 2,
                           .check = {}};
    while (read_clocks().steady < until) {
      const Result<LogsAnswer> answer = answers_.logs(last);
      if (!answer || answer->complete) return;
      if (environment_.interrupts.wait(kLateOutputPoll)) return;
    }
  }

  int end() {
    await_output();
    settle_files();
    const Result<StatusAnswer> status =
        answers_.status({.run = attachment_.run, .first_ticket = 0, .summary_only = true});
    if (!status) return environment_.fail(status.error());
    view_.show_summary(status->run);
    if (status->run.state == RunState::kStopped) {
      environment_.note(fmt::format("the run is stopped; `headway resume {}` goes on with it",
                                    run_name(attachment_.run)));
    }
    return exit_code_of_run(status->run.state);
  }

  /// The coordinator has ended and the run has not.
  int cut_off() {
    const std::string run = run_name(attachment_.run);
    settle_files();
    view_.say(fmt::format(
        "the coordinator of {0} has ended before it; `headway resume {0}` goes on with it", run));
    return kExitNoCoordinator;
  }

  /// What new signals ask for; an exit code where it is to leave.
  std::optional<int> heed_signals() {
    const int count = environment_.interrupts.count();
    if (count == signals_) return std::nullopt;
    environment_.interrupts.settle();
    signals_ = count;
    if (attachment_.embedded == nullptr) {
      view_.say(fmt::format("detached; run {} goes on. To come back: {}", run_name(attachment_.run),
                            attachment_.come_back));
      if (attachment_.sync != nullptr) {
        view_.say(
            fmt::format("the tickets' files are left as they are now; `headway sync --run "
                        "{}` brings them up to date",
                        run_name(attachment_.run)));
      }
      return kExitInterrupted;
    }
    ++asked_to_stop_;
    if (asked_to_stop_ > 2) return kExitInterrupted;
    const bool force = asked_to_stop_ == 2;
    view_.say(force ? "killing what still runs"
                    : "stopping; what runs is asked to end. Ctrl-C again kills it");
    const Result<ControlAnswer> stopped =
        client_.stop({.run = attachment_.run, .force = force, .preserve_state = true});
    // A run that ended by itself meanwhile cannot be stopped: its end is the next thing to be seen.
    if (!stopped && environment_.verbose) view_.say(stopped.error().message);
    return std::nullopt;
  }

  /// Whether it is worth while to ask again after this failure.
  bool may_come_back(const Error& error) {
    if (error.kind != ErrorKind::kUnreachable || attachment_.embedded != nullptr) return false;
    const Instant now = read_clocks().steady;
    if (!silent_since_) {
      silent_since_ = now;
      view_.say(error.message + "; still trying");
    }
    return now - *silent_since_ < kComeBack;
  }

  ControlClient& client_;
  LastingAnswers answers_;
  Environment& environment_;
  const Attachment& attachment_;
  RunView view_;
  Sequence after_;
  Pace pace_{kQuestionsAtOnce, kQuestionGap};
  bool more_waits_ = false;             ///< there were more events than one answer takes
  std::vector<std::string> held_back_;  ///< until the dashboard has been left
  int signals_ = 0;  ///< heeded so far; those that came before this stay count too
  int asked_to_stop_ = 0;
  std::optional<Instant> silent_since_;
  std::string last_ended_;  ///< the ticket whose attempt ended last
};

}  // namespace

int attach(ControlClient& client, Environment& environment, const Attachment& attachment) {
  return Stay(client, environment, attachment).until_the_end();
}

}  // namespace headway::cli
