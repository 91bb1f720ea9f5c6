#include <fmt/format.h>

#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/scale_workers.h"

namespace headway::cli {

namespace {

std::string_view done_words(const WorkerControl& control) {
  if (control.confirm_dead) return "buried; its tickets go out again";
  switch (control.action) {
    case WorkerAction::kDrain:
      return "drains";
    case WorkerAction::kRemove:
      return "is being removed";
    case WorkerAction::kRestart:
      break;
  }
  return "drains, and starts anew";
}

}  // namespace

int worker_verb(const Arguments& arguments, Environment& environment) {
  if (arguments.positionals().front() == "scale") return scale_workers(arguments, environment);
  WorkerControl control;
  const std::optional<WorkerAction> action =
      from_text<WorkerAction>(arguments.positionals().front());
  HW_CHECK(action.has_value(), "the parser let an unknown action pass");
  control.action = *action;
  const std::string& named = arguments.positionals().at(1);
  control.worker = named;
  control.dry_run = arguments.has("dry-run");
  control.confirm_dead = arguments.has("confirm-dead");
  control.by = user_name();
  control.comment = arguments.value("comment").value_or("");
  if (control.confirm_dead && control.action != WorkerAction::kRemove) {
    return environment.fail({ErrorKind::kUsage, "--confirm-dead goes with `worker remove` alone"});
  }
  const Result<std::unique_ptr<ControlClient>> client =
      connect_to_coordinator(arguments, environment);
  if (!client) return environment.fail(client.error());
  const Result<WorkerControlAnswer> answer = (*client)->control_worker(control);
  if (!answer) return environment.fail(answer.error());
  environment.out << changes_text(answer->changes);
  if (control.dry_run) {
    say_dry_run(arguments, environment);
    return kExitDone;
  }
  environment.out << fmt::format("worker {} {}", named.substr(0, named.find('/')),
                                 done_words(control));
  if (answer->alive > 0) {
    environment.out << fmt::format("; {} of its attempts {} alive", answer->alive,
                                   answer->alive == 1 ? "is" : "are");
  }
  environment.out << "\n";
  return kExitDone;
}

}  // namespace headway::cli
