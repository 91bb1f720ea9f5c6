#pragma once

#include <functional>
#include <string>

#include "common/base/result.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/control_client.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/live_sync.h"

/// How a verb goes on with a run of a state directory in which no coordinator is alive: one is
/// embedded, and the command stays until the run has ended.

namespace headway::cli {

/// What the verb asks of the embedded coordinator before agents join; the run is as it was found.
using BeforeGoingOn = std::function<Result<void>(ControlClient& client, const RunSummary& run)>;

/// Embeds a coordinator and, after `before`, as many agents as the run had (`--local`: so many).
/// `sync`: what keeps the tickets' files up to date, if anything. Nothing is embedded where the
/// registry says already that there is no such run. The exit code of the command.
int go_on_embedded(const Arguments& arguments, Environment& environment, const StatePaths& state,
                   RunId run, const BeforeGoingOn& before, LiveSync* sync = nullptr);

/// Embeds a coordinator, without agents, for one question about a run; the exit code of the
/// command.
int ask_embedded(Environment& environment, const StatePaths& state, RunId run,
                 const BeforeGoingOn& question);

/// For a verb that means to decide something, and not to execute the run here: kUnreachable where
/// none of the registry's runs was ever embedded. Its workers are elsewhere, and look for its own
/// coordinator, which one that is embedded here would keep from coming back.
Result<void> expect_embedded(const StatePaths& state);

/// What a dry run has to add of a verb that goes on by `go_on_embedded`.
void say_one_would_be_embedded(const Environment& environment);

/// Whether no coordinator is alive in a state directory that has runs to go on with.
bool may_embed(const CoordinatorPlace& place);

/// Lets a run go on that was paused or stopped. One that was cut off while it was stopping is first
/// stopped to its end, but for what it has to put back.
Result<void> open_again(ControlClient& client, const Environment& environment, RunId run);

}  // namespace headway::cli
