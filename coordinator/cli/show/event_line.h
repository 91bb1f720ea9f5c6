#pragma once

#include <optional>
#include <string>

#include "common/messages/control_messages.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// What an event means for people, after the ticket's name.
struct EventText {
  std::string who;   ///< the ticket, run or worker
  std::string what;  ///< `running on local/1`, `succeeded 1.2s`, `failed: exit 1`...
  Colour colour = Colour::kNone;
  bool minor = false;  ///< shown only to people who want to see everything
};

/// `most_attempts`: how often the ticket may be tried, where that is known; 0: it is not.
EventText event_text(const EventView& event, std::uint32_t most_attempts = 0);

/// `12:03:04 API-014 running on local/1`.
std::string event_line(const EventView& event, bool colour, std::uint32_t most_attempts = 0);

}  // namespace headway::cli
