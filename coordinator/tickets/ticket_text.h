#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/plan/marks.h"
#include "coordinator/tickets/sources.h"
#include "coordinator/tickets/ticket_manners.h"

namespace headway {

struct TicketFromFile {
  Ticket ticket;
  TicketMarks marks;
  TicketOrigin origin;
};

/// Reads one file of a folder of tickets: `text` is its beginning. Adds it to `sources`. What is
/// not understood becomes a warning. None where it is no ticket: without an id in its front matter
/// or at the beginning of its name; a README without front matter is passed over in silence.
std::optional<TicketFromFile> read_ticket_text(const std::string& path, const std::string& relative,
                                               std::string text, Sources& sources,
                                               UnknownKeys& unknown,
                                               std::vector<Diagnostic>& diagnostics);

}  // namespace headway
