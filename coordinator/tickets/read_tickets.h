#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/tickets/sources.h"
#include "coordinator/tickets/ticket_origin.h"
#include "coordinator/tickets/ticket_walk.h"

namespace headway {

/// Bytes of a ticket's file in which its front matter and heading must be.
inline constexpr std::size_t kMaxTicketHead = 64U << 10U;

/// A ticket on which nothing is left to do.
struct ClosedTicket {
  Ticket ticket;
  TicketOrigin origin;
};

/// What was read of tickets, wherever they were written.
struct ReadTickets {
  /// What is left to do, with the dependencies on closed tickets taken out: those count as
  /// satisfied. Of a plan's file the plan as it is.
  Plan plan;
  std::vector<TicketOrigin> origins;  ///< of the plan's tickets
  std::vector<ClosedTicket> closed;   ///< completed or cancelled
  Sources sources;
  std::vector<Diagnostic> diagnostics;  ///< their lines are counted through `sources`
  bool from_plan = false;
  std::size_t satisfied = 0;  ///< dependencies on completed tickets

  /// Whether no finding is an error.
  [[nodiscard]] bool ok() const;
};

/// Reads a folder of tickets, one ticket's file (`.md`), or a plan (any other file, `-`: standard
/// input). What is wrong with the tickets is in `diagnostics`, never a failure; those that have an
/// id are there. Errors: no such file or folder; a plan that cannot be read as a file; `give_up`,
/// which is asked before each file of a folder, says so.
Result<ReadTickets> read_tickets(const std::string& path,
                                 const std::function<bool()>& give_up = {});

/// The same of these files alone.
Result<ReadTickets> read_tickets(const std::vector<FoundFile>& files,
                                 const std::function<bool()>& give_up = {});

}  // namespace headway
