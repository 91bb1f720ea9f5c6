#include <fmt/format.h>

#include "common/system/clock.h"
#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/lock_text.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

int show_locks(ControlClient& client, RunId run, const Arguments& arguments,
               Environment& environment) {
  const Result<LocksAnswer> answer = client.locks({.run = run});
  if (!answer) return environment.fail(answer.error());
  const Format format = chosen_format(arguments, environment);
  if (format == Format::kJson || format == Format::kJsonLines) {
    const Json document = locks_json(*answer);
    environment.out << (format == Format::kJson ? indented(document) : compact(document));
    return kExitDone;
  }
  if (answer->locks.empty()) {
    environment.note("no lock is held");
    return kExitDone;
  }
  environment.out << locks_text(*answer, read_clocks().wall, format, environment.colour,
                                environment.width());
  if (answer->locks_in_all > answer->locks.size()) {
    environment.note(fmt::format("and {} more locks", answer->locks_in_all - answer->locks.size()));
  }
  return kExitDone;
}

int clear_locks(ControlClient& client, const ClearLocksRequest& request, const Arguments& arguments,
                Environment& environment) {
  if (request.force && !request.dry_run && !arguments.has("yes")) {
    const Result<void> meant = environment.confirm(
        "What holds these locks is stopped and goes out again, also where it does well.", "--yes");
    if (!meant) return environment.fail(meant.error());
  }
  const Result<ClearLocksAnswer> answer = client.clear_locks(request);
  if (!answer) return environment.fail(answer.error());
  environment.out << changes_text(answer->changes);
  if (answer->changes.empty()) {
    environment.note(request.force ? "no lock is held"
                                   : "no lock is held by an orphan; what is alive keeps its locks "
                                     "(--force stops it)");
  }
  say_dry_run(arguments, environment);
  return kExitDone;
}

}  // namespace

int locks_verb(const Arguments& arguments, Environment& environment) {
  const Result<RunId> run = run_value(arguments);
  if (!run) return environment.fail(run.error());
  ClearLocksRequest request;
  request.run = *run;
  request.locks = arguments.positionals();
  request.force = arguments.has("force");
  request.dry_run = arguments.has("dry-run");
  request.by = user_name();
  request.comment = arguments.value("comment").value_or("");
  const bool clear = arguments.has("clear");
  if (!clear && (request.force || request.dry_run || !request.locks.empty())) {
    return environment.fail(
        {ErrorKind::kUsage, "names of locks, --force and --dry-run go with --clear alone"});
  }
  const Result<std::unique_ptr<ControlClient>> client =
      connect_to_coordinator(arguments, environment);
  if (!client) return environment.fail(client.error());
  if (clear) return clear_locks(**client, request, arguments, environment);
  return show_locks(**client, *run, arguments, environment);
}

}  // namespace headway::cli
