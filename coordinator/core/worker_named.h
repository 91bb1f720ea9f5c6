#pragma once

#include <string>

#include "common/base/result.h"
#include "coordinator/core/state.h"

namespace headway {

/// The worker that a person names by itself or by one of its agents, as in `w2` and `w2/1`; agents
/// of a worker are alike. kNotFound: none of this name has ever joined, or it has no such slot.
Result<WorkerId> worker_named(const State& state, const std::string& agent);

}  // namespace headway
