#include <fmt/format.h>

#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/registry_answers.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/go_on.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

/// Shows what would be put back, in its order, and asks whether that is meant. Where no run was
/// named, the one that was shown is meant from now on.
Result<void> show_and_ask(ControlClient& client, TicketControl& control, const Arguments& arguments,
                          const Environment& environment) {
  TicketControl question = control;
  question.dry_run = true;
  const Result<ControlAnswer> answer = client.control_tickets(question);
  if (!answer) return answer.error();
  if (!answer->runs.empty()) control.run = answer->runs.front().id;
  environment.out << changes_text(answer->changes);
  environment.out.flush();
  if (arguments.has("dry-run") || arguments.has("yes")) return {};
  return environment.confirm("All this will be undone or cancelled, in this order.", "--yes");
}

bool all_is_put_back(const StatePaths& state, RunId run) {
  const Result<std::unique_ptr<Answers>> registry = open_registry_answers(state);
  if (!registry) return false;
  const Result<StatusAnswer> status =
      (*registry)->status({.run = run, .first_ticket = 0, .summary_only = true});
  return status && status->run.rollbacks_planned == 0 && status->run.rollbacks_failed == 0;
}

/// Where no coordinator is alive, one is embedded: for the question alone, or until the end.
int roll_back_embedded(const Arguments& arguments, Environment& environment,
                       const StatePaths& state, TicketControl& control) {
  if (arguments.has("dry-run")) {
    const int code = ask_embedded(environment, state, control.run,
                                  [&](ControlClient& client, const RunSummary& run) {
                                    control.run = run.id;
                                    return show_and_ask(client, control, arguments, environment);
                                  });
    if (code == kExitDone) say_dry_run(arguments, environment);
    return code;
  }
  if (Result<void> ours = expect_embedded(state); !ours) return environment.fail(ours.error());
  const int code =
      go_on_embedded(arguments, environment, state, control.run,
                     [&](ControlClient& client, const RunSummary& run) -> Result<void> {
                       control.run = run.id;
                       Result<void> meant = show_and_ask(client, control, arguments, environment);
                       if (!meant) return meant;
                       const Result<ControlAnswer> answer = client.control_tickets(control);
                       if (!answer) return answer.error();
                       return open_again(client, environment, run.id);
                     });
  // Of a run of which something was undone not all has succeeded; what was asked for is done.
  return code == kExitTicketsFailed && all_is_put_back(state, control.run) ? kExitDone : code;
}

}  // namespace

int rollback_verb(const Arguments& arguments, Environment& environment) {
  const Result<std::string> by = who_asks(arguments);
  if (!by) return environment.fail(by.error());
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  TicketControl control;
  control.run = *run;
  control.action = TicketAction::kRollback;
  if (const auto keep = arguments.value("to")) control.tickets = {std::string(*keep)};
  control.by = *by;
  control.comment = arguments.value("comment").value_or("");
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return environment.fail(place.error());
  if (may_embed(*place)) {
    return roll_back_embedded(arguments, environment, *place->state, control);
  }
  const Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(*place, environment);
  if (!client) return environment.fail(client.error());
  const Result<void> meant = show_and_ask(**client, control, arguments, environment);
  if (!meant) return environment.fail(meant.error());
  say_dry_run(arguments, environment);
  if (arguments.has("dry-run")) return kExitDone;
  const Result<ControlAnswer> answer = (*client)->control_tickets(control);
  if (!answer) return environment.fail(answer.error());
  for (const RunSummary& now : answer->runs) {
    environment.out << fmt::format("{} {}: {}\n", run_title(now), to_text(now.state),
                                   counts_sentence(now));
    if (now.state == RunState::kStopped) {
      environment.note(fmt::format(
          "{0} is stopped: nothing is put back before `headway resume {0}`", run_name(now.id)));
    }
  }
  return kExitDone;
}

}  // namespace headway::cli
