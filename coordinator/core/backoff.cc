#include "coordinator/core/backoff.h"

#include <cmath>

namespace headway {

namespace {

constexpr Duration kLongestBackoff = std::chrono::hours{24};

}  // namespace

Duration backoff_before(const RetryPolicy& policy, std::uint32_t retries_used) {
  const double seconds = to_seconds(policy.backoff) * std::pow(policy.factor, retries_used);
  return seconds < to_seconds(kLongestBackoff) ? from_seconds(seconds) : kLongestBackoff;
}

}  // namespace headway
