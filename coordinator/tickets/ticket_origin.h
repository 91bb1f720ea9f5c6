#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/plan/ticket.h"

namespace headway {

/// What a front matter says of a ticket's life, as it is written.
struct TicketDates {
  std::string started;
  std::string completed;
  friend bool operator==(const TicketDates&, const TicketDates&) = default;
};

/// Where a ticket is from and what its file says of its life.
struct TicketOrigin {
  std::size_t file = 0;  ///< of `Sources::files`
  std::string relative;  ///< the file's path in the folder; empty: of a plan
  TicketStatus status = TicketStatus::kPending;  ///< what counts
  std::optional<TicketStatus> written;           ///< in the front matter
  std::optional<TicketStatus> folder;            ///< what the folder's name says
  TicketDates dates;
};

/// Whether nothing is left to do on a ticket.
constexpr bool is_closed(TicketStatus status) {
  return status == TicketStatus::kCompleted || status == TicketStatus::kCancelled;
}

}  // namespace headway
