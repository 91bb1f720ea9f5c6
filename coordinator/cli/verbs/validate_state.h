#pragma once

#include "common/base/result.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/control_client.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// Whether `--validate-state`, or `--rerun-missing`, which needs it, was given.
bool wants_validation(const Arguments& arguments);

/// Has the coordinator check a run's state before it goes on, and reports each check. An error
/// where one failed; with `--rerun-missing` tickets whose artifacts are gone are opened again
/// instead, with all that succeeded on top of them; with `--dry-run` it only says which.
Result<void> validate_state(const Arguments& arguments, ControlClient& client,
                            const Environment& environment, RunId run);

}  // namespace headway::cli
