#pragma once

#include <string>

#include "common/base/result.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/report/registry_report.h"

namespace headway::cli {

/// The page of a run, with all that must be asked for it beside the report: what happened when,
/// what waits for what, and the last that failed tickets printed. `now` is for a run that goes on.
Result<std::string> report_page(Answers& answers, const RegistryReport& report, WallTime now);

}  // namespace headway::cli
