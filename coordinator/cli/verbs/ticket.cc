#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/go_on.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

/// Whether a run may go on by it where no coordinator is alive.
bool lets_go_on(TicketAction action) {
  switch (action) {
    case TicketAction::kRetry:
    case TicketAction::kRerun:
    case TicketAction::kApprove:
    case TicketAction::kReject:
    case TicketAction::kSettle:
      return true;
    case TicketAction::kCancel:
    case TicketAction::kReassign:
    case TicketAction::kPriority:
    case TicketAction::kRollback:
      return false;
  }
  return false;
}

/// `--to`, which means a worker for one action and a priority for another.
Result<void> read_destination(const Arguments& arguments, TicketControl& control) {
  const std::string to = arguments.value("to").value_or("");
  const bool wants_to =
      control.action == TicketAction::kReassign || control.action == TicketAction::kPriority;
  if (wants_to == to.empty()) {
    return Error{ErrorKind::kUsage, wants_to ? fmt::format("say with --to {}",
                                                           control.action == TicketAction::kReassign
                                                               ? "which worker, or `any`"
                                                               : "which priority")
                                             : "--to goes with `reassign` and `priority` alone"};
  }
  if (control.restart && control.action != TicketAction::kReassign) {
    return Error{ErrorKind::kUsage, "--restart goes with `ticket reassign` alone"};
  }
  if (control.action == TicketAction::kPriority) control.priority = to;
  if (control.action == TicketAction::kReassign && to != "any") control.to = to;
  return {};
}

Result<TicketControl> read_control(const Arguments& arguments) {
  TicketControl control;
  const std::vector<std::string>& words = arguments.positionals();
  const std::optional<TicketAction> action = from_text<TicketAction>(words.front());
  HW_CHECK(action.has_value(), "the parser let an unknown action pass");
  control.action = *action;
  control.tickets.assign(words.begin() + 1, words.end());
  std::ranges::copy(arguments.values("ticket"), std::back_inserter(control.tickets));
  control.restart = arguments.has("restart");
  control.dry_run = arguments.has("dry-run");
  if (Result<void> read = read_destination(arguments, control); !read) return read.error();
  const Result<std::string> by = who_asks(arguments);
  if (!by) return by.error();
  control.by = *by;
  control.comment = arguments.value("comment").value_or("");
  const bool failed = arguments.has("failed");
  if (failed && control.action != TicketAction::kRetry) {
    return Error{ErrorKind::kUsage, "--failed goes with `ticket retry` alone"};
  }
  if (failed != control.tickets.empty()) {
    return Error{ErrorKind::kUsage, failed ? "name tickets, or say --failed, not both"
                                           : fmt::format("name the tickets to {}", words.front())};
  }
  const Result<RunId> run = run_value(arguments);
  if (!run) return run.error();
  control.run = *run;
  return control;
}

void show_answer(const ControlAnswer& answer, const Environment& environment) {
  environment.out << changes_text(answer.changes);
  for (const RunSummary& run : answer.runs) {
    environment.out << fmt::format("{} {}: {}\n", run_title(run), to_text(run.state),
                                   counts_sentence(run));
  }
}

/// Where no coordinator is alive, one is embedded: for the question alone, or until the end.
int steer_embedded(const Arguments& arguments, Environment& environment, const StatePaths& state,
                   TicketControl& control) {
  const auto steer = [&](ControlClient& client, RunId run) {
    control.run = run;
    return client.control_tickets(control);
  };
  if (control.dry_run) {
    return ask_embedded(environment, state, control.run,
                        [&](ControlClient& client, const RunSummary& run) -> Result<void> {
                          const Result<ControlAnswer> answer = steer(client, run.id);
                          if (!answer) return answer.error();
                          show_answer(*answer, environment);
                          say_one_would_be_embedded(environment);
                          say_dry_run(arguments, environment);
                          return {};
                        });
  }
  if (Result<void> ours = expect_embedded(state); !ours) return environment.fail(ours.error());
  return go_on_embedded(arguments, environment, state, control.run,
                        [&](ControlClient& client, const RunSummary& run) -> Result<void> {
                          const Result<ControlAnswer> answer = steer(client, run.id);
                          if (!answer) return answer.error();
                          environment.out << changes_text(answer->changes);
                          return open_again(client, environment, run.id);
                        });
}

}  // namespace

int ticket_verb(const Arguments& arguments, Environment& environment) {
  Result<TicketControl> control = read_control(arguments);
  if (!control) return environment.fail(control.error());
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return environment.fail(place.error());
  if (lets_go_on(control->action) && may_embed(*place)) {
    return steer_embedded(arguments, environment, *place->state, *control);
  }
  const Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(*place, environment);
  if (!client) return environment.fail(client.error());
  const Result<ControlAnswer> answer = (*client)->control_tickets(*control);
  if (!answer) return environment.fail(answer.error());
  show_answer(*answer, environment);
  say_dry_run(arguments, environment);
  return kExitDone;
}

}  // namespace headway::cli
