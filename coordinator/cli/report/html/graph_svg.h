#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/report/html/graph_choice.h"

namespace headway::cli {

/// The section of the page with the run's graph: each drawing in layers from above to below. A
/// ticket's node leads to its row of the table, `t` and its number in the report.
std::string graph_section(const std::vector<ShownGraph>& graphs);

}  // namespace headway::cli
