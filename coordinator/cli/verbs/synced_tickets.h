#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/live_sync.h"
#include "coordinator/cli/verbs/prepared_plan.h"

/// How the verbs that stay with a run find the files that `--sync`, or the configuration, has them
/// keep up to date. None: that is not wanted. What is only configured is never an error: where no
/// files are found, a note says so.

namespace headway::cli {

/// The files of a plan's tickets: in `--tickets`, else where the plan says that its tickets are
/// from, else in the configured folder. Only tickets of these groups, where there are any.
Result<std::optional<LiveSync>> sync_of_plan(const Arguments& arguments,
                                             const Environment& environment,
                                             const PreparedPlan& prepared,
                                             const std::vector<std::uint32_t>& groups);

/// The same where the plan is not at hand: in `--tickets`, else in the configured folder.
Result<std::optional<LiveSync>> sync_of_folder(const Arguments& arguments,
                                               const Environment& environment);

/// Writes what happened while no command was there.
Result<void> catch_up(LiveSync& sync, Answers& answers, const Environment& environment, RunId run);

}  // namespace headway::cli
