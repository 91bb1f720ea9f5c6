#pragma once

#include <algorithm>

#include "common/plan/graph.h"

namespace headway {

/// How long a ticket is reckoned to take.
inline Duration duration_of(const Ticket& ticket) {
  return std::max(ticket.estimate.value_or(kDefaultEstimate), Duration::zero());
}

/// Sums of many estimates can be more than a duration holds.
inline Duration add_durations(Duration a, Duration b) {
  return a > Duration::max() - b ? Duration::max() : a + b;
}

}  // namespace headway
