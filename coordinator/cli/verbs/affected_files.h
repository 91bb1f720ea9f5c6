#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/attempt_messages.h"
#include "common/plan/plan.h"

namespace headway::cli {

/// The regular files below `folder` that tickets of the plan affect, with size and SHA-256, by
/// path; what is to be made yet is left out. Reads every byte of them. Errors: one cannot be read;
/// there are more than 4,000 of them, or of files to look at than 1,000,000.
Result<std::vector<Artifact>> affected_files(const Plan& plan, const std::string& folder);

}  // namespace headway::cli
