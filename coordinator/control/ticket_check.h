#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/messages/validation_messages.h"
#include "coordinator/core/state.h"
#include "coordinator/tickets/read_tickets.h"

namespace headway {

/// So much may files that a command keeps up to date be behind the registry: it writes them after
/// it has been told.
inline constexpr Duration kFilesMayLag = std::chrono::seconds{30};

/// The files of a run's tickets, as far as they are on this machine.
struct TicketFilesOfRun {
  std::string folder;                ///< in which they are, or would be
  std::optional<ReadTickets> files;  ///< none: there is no such folder here
};

/// Reads the folder that the run's command keeps up to date, all of it; else the files alone that
/// the plan names, where they may be. None: its tickets are not from files. Errors: they cannot be
/// read; `give_up` said so meanwhile.
Result<std::optional<TicketFilesOfRun>> read_files_of_tickets(const Run& run,
                                                              const std::function<bool()>& give_up);

/// The check `tickets`: whether the files say of their tickets' lives what the registry says. It
/// fails where a file claims that a ticket is completed which is neither that nor cancelled; where
/// a command keeps the files up to date, at every other difference too that is older than
/// `kFilesMayLag`. While a ticket is at work its file is its own. Skipped where the files are not
/// here, or there are none.
StateCheck check_ticket_files(const Run& run, const std::optional<TicketFilesOfRun>& read,
                              WallTime now);

}  // namespace headway
