#pragma once

#include <string>

#include "common/messages/plan_messages.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/show/format.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// What another plan does to a run, for people: its tickets, their fields, critical path and ETA;
/// long lists are cut.
std::string apply_text(const ApplyAnswer& answer, Format format, const Environment& environment);

/// The same for programs. Durations are seconds.
Json apply_json(const ApplyAnswer& answer);

}  // namespace headway::cli
