#pragma once

#include "coordinator/core/state.h"

namespace headway {

/// The version that was offered becomes the run's plan, and all that is derived from the plan is
/// worked out anew: what each ticket waits for, groups, counts. No ticket changes its state here
/// but that new ones begin to wait: that those move which may start now, or may not any more, is
/// evolve's to do.
void take_plan(Run& run);

}  // namespace headway
