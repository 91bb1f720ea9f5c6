#pragma once

#include <string>

#include "coordinator/cli/analysis/report.h"

namespace headway::cli {

/// The dependencies as a graph: an edge from what comes first to what waits for it, by kind; what
/// several tickets want as a node of its own with lines to them (never a line for each pair); the
/// critical path stands out. `conflicts_only`: the conflicts with their tickets alone.

/// In the DOT language of Graphviz.
std::string analysis_dot(const AnalysisReport& report, bool conflicts_only);
/// As a Mermaid flowchart.
std::string analysis_mermaid(const AnalysisReport& report, bool conflicts_only);

}  // namespace headway::cli
