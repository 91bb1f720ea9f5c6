#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.h"
#include "common/messages/control_messages.h"

namespace headway::cli {

/// A ticket as the registry has it.
struct ReportedTicket {
  TicketView view;
  std::optional<Duration> took;  ///< its last attempt, so far where it still runs; none: not begun
};

/// Tickets that have something in common.
struct TicketCount {
  std::string value;  ///< what they have in common; empty: that they have none of it
  std::uint32_t tickets = 0;
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  Duration estimated{};  ///< sum of the estimates that there are
  Duration took{};       ///< sum of what was begun
};

/// What the registry says of a run's tickets.
struct RegistryReport {
  RunSummary run;
  RunMetrics metrics;
  std::vector<ReportedTicket> tickets;   ///< in the plan's order
  std::vector<TicketCount> by_status;    ///< in the order of a ticket's life
  std::vector<TicketCount> by_priority;  ///< the most urgent first
  std::vector<TicketCount> by_category;  ///< by name, those without one last
};

/// `status` has all tickets of the run. `now` is for what still runs.
RegistryReport make_registry_report(StatusAnswer status, WallTime now);

}  // namespace headway::cli
