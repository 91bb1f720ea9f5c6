#include <fmt/format.h>

#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

int worker_verb(const Arguments& arguments, Environment& environment) {
  WorkerControl control;
  const std::optional<WorkerAction> action =
      from_text<WorkerAction>(arguments.positionals().front());
  HW_CHECK(action.has_value(), "the parser let an unknown action pass");
  control.action = *action;
  control.worker = arguments.positionals().at(1);
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
  const std::string done = control.confirm_dead ? "buried; its tickets go out again"
                           : control.action == WorkerAction::kDrain ? "drains"
                                                                    : "is being removed";
  environment.out << fmt::format("worker {} {}", control.worker, done);
  if (answer->alive > 0) {
    environment.out << fmt::format("; {} of its attempts {} alive", answer->alive,
                                   answer->alive == 1 ? "is" : "are");
  }
  environment.out << "\n";
  return kExitDone;
}

}  // namespace headway::cli
