#include "coordinator/core/backoff.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace headway {

namespace {

constexpr Duration kLongestBackoff = std::chrono::hours{24};

std::optional<RetryCause> retry_cause(Outcome outcome) {
  switch (outcome) {
    case Outcome::kExit:
      return RetryCause::kExit;
    case Outcome::kSignal:
      return RetryCause::kSignal;
    case Outcome::kTimeout:
      return RetryCause::kTimeout;
    case Outcome::kOutOfMemory:
      return RetryCause::kOutOfMemory;
    case Outcome::kCouldNotStart:
      return RetryCause::kCouldNotStart;
    case Outcome::kRequirement:
      return RetryCause::kRequirement;
    case Outcome::kGate:
      return RetryCause::kGate;
    case Outcome::kSucceeded:
    case Outcome::kWorkerLost:
    case Outcome::kKilledWorkers:
    case Outcome::kCancelled:
    case Outcome::kTakenBack:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t retries_left(const RetryPolicy& policy, Outcome outcome, std::uint32_t retries_used) {
  const std::optional<RetryCause> cause = retry_cause(outcome);
  if (!cause || std::ranges::find(policy.when, *cause) == policy.when.end()) return 0;
  const auto most = static_cast<std::uint32_t>(std::max(policy.max, 0));
  return most > retries_used ? most - retries_used : 0;
}

Duration backoff_before(const RetryPolicy& policy, std::uint32_t retries_used) {
  const double seconds = to_seconds(policy.backoff) * std::pow(policy.factor, retries_used);
  return seconds < to_seconds(kLongestBackoff) ? from_seconds(seconds) : kLongestBackoff;
}

}  // namespace headway
