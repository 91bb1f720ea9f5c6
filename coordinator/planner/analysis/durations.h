#pragma once

#include <algorithm>
#include <string>

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

/// `1h 20m`: as exact as an estimate is. To the minute from an hour on, to the hour from ten days
/// on, to the second from ten seconds on.
std::string rough_duration(Duration duration);

}  // namespace headway
