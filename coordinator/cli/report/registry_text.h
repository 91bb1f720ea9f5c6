#pragma once

#include <string>

#include "coordinator/cli/report/registry_report.h"
#include "coordinator/cli/show/format.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// The report for people: the run, a table of its tickets, and the counts. As `format` says: table,
/// markdown, or plain, which is the cells of both tables with an empty line between them. `width`:
/// of the terminal, 0: unlimited.
std::string registry_text(const RegistryReport& report, Format format, bool colour,
                          std::size_t width);

/// The run's measures, in the same formats; they go after the report.
std::string metrics_text(const RegistryReport& report, Format format, bool colour,
                         std::size_t width);

/// The report for programs, under `registry`, and with `include_metrics` the measures as `status`
/// has them: what is not known is null.
Json registry_json(const RegistryReport& report, bool include_metrics);

}  // namespace headway::cli
