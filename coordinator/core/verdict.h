#pragma once

#include "coordinator/core/state.h"

namespace headway {

/// Whether a run whose tickets have all ended succeeded: each of them did, or its failure is
/// allowed, nothing is left to be put back, and no gate of the plan fails it. What was removed from
/// the plan speaks for nothing.
bool has_succeeded(const Run& run);

}  // namespace headway
