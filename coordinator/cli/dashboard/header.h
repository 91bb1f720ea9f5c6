#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// Lines that the header always has: the run with its state and times, and the bar.
inline constexpr std::size_t kHeaderTop = 2;

/// The elapsed time and the ETA, the more important first.
std::vector<std::string> run_times(const Snapshot& snapshot);

/// The run's name, state, elapsed time and ETA in the first line of the grid.
void draw_run_line(Grid& grid, const Snapshot& snapshot);
/// How much of it is done, as a bar, a share, and a count, in the second.
void draw_bar_line(Grid& grid, const Snapshot& snapshot);

/// The counts, and the priorities done of all, in as many lines as they take.
std::vector<std::vector<Cell>> header_lines(const Snapshot& snapshot, std::size_t columns);

/// What a person must know first, a line each: nobody answers; no worker has joined and what to
/// type; the picture comes from the registry.
std::vector<std::string> notice_lines(const Snapshot& snapshot, std::size_t columns);

}  // namespace headway::cli
