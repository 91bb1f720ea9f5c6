#pragma once

#include <cstdint>

#include "common/base/states.h"
#include "common/base/time.h"
#include "common/plan/ticket.h"

namespace headway {

/// How often more something may be tried that ended so, after so many tries again before.
std::uint32_t retries_left(const RetryPolicy& policy, Outcome outcome, std::uint32_t retries_used);

/// How long something rests before it is tried again, after so many tries again before: backoff *
/// factor^n, at most a day.
Duration backoff_before(const RetryPolicy& policy, std::uint32_t retries_used);

}  // namespace headway
