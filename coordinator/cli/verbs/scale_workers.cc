#include "coordinator/cli/verbs/scale_workers.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/user.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/local_workers.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/verbs/common.h"

namespace headway::cli {

namespace {

/// The state directory that workers are started in. kUsage: the coordinator is known by an address
/// alone, perhaps of another machine.
Result<StatePaths> own_state_paths(const CoordinatorPlace& place) {
  if (!place.is_state_folder()) {
    return Error{ErrorKind::kUsage,
                 fmt::format("local workers live in their coordinator's state directory: name that "
                             "with --state-dir, on its machine, instead of {}",
                             place.endpoint)};
  }
  if (place.state) return *place.state;
  return find_state_paths(place.state_folder);
}

/// Asks a worker to drain, or what that would change.
Result<std::vector<Change>> drain_one(ControlClient& client, const Arguments& arguments,
                                      const std::string& name) {
  WorkerControl control;
  control.action = WorkerAction::kDrain;
  control.worker = name;
  control.dry_run = arguments.has("dry-run");
  control.by = user_name();
  control.comment = arguments.value("comment").value_or("");
  Result<WorkerControlAnswer> answer = client.control_worker(control);
  if (!answer) return answer.error();
  return std::move(answer).value().changes;
}

/// Carries it out, or only tells it with `--dry-run`: a change for the sum and one a worker.
Result<std::vector<Change>> carry_out_scaling(const Scaling& scaling, std::uint32_t wanted,
                                              const StatePaths& paths, ControlClient& client,
                                              const Arguments& arguments,
                                              const Environment& environment) {
  std::vector<Change> changes = {
      {"local agents", std::to_string(scaling.agents), std::to_string(wanted)}};
  if (scaling.agents == wanted) changes.clear();
  for (const std::string& name : scaling.start) {
    changes.push_back({"worker " + name, "not there", "joined, 1 agent"});
  }
  for (const std::string& name : scaling.drain) {
    const Result<std::vector<Change>> drained = drain_one(client, arguments, name);
    if (!drained) return drained.error();
    changes.insert(changes.end(), drained->begin(), drained->end());
  }
  if (arguments.has("dry-run")) return changes;
  Result<void> started = start_local_workers(paths, scaling.start, client, environment.interrupts);
  if (!started) return started.error();
  return changes;
}

}  // namespace

int scale_workers(const Arguments& arguments, Environment& environment) {
  const Result<std::int64_t> wanted =
      parse_number("worker scale", arguments.positionals().at(1), 0, kMostScaledAgents);
  if (!wanted) return environment.fail(wanted.error());
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return environment.fail(place.error());
  const Result<std::unique_ptr<ControlClient>> client = connect_to_coordinator(*place, environment);
  if (!client) return environment.fail(client.error());
  const Result<StatePaths> paths = own_state_paths(*place);
  if (!paths) return environment.fail(paths.error());
  const Result<std::vector<AgentView>> agents = all_agents(**client);
  if (!agents) return environment.fail(agents.error());
  const auto count = static_cast<std::uint32_t>(*wanted);
  const Result<Scaling> scaling = plan_scaling(*agents, count);
  if (!scaling) return environment.fail(scaling.error());
  const Result<std::vector<Change>> changes =
      carry_out_scaling(*scaling, count, *paths, **client, arguments, environment);
  if (!changes) return environment.fail(changes.error());
  environment.out << changes_text(*changes);
  say_dry_run(arguments, environment);
  if (!arguments.has("dry-run") && changes->empty()) {
    environment.note(count == 1 ? std::string("there is 1 local agent already")
                                : fmt::format("there are {} local agents already", count));
  }
  return kExitDone;
}

}  // namespace headway::cli
