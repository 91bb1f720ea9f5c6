#include "coordinator/cli/verbs/go_on.h"

#include <unistd.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "coordinator/cli/attach.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/other_runs.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"

namespace headway::cli {

namespace {

constexpr Duration kStopPoll = std::chrono::milliseconds{100};

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
  std::uint32_t agents = run.local_agents > 0 ? run.local_agents : default_agents();
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

int go_on_embedded(const Arguments& arguments, Environment& environment,
                   const std::string& state_folder, RunId run, const BeforeGoingOn& before,
                   LiveSync* sync) {
  environment.interrupts.install();
  Result<Embedded> embedded = Embedded::start(state_folder);
  if (!embedded) return environment.fail(embedded.error());
  const int code = stay(arguments, environment, *embedded, run, before, sync);
  embedded->end();
  return code;
}

int ask_embedded(Environment& environment, const std::string& state_folder, RunId run,
                 const BeforeGoingOn& question) {
  environment.interrupts.install();
  Result<Embedded> embedded = Embedded::start(state_folder);
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
