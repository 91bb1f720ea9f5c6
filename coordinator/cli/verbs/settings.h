#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/messages/steering_messages.h"
#include "coordinator/cli/command/arguments.h"

/// Options of the form NAME=VALUE. Errors (kUsage) name the option.

namespace headway::cli {

/// Every `--resource NAME=AMOUNT`; an amount has at most three decimals.
Result<std::vector<ResourceSetting>> resource_settings(const Arguments& arguments);

/// Every `--priority TICKET=PRIORITY`; the words are checked by whoever knows the tickets.
Result<std::vector<PrioritySetting>> priority_settings(const Arguments& arguments);

/// Tickets alive at once, at most.
inline constexpr std::int64_t kMostParallelism = 1'000'000;

}  // namespace headway::cli
