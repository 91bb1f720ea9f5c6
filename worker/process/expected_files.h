#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/check_messages.h"

namespace headway::worker {

/// That each file is below the root, a regular one, and as it was recorded (size and SHA-256).
/// Reads every byte: slow. The error is the sentence for a failed requirement: `input out/x.json,
/// an artifact of BUILD, has changed since it was recorded`.
Result<void> verify_expected_files(const std::string& root, const std::vector<ExpectedFile>& files);

}  // namespace headway::worker
