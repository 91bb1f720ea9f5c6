#pragma once

#include "common/messages/graph_messages.h"
#include "coordinator/core/state.h"

namespace headway {

/// A page of what a run's tickets wait for. `request.run` is not looked at.
GraphAnswer run_graph(const Run& run, const GraphRequest& request);

}  // namespace headway
