#pragma once

#include <optional>

#include "coordinator/cli/show/event_line.h"

namespace headway::cli {

/// What an event of a ticket's or the plan's checks, of a review or of a rollback means for people;
/// none: it is of another kind. Without `who`.
std::optional<EventText> check_event_text(const EventView& event);

/// Whether somebody has to do something about it, or the run suffers: a rollback or a gate of the
/// plan that failed, a review that is open, a registry that does not agree with the files.
bool is_alarm(const EventView& event);

}  // namespace headway::cli
