#pragma once

#include "common/base/result.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/registry.h"

namespace headway {

/// The state of a registry with all its unfinished runs: what a coordinator starts from.
Result<State> replay_unfinished(const Registry& registry);

/// The state of a registry with one run, finished or not: for answering questions about it.
Result<State> replay_run(const Registry& registry, RunId run);

}  // namespace headway
