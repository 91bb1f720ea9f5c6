#include <algorithm>

#include "common/system/clock.h"
#include "common/system/user.h"
#include "coordinator/cli/attach.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/dashboard.h"
#include "coordinator/cli/dashboard/picture_text.h"
#include "coordinator/cli/lasting_answers.h"
#include "coordinator/cli/show/watch_json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/terminal_screen.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

/// Between two lines of `--format jsonl`, where nothing is said.
constexpr Duration kLeastBetweenLines = std::chrono::milliseconds{100};
/// A change is waited for so long; then the line comes without one, for what is no fact.
constexpr Duration kLineWait = std::chrono::seconds{5};

struct WatchWish {
  Format format = Format::kTable;
  Focus focus = Focus::kOverview;
  Duration refresh{};  ///< 0: on every change
  bool dashboard = false;
  bool once = false;
};

Result<WatchWish> read_wish(const Arguments& arguments, const Environment& environment) {
  WatchWish wish;
  wish.format = chosen_format(arguments, environment);
  const Result<std::optional<Duration>> refresh = arguments.duration("refresh");
  if (!refresh) return refresh.error();
  if (*refresh && arguments.has("real-time")) {
    return Error{ErrorKind::kUsage,
                 "--real-time shows every change and --refresh waits: give one of them"};
  }
  wish.refresh = refresh->value_or(Duration::zero());
  if (const std::optional<std::string> focus = arguments.value("focus")) {
    wish.focus = from_text<Focus>(*focus).value_or(Focus::kOverview);
  }
  // A document has an end: it is of this moment.
  wish.once =
      arguments.has("once") || wish.format == Format::kJson || wish.format == Format::kMarkdown;
  wish.dashboard = !wish.once && wish.format == Format::kTable && environment.out_is_terminal &&
                   terminal_moves_cursor();
  return wish;
}

void print_picture(const WatchAnswer& picture, Source source, const WatchWish& wish,
                   Environment& environment) {
  switch (wish.format) {
    case Format::kJson:
      environment.out << indented(watch_json(picture));
      break;
    case Format::kJsonLines:
      environment.out << compact(watch_json(picture));
      break;
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain: {
      Snapshot snapshot;
      snapshot.watch = picture;
      snapshot.source = source;
      environment.out << picture_text(snapshot, wish.focus, wish.format, environment.colour,
                                      environment.width());
      break;
    }
  }
  environment.out.flush();
}

/// A line for each picture, until the run has ended. The exit code.
int print_lines(Answers& answers, WatchAnswer picture, const WatchWish& wish,
                Environment& environment) {
  environment.interrupts.install();
  const Source source = Source::kCoordinator;
  print_picture(picture, source, wish, environment);
  while (!has_come_to_rest(picture.run.state) && answers.live() && environment.out.good()) {
    environment.interrupts.wait(std::max(wish.refresh, kLeastBetweenLines));
    if (environment.interrupts.count() > 0) return kExitInterrupted;
    const Duration wait = wish.refresh > Duration::zero() ? Duration::zero() : kLineWait;
    Result<WatchAnswer> next =
        answers.watch({.run = picture.run.id, .after = picture.last, .wait = wait});
    if (environment.interrupts.count() > 0) return kExitInterrupted;
    if (!next) return environment.fail(next.error());
    picture = std::move(*next);
    print_picture(picture, source, wish, environment);
  }
  return kExitDone;
}

/// What `run` prints, from the run's beginning on.
int follow(const CoordinatorPlace& place, RunId run, Environment& environment) {
  const Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(place, environment);
  if (!client) return environment.fail(client.error());
  environment.interrupts.install();
  return attach(**client, environment,
                {.run = run,
                 .after = {},
                 .embedded = nullptr,
                 .state = place.state,
                 .come_back = "headway watch " + run_name(run),
                 .most_attempts = {},
                 .sync = nullptr});
}

int show(const CoordinatorPlace& place, WatchAnswer first, Source source, const WatchWish& wish,
         bool ascii, Environment& environment) {
  const Result<std::optional<Credentials>> credentials = credentials_at(place);
  if (!credentials) return environment.fail(credentials.error());
  DashboardOptions options;
  options.feed = {.endpoint = place.endpoint,
                  .credentials = *credentials,
                  .state = place.state,
                  .run = first.run.id,
                  .refresh = wish.refresh,
                  .by = user_name()};
  options.first = std::move(first);
  options.first_source = source;
  options.focus = wish.focus;
  options.ascii = ascii;
  const Result<DashboardEnd> end = show_dashboard(environment, options);
  if (!end) return environment.fail(end.error());
  return *end == DashboardEnd::kSignal ? kExitInterrupted : kExitDone;
}

}  // namespace

int watch_verb(const Arguments& arguments, Environment& environment) {
  const Result<WatchWish> wish = read_wish(arguments, environment);
  if (!wish) return environment.fail(wish.error());
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return environment.fail(place.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  Result<WatchAnswer> first = (*answers)->watch({.run = *run, .after = {}, .wait = {}});
  if (!first) return environment.fail(first.error());
  const Source source = (*answers)->live() ? Source::kCoordinator : Source::kRegistry;
  if (wish->dashboard) {
    return show(*place, std::move(*first), source, *wish, arguments.has("ascii"), environment);
  }
  if (wish->once) {
    print_picture(*first, source, *wish, environment);
    return kExitDone;
  }
  if (wish->format == Format::kJsonLines) {
    return print_lines(**answers, std::move(*first), *wish, environment);
  }
  if (source == Source::kCoordinator) return follow(*place, first->run.id, environment);
  print_picture(*first, source, *wish, environment);
  return kExitDone;
}

}  // namespace headway::cli
