#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"

/// A registry's file as a whole, for whoever keeps copies of it. Nothing here needs a coordinator,
/// and none that is at work is disturbed.

namespace headway::cli {

/// Copies one moment of a registry to `copy`, which must not exist, and checks the copy. The copy
/// can be gone on from: it skips the tokens that the original may have handed out since. Errors:
/// there is no registry, the copy cannot be written, or something is wrong with it.
Result<void> back_up_registry(const std::string& registry, const std::string& copy);

/// What is wrong with a registry or a copy, in sentences; empty: nothing.
Result<std::vector<std::string>> verify_registry(const std::string& registry);

}  // namespace headway::cli
