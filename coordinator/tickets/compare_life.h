#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/states.h"
#include "common/base/time.h"
#include "coordinator/tickets/read_tickets.h"
#include "coordinator/tickets/ticket_sync.h"

namespace headway {

/// What the registry says of a ticket.
struct RegistryTicket {
  TicketState state = TicketState::kWaiting;
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
};

/// What a ticket's file is to say of it; none where nothing has happened to it yet.
std::optional<TicketLife> life_of(const RegistryTicket& known);

enum class DisagreementKind {
  kStatus,  ///< the file has another status than the run
  kFolder,  ///< the status is the same, but the file is in the folder of another
  kTheirs,  ///< a person closed the ticket, and the run did not: theirs stays unless it is forced
  kNoFile,  ///< the run has a ticket that no file has
};

/// A ticket on which registry and file do not agree.
struct Disagreement {
  DisagreementKind kind = DisagreementKind::kStatus;
  std::string id;
  std::string path;                     ///< of the file; empty where there is none
  std::string relative;                 ///< to the folder of tickets
  std::optional<TicketStatus> written;  ///< in the file's front matter
  TicketStatus in_file = TicketStatus::kPending;
  TicketState state = TicketState::kWaiting;
  TicketLife life;  ///< what the file is to say
};

/// Where files of tickets and a run do not agree, in the order of the files, then of the ids that
/// no file has. Tickets to which nothing has happened yet and that nobody closed, and files whose
/// tickets are not in the run, are no disagreement.
std::vector<Disagreement> compare_life(const ReadTickets& read,
                                       const std::map<std::string, RegistryTicket>& registry);

}  // namespace headway
