#pragma once

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/dashboard/view_state.h"

namespace headway::cli {

/// One ticket alone: why it is where it is, what has happened to it, and its output as it comes.
void draw_ticket_page(Grid& grid, Area area, const Snapshot& snapshot, const ViewState& view);

}  // namespace headway::cli
