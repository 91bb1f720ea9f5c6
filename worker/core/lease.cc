#include "worker/core/lease.h"

#include <algorithm>

namespace headway::worker {

void Lease::renew(Instant from) {
  const Instant until = from + duration_;
  ends_ = ends_ ? std::max(*ends_, until) : until;
}

void Lease::begin(Instant hello_sent, Duration duration) {
  duration_ = duration;
  renew(hello_sent);
}

void Lease::heartbeat_sent(std::uint64_t number, Instant at) {
  sent_.emplace_back(number, at);
  if (sent_.size() > kMostSent) sent_.pop_front();
}

bool Lease::acknowledged(std::uint64_t number) {
  const auto found = std::find_if(sent_.begin(), sent_.end(),
                                  [&](const auto& entry) { return entry.first == number; });
  if (found == sent_.end()) return false;
  renew(found->second);
  sent_.erase(sent_.begin(), found + 1);
  return true;
}

}  // namespace headway::worker
