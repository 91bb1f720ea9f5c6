#pragma once

#include <string_view>
#include <vector>

#include "coordinator/cli/command/verb.h"

namespace headway::cli {

/// What the descriptions of several verbs are put together from.

Option flag(std::string_view name, std::string_view help, char letter = 0);
Option valued(std::string_view name, std::string_view value, std::string_view help, char letter = 0,
              ValueKind kind = ValueKind::kText);
/// An option that may be given again, or has a list.
Option several(std::string_view name, std::string_view value, std::string_view help);
/// The options by which a verb finds its coordinator, after its own.
std::vector<Option> with_place(std::vector<Option> options);
Option format_option();
Option dry_run_option();
Option run_option();
Option by_option();
Positional optional_run();
Option tickets_option();
Option synced_option();

}  // namespace headway::cli
