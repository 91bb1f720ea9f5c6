#pragma once

#include <cstddef>
#include <string>

#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/dashboard/view_state.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// What the dashboard shows, whole and once: the run's counts, then the panels of a focus as
/// tables. `format`: table, markdown (with headings), or plain (the rows alone). `width`: of the
/// terminal, 0: unlimited.
std::string picture_text(const Snapshot& snapshot, Focus focus, Format format, bool colour,
                         std::size_t width);

}  // namespace headway::cli
