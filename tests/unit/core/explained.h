#pragma once

#include <string>

#include "coordinator/core/core.h"
#include "tests/support/core/core_harness.h"

namespace headway {

/// All sentences that explain why a ticket is where it is, a line each; `core` null: by what is
/// durable alone.
std::string why(const CoreHarness& harness, const Core* core, const std::string& ticket);
std::string why(const CoreHarness& harness, const std::string& ticket);

}  // namespace headway
