#include <unistd.h>

#include <fmt/format.h>

#include "common/system/clock.h"
#include "coordinator/cli/attach.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/validate_state.h"

namespace headway::cli {

namespace {

constexpr std::size_t kMostProblems = 50;
constexpr Duration kStopTimeout = std::chrono::seconds{60};
constexpr Duration kPoll = std::chrono::milliseconds{100};

Result<void> validate(ControlClient& client, RunId run) {
  const Result<StatusAnswer> status = whole_status(client, run);
  if (!status) return status.error();
  const Result<std::vector<AgentView>> agents = all_agents(client);
  if (!agents) return agents.error();
  std::vector<std::string> problems = state_problems(*status, *agents);
  if (problems.empty()) return {};
  const std::size_t count = problems.size();
  if (count > kMostProblems) problems.resize(kMostProblems);
  return Error{ErrorKind::kInvalidPlan,
               fmt::format("the state of {} is not sound ({} findings):\n  {}",
                           run_name(status->run.id), count, fmt::join(problems, "\n  "))};
}

int resume_there(const Arguments& arguments, Environment& environment, ControlClient& client) {
  const Result<RunId> run = run_to_control(arguments, client);
  if (!run) return environment.fail(run.error());
  if (arguments.has("validate-state")) {
    if (Result<void> sound = validate(client, *run); !sound) return environment.fail(sound.error());
  }
  const Result<ControlAnswer> answer = client.resume({.run = *run});
  if (!answer) return environment.fail(answer.error());
  for (const RunSummary& resumed : answer->runs) {
    environment.out << fmt::format("{}: {}\n", run_title(resumed), to_text(resumed.state));
  }
  return kExitDone;
}

/// Lets a run go on that was paused or stopped. One that was cut off while it was stopping is first
/// stopped to its end.
Result<void> open_again(ControlClient& client, Environment& environment, RunId run) {
  const Instant deadline = read_clocks().steady + kStopTimeout;
  while (true) {
    const Result<StatusAnswer> status =
        client.status({.run = run, .first_ticket = 0, .summary_only = true});
    if (!status) return status.error();
    if (status->run.state == RunState::kPaused || status->run.state == RunState::kStopped) break;
    if (status->run.state != RunState::kStopping) return {};
    if (read_clocks().steady >= deadline || environment.interrupts.count() > 0) {
      return Error{ErrorKind::kTimedOut, fmt::format("{} is still being stopped", run_name(run))};
    }
    environment.interrupts.wait(kPoll);
  }
  const Result<ControlAnswer> resumed = client.resume({.run = run});
  if (!resumed) return resumed.error();
  return {};
}

/// The coordinator is this command's own from here on.
int resume_embedded(const Arguments& arguments, Environment& environment, Embedded& embedded) {
  const Result<std::unique_ptr<ControlClient>> client =
      ControlClient::connect(embedded.paths().control_endpoint(), environment.interrupts);
  if (!client) return environment.fail(client.error());
  const Result<RunId> word = run_word(arguments);
  if (!word) return environment.fail(word.error());
  const Result<StatusAnswer> status =
      (*client)->status({.run = *word, .first_ticket = 0, .summary_only = true});
  if (!status) return environment.fail(status.error());
  const RunSummary& run = status->run;
  if (is_final(run.state)) {
    return environment.fail(
        {ErrorKind::kFailed, fmt::format("there is nothing to resume: the state of {} is {}",
                                         run_title(run), to_text(run.state))});
  }
  const Result<std::optional<std::int64_t>> local = arguments.number("local", 1, kMostLocalAgents);
  if (!local) return environment.fail(local.error());
  std::uint32_t agents = run.local_agents > 0 ? run.local_agents : default_agents();
  if (*local) agents = static_cast<std::uint32_t>(**local);
  if (arguments.has("validate-state")) {
    if (Result<void> sound = validate(**client, run.id); !sound)
      return environment.fail(sound.error());
  }
  const Result<Sequence> after = last_event(**client, run.id);
  if (!after) return environment.fail(after.error());
  Result<void> joined = embedded.add_worker(agents, **client, environment.interrupts);
  if (!joined) return environment.fail(joined.error());
  environment.note(
      fmt::format("embedded: registry {}, {} agents", embedded.paths().registry, agents));
  if (Result<void> opened = open_again(**client, environment, run.id); !opened) {
    return environment.fail(opened.error());
  }
  const int code = attach(**client, environment,
                          {.run = run.id,
                           .after = *after,
                           .embedded = &embedded,
                           .state = {},
                           .come_back = {},
                           .most_attempts = {}});
  if (code != kExitInterrupted) wait_for_other_runs(**client, environment, embedded);
  return code;
}

}  // namespace

int resume_verb(const Arguments& arguments, Environment& environment) {
  const Result<CoordinatorPlace> place = find_coordinator(arguments, environment);
  if (!place) return environment.fail(place.error());
  const bool embed = !place->alive && place->is_state_folder() && place->state &&
                     ::access(place->state->registry.c_str(), F_OK) == 0;
  if (!embed) {
    const Result<std::unique_ptr<ControlClient>> client =
        connect_to_coordinator(*place, environment);
    if (!client) return environment.fail(client.error());
    return resume_there(arguments, environment, **client);
  }
  if (arguments.has("all")) {
    return environment.fail(
        {ErrorKind::kUsage, "no coordinator is alive, and a command stays with one run: name it"});
  }
  environment.interrupts.install();
  Result<Embedded> embedded = Embedded::start(place->state->folder);
  if (!embedded) return environment.fail(embedded.error());
  const int code = resume_embedded(arguments, environment, *embedded);
  embedded->end();
  return code;
}

}  // namespace headway::cli
