#pragma once

#include <functional>
#include <string>

#include "common/base/result.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/registry.h"

namespace headway {

/// Called where a run's plan had to be read from its text, which takes long, with the compiled form
/// that was missing or of no use.
using CompiledAnew = std::function<void(RunId run, const std::string& compiled)>;

/// The state of a registry with all its unfinished runs: what a coordinator starts from.
Result<State> replay_unfinished(const Registry& registry, const CompiledAnew& compiled = {});

/// The state of a registry with one run, finished or not: for answering questions about it. Gives
/// up, with an error, soon after `give_up` says so.
Result<State> replay_run(const Registry& registry, RunId run,
                         const std::function<bool()>& give_up = {});

}  // namespace headway
