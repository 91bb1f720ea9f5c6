#pragma once

#include <string>

#include "coordinator/cli/report/timeline.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// A timeline in the trace event format that Perfetto and chrome://tracing open (Google, "Trace
/// Event Format"): a lane for each agent with its attempts, one for the run's pauses, and what
/// waited for locks, each ticket in a lane of its own while it waited.
Json trace_json(const std::string& run, const Timeline& timeline);

}  // namespace headway::cli
