#pragma once

#include <string>
#include <vector>

#include "coordinator/core/state.h"

namespace headway {

/// A ticket that can never start any more.
struct Abortion {
  TicketIndex ticket;
  std::string why;  ///< `c failed, and it depends on it`
};

/// What has to be aborted for a ticket: if that has ended and did not succeed, what depends on it,
/// what depends on that, and so on. Each ticket comes after the one for which it is aborted.
std::vector<Abortion> abortions_for(const Run& run, TicketIndex ended);

}  // namespace headway
