#include <algorithm>

#include <fmt/format.h>

#include "common/system/clock.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/lasting_answers.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

constexpr Duration kStatusPoll = std::chrono::milliseconds{500};

void show_runs(const ControlAnswer& answer, Environment& environment) {
  environment.out << changes_text(answer.changes);
  for (const RunSummary& run : answer.runs) {
    environment.out << fmt::format(
        "{} {}: {}\n", run_title(run),
        coloured(to_text(run.state), colour_of(run.state), environment.colour),
        counts_sentence(run));
  }
  environment.out.flush();
  if (answer.runs.empty()) environment.note("there is no run that is not finished");
}

/// Waits until `done` holds for all of these runs, at most so long (none: without end). The exit
/// code.
template <class Done>
int wait_for_runs(Answers& answers, Environment& environment, const ControlAnswer& answer,
                  std::optional<Duration> most, Done done) {
  environment.interrupts.install();
  const Instant start = read_clocks().steady;
  for (const RunSummary& run : answer.runs) {
    while (true) {
      const Result<StatusAnswer> status =
          answers.status({.run = run.id, .first_ticket = 0, .summary_only = true});
      if (!status) return environment.fail(status.error());
      if (done(status->run)) break;
      if (most && read_clocks().steady - start >= *most) {
        return environment.fail({ErrorKind::kTimedOut,
                                 fmt::format("{} is not at rest after {}: {}", run_name(run.id),
                                             short_duration(*most), counts_sentence(status->run))});
      }
      environment.interrupts.wait(kStatusPoll);
      if (environment.interrupts.count() > 0) return kExitInterrupted;
    }
  }
  return kExitDone;
}

/// What both verbs do first: find the coordinator and the run that is meant.
struct Target {
  std::unique_ptr<ControlClient> client;
  std::unique_ptr<LastingAnswers> answers;
  RunId run;
  std::optional<Duration> timeout;
};

Result<Target> find_target(const Arguments& arguments, const Environment& environment) {
  Target target;
  const Result<std::optional<Duration>> timeout = arguments.duration("timeout");
  if (!timeout) return timeout.error();
  target.timeout = *timeout;
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return place.error();
  Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(*place, environment);
  if (!client) return client.error();
  target.client = std::move(client).value();
  target.answers = std::make_unique<LastingAnswers>(*target.client, place->state);
  const Result<RunId> run = run_to_control(arguments, *target.answers);
  if (!run) return run.error();
  target.run = *run;
  return target;
}

}  // namespace

int pause_verb(const Arguments& arguments, Environment& environment) {
  const Result<Target> target = find_target(arguments, environment);
  if (!target) return environment.fail(target.error());
  const Result<ControlAnswer> answer =
      target->client->pause({.run = target->run, .dry_run = arguments.has("dry-run")});
  if (!answer) return environment.fail(answer.error());
  show_runs(*answer, environment);
  say_dry_run(arguments, environment);
  if (!arguments.has("wait-for-completion") || arguments.has("dry-run")) return kExitDone;
  return wait_for_runs(
      *target->answers, environment, *answer, target->timeout,
      // A review may take days and needs no agent.
      [](const RunSummary& now) { return now.agents.active == 0 && now.assigned == 0; });
}

int stop_verb(const Arguments& arguments, Environment& environment) {
  const Result<Target> target = find_target(arguments, environment);
  if (!target) return environment.fail(target.error());
  const bool dry_run = arguments.has("dry-run");
  if (!arguments.has("preserve-state") && !arguments.has("yes") && !dry_run) {
    const std::string what =
        target->run == RunId{} ? "All runs that are not finished" : run_name(target->run);
    const Result<void> meant = environment.confirm(
        what + " will be cancelled for good; with --preserve-state it could be resumed.", "--yes");
    if (!meant) return environment.fail(meant.error());
  }
  const Result<ControlAnswer> answer =
      target->client->stop({.run = target->run,
                            .force = arguments.has("force"),
                            .preserve_state = arguments.has("preserve-state"),
                            .dry_run = dry_run});
  if (!answer) return environment.fail(answer.error());
  if (dry_run) {
    show_runs(*answer, environment);
    say_dry_run(arguments, environment);
    return kExitDone;
  }
  const auto has_ended = [](const RunSummary& now) { return has_come_to_rest(now.state); };
  const int code = wait_for_runs(*target->answers, environment, *answer,
                                 target->timeout.value_or(kStopTimeout), has_ended);
  if (code != kExitDone) return code;
  ControlAnswer ended{.runs = {}, .changes = answer->changes};
  for (const RunSummary& stopped : answer->runs) {
    const Result<StatusAnswer> status =
        target->answers->status({.run = stopped.id, .first_ticket = 0, .summary_only = true});
    if (!status) return environment.fail(status.error());
    ended.runs.push_back(status->run);
  }
  show_runs(ended, environment);
  return kExitDone;
}

}  // namespace headway::cli
