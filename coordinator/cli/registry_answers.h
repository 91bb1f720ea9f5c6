#pragma once

#include <memory>

#include "common/base/result.h"
#include "common/system/state_paths.h"
#include "coordinator/cli/answers.h"

namespace headway::cli {

/// Answers from the registry of a state directory in which no coordinator is alive, opened
/// read-only.
Result<std::unique_ptr<Answers>> open_registry_answers(const StatePaths& paths);

}  // namespace headway::cli
