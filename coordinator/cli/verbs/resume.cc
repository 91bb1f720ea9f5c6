#include <fmt/format.h>

#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/go_on.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/synced_tickets.h"
#include "coordinator/cli/verbs/validate_state.h"

namespace headway::cli {

namespace {

int resume_there(const Arguments& arguments, Environment& environment, ControlClient& client) {
  const Result<RunId> run = run_to_control(arguments, client);
  if (!run) return environment.fail(run.error());
  if (wants_validation(arguments)) {
    if (Result<void> sound = validate_state(arguments, client, environment, *run); !sound) {
      return environment.fail(sound.error());
    }
    // What has ended goes on by what is opened again, and a dry run opens nothing.
    const Result<StatusAnswer> status =
        client.status({.run = *run, .first_ticket = 0, .summary_only = true});
    if (!status) return environment.fail(status.error());
    if (arguments.has("dry-run") && is_final(status->run.state)) {
      say_dry_run(arguments, environment);
      return kExitDone;
    }
  }
  const Result<ControlAnswer> answer =
      client.resume({.run = *run, .dry_run = arguments.has("dry-run")});
  if (!answer) return environment.fail(answer.error());
  environment.out << changes_text(answer->changes);
  for (const RunSummary& resumed : answer->runs) {
    environment.out << fmt::format("{}: {}\n", run_title(resumed), to_text(resumed.state));
  }
  say_dry_run(arguments, environment);
  return kExitDone;
}

/// Whether the run can go on: it has not ended, and its state is sound where that is asked for.
Result<void> may_go_on(const Arguments& arguments, ControlClient& client,
                       const Environment& environment, const RunSummary& run) {
  if (is_final(run.state) && !arguments.has("rerun-missing")) {
    const std::string how = run.state == RunState::kFailed
                                ? "; `headway ticket retry --failed` opens what failed again"
                                : "";
    return Error{ErrorKind::kFailed,
                 fmt::format("there is nothing to resume: the state of {} is {}{}", run_title(run),
                             to_text(run.state), how)};
  }
  if (!wants_validation(arguments)) return {};
  return validate_state(arguments, client, environment, run.id);
}

/// A coordinator is embedded for the question alone: no agent joins, and nothing is handed out.
int say_what_would_go_on(const Arguments& arguments, Environment& environment,
                         const StatePaths& state, RunId word) {
  return ask_embedded(
      environment, state, word, [&](ControlClient& client, const RunSummary& run) -> Result<void> {
        if (Result<void> may = may_go_on(arguments, client, environment, run); !may) {
          return may;
        }
        if (run.state != RunState::kRunning) {
          environment.out << changes_text(
              {{"state of " + run_name(run.id), std::string(to_text(run.state)),
                std::string(to_text(RunState::kRunning))}});
        }
        say_one_would_be_embedded(environment);
        say_dry_run(arguments, environment);
        return {};
      });
}

}  // namespace

int resume_verb(const Arguments& arguments, Environment& environment) {
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return environment.fail(place.error());
  if (!may_embed(*place)) {
    if (arguments.has("sync")) {
      return environment.fail(
          {ErrorKind::kUsage,
           "a coordinator is alive: this command only tells it to go on and returns. `headway "
           "sync` brings the tickets' files up to date"});
    }
    const Result<std::unique_ptr<ControlClient>> client =
        connect_to_coordinator(*place, environment);
    if (!client) return environment.fail(client.error());
    return resume_there(arguments, environment, **client);
  }
  if (arguments.has("all")) {
    return environment.fail(
        {ErrorKind::kUsage, "no coordinator is alive, and a command stays with one run: name it"});
  }
  const Result<RunId> word = run_word(arguments);
  if (!word) return environment.fail(word.error());
  if (arguments.has("dry-run")) {
    return say_what_would_go_on(arguments, environment, *place->state, *word);
  }
  Result<std::optional<LiveSync>> sync = sync_of_folder(arguments, environment);
  if (!sync) return environment.fail(sync.error());
  LiveSync* const live = *sync ? &**sync : nullptr;
  return go_on_embedded(
      arguments, environment, *place->state, *word,
      [&](ControlClient& client, const RunSummary& run) -> Result<void> {
        // First: what nobody wrote while nobody was there is no fault of the files.
        if (live != nullptr) {
          Result<void> caught_up = catch_up(*live, client, environment, run.id);
          if (!caught_up) return caught_up;
        }
        if (Result<void> may = may_go_on(arguments, client, environment, run); !may) return may;
        return open_again(client, environment, run.id);
      },
      live);
}

}  // namespace headway::cli
