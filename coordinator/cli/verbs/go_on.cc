#include "coordinator/cli/verbs/go_on.h"

#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "coordinator/cli/attach.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/other_runs.h"
#include "coordinator/cli/registry_answers.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"

namespace headway::cli {

namespace {

constexpr Duration kStopPoll = std::chrono::milliseconds{100};
/// Of which it is looked at whether they were embedded; the latest.
constexpr std::size_t kMostRuns = 1000;

/// As many as the latest run of this registry had that was embedded; none: none was.
std::optional<std::uint32_t> agents_there_were(Answers& answers) {
  const Result<std::vector<RunSummary>> runs = list_runs(answers, kMostRuns);
  if (!runs) return std::nullopt;
  for (const RunSummary& run : *runs) {
    if (run.local_agents > 0) return run.local_agents;
  }
  return std::nullopt;
}

/// Before anything is started for it. What cannot be read is left to the coordinator, which may
/// bring a registry of an older version up to date.
Result<void> expect_run(const StatePaths& state, RunId run) {
  const Result<std::unique_ptr<Answers>> registry = open_registry_answers(state);
  if (!registry) return {};
  const Result<StatusAnswer> status =
      (*registry)->status({.run = run, .first_ticket = 0, .summary_only = true});
  if (!status) return status.error();
  return {};
}

int stay(const Arguments& arguments, Environment& environment, Embedded& embedded, RunId word,
         const BeforeGoingOn& before, LiveSync* sync) {
  const Result<std::unique_ptr<ControlClient>> client =
      ControlClient::connect(embedded.paths().control_endpoint(), environment.interrupts);
  if (!client) return environment.fail(client.error());
  const Result<StatusAnswer> status =
      (*client)->status({.run = word, .first_ticket = 0, .summary_only = true});
  if (!status) return environment.fail(status.error());
  const RunSummary& run = status->run;
  const Result<std::optional<std::int64_t>> local = arguments.number("local", 1, kMostLocalAgents);
  if (!local) return environment.fail(local.error());
  // A run that came to an embedded coordinator which was there had the agents of that one.
  std::uint32_t agents = run.local_agents > 0
                             ? run.local_agents
                             : agents_there_were(**client).value_or(default_agents());
  if (*local) agents = static_cast<std::uint32_t>(**local);
  const Result<Sequence> after = last_event(**client, run.id);
  if (!after) return environment.fail(after.error());
  const std::vector<RunId> others = runs_taken_up(**client, environment, run.id);
  if (Result<void> done = before(**client, run); !done) return environment.fail(done.error());
  Result<void> joined = embedded.add_worker(agents, **client, environment.interrupts);
  if (!joined) return environment.fail(joined.error());
  environment.note(fmt::format("embedded: registry {}, {}",
                               environment.seen_from_here(embedded.paths().registry),
                               counted(agents, "agent")));
  const int code = attach(**client, environment,
                          {.run = run.id,
                           .after = *after,
                           .embedded = &embedded,
                           .state = {},
                           .come_back = {},
                           .most_attempts = {},
                           .sync = sync});
  if (code != kExitInterrupted) wait_for_other_runs(**client, environment, embedded, others);
  return code;
}

}  // namespace

int go_on_embedded(const Arguments& arguments, Environment& environment, const StatePaths& state,
                   RunId run, const BeforeGoingOn& before, LiveSync* sync) {
  if (Result<void> there = expect_run(state, run); !there) return environment.fail(there.error());
  environment.interrupts.install();
  Result<Embedded> embedded = Embedded::start(state.folder);
  if (!embedded) return environment.fail(embedded.error());
  const int code = stay(arguments, environment, *embedded, run, before, sync);
  embedded->end();
  return code;
}

int ask_embedded(Environment& environment, const StatePaths& state, RunId run,
                 const BeforeGoingOn& question) {
  if (Result<void> there = expect_run(state, run); !there) return environment.fail(there.error());
  environment.interrupts.install();
  Result<Embedded> embedded = Embedded::start(state.folder);
  if (!embedded) return environment.fail(embedded.error());
  const auto ask = [&]() -> Result<void> {
    const Result<std::unique_ptr<ControlClient>> client =
        ControlClient::connect(embedded->paths().control_endpoint(), environment.interrupts);
    if (!client) return client.error();
    const Result<StatusAnswer> status =
        (*client)->status({.run = run, .first_ticket = 0, .summary_only = true});
    if (!status) return status.error();
    return question(**client, status->run);
  };
  const Result<void> asked = ask();
  embedded->end();
  return asked ? kExitDone : environment.fail(asked.error());
}

Result<void> expect_embedded(const StatePaths& state) {
  const Result<std::unique_ptr<Answers>> registry = open_registry_answers(state);
  if (!registry || agents_there_were(**registry)) return {};
  return Error{ErrorKind::kUnreachable,
               "no coordinator is alive in " + state.folder +
                   ", and its runs had no agents of its own machine: start it again "
                   "(headway-coordinator), so that its workers find it; `headway resume` goes on "
                   "with a run here, without them"};
}

void say_one_would_be_embedded(const Environment& environment) {
  environment.note(
      "no coordinator is alive: without --dry-run one is embedded here until the run has ended");
}

bool may_embed(const CoordinatorPlace& place) {
  return !place.alive && place.is_state_folder() && place.state &&
         ::access(place.state->registry.c_str(), F_OK) == 0;
}

Result<void> open_again(ControlClient& client, const Environment& environment, RunId run) {
  const Instant deadline = read_clocks().steady + kStopTimeout;
  while (true) {
    const Result<StatusAnswer> status =
        client.status({.run = run, .first_ticket = 0, .summary_only = true});
    if (!status) return status.error();
    if (status->run.state == RunState::kPaused || status->run.state == RunState::kStopped) break;
    if (status->run.state != RunState::kStopping) return {};
    // What is left of its stop is to put things back, for which agents have to come.
    if (status->run.alive == 0 && status->run.rollbacks_planned > 0) return {};
    if (read_clocks().steady >= deadline || environment.interrupts.count() > 0) {
      return Error{ErrorKind::kTimedOut, fmt::format("{} is still being stopped", run_name(run))};
    }
    environment.interrupts.wait(kStopPoll);
  }
  const Result<ControlAnswer> resumed = client.resume({.run = run});
  if (!resumed) return resumed.error();
  return {};
}

}  // namespace headway::cli
