#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/base/ids.h"
#include "common/messages/attempt_messages.h"
#include "common/plan/ticket.h"

namespace headway {

/// A file of a run as it should be: as it was submitted, or as a ticket left it last.
struct KnownFile {
  Artifact file;
  std::optional<TicketIndex> left_by;   ///< none: it was submitted so
  std::optional<TicketIndex> changing;  ///< a ticket has been handed out that may change it
  friend bool operator==(const KnownFile&, const KnownFile&) = default;
};

/// By path, relative to the plan's folder. All of it follows from facts.
using KnownFiles = std::map<std::string, KnownFile>;

/// A ticket is handed out: what it declares as affected or as an artifact may change.
void begin_changing(KnownFiles& files, const Ticket& ticket, TicketIndex index);

/// Its attempt has ended. What it has changed and not told of is known no longer; where nothing of
/// it `began` all is as before.
void end_changing(KnownFiles& files, const Ticket& ticket, TicketIndex index, bool began);

/// A ticket has left a file so.
void leave_file(KnownFiles& files, Artifact file, TicketIndex index);

/// What a ticket left is put back.
void forget_files_of(KnownFiles& files, TicketIndex index);

}  // namespace headway
