#pragma once

#include <string>

#include "coordinator/cli/report/html/gantt.h"

namespace headway::cli {

/// The section of the page with the Gantt chart: a lane for each agent, below them what waited for
/// locks. Places are in percent of the chart's width, so that it fills any page, and is zoomed by
/// making it wider.
std::string gantt_section(const Timeline& timeline, const Gantt& gantt);

}  // namespace headway::cli
