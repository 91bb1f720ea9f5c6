#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/verbs/prepared_plan.h"
#include "coordinator/planner/simulate_schedule.h"

namespace headway::cli {

/// Prints what would run when, and writes the Markdown report that `--report` asks for. The exit
/// code.
int dry_run(const Arguments& arguments, Environment& environment, const PreparedPlan& prepared,
            const SimulationOptions& options);

/// The report: totals, then a table of the schedule.
std::string simulation_report(const PreparedPlan& prepared, const SimulationOptions& options,
                              const SimulatedSchedule& schedule);

}  // namespace headway::cli
