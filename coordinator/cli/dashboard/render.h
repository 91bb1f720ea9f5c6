#pragma once

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/dashboard/view_state.h"

namespace headway::cli {

/// One frame: a pure function of what is known, where the person is, and the terminal's size. Below
/// kSmallestScreen it is a sentence that says so.
Grid render(const Snapshot& snapshot, const ViewState& view, GridSize size, Charset charset);

}  // namespace headway::cli
