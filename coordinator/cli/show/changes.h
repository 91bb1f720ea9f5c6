#pragma once

#include <string>
#include <vector>

#include "common/messages/steering_messages.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// What a command changed, a line each: `priority of MOD-012: low -> critical`.
std::string changes_text(const std::vector<Change>& changes);
Json changes_json(const std::vector<Change>& changes);

}  // namespace headway::cli
