#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "common/base/time.h"

namespace headway::worker {

/// Until when a worker may run what it was given (architecture, section 6). Every renewal counts
/// from when the worker *sent* what the coordinator answers: the coordinator counts from later, so
/// that the worker's lease always ends first, however long an answer was under way.
class Lease {
 public:
  /// Send times kept. Beyond it the oldest is forgotten, and an answer to it renews nothing.
  static constexpr std::size_t kMostSent = 64;

  /// A welcome arrived for the hello that was sent at `hello_sent`.
  void begin(Instant hello_sent, Duration duration);

  void heartbeat_sent(std::uint64_t number, Instant at);

  /// A heartbeat was acknowledged. Returns whether the number is one that was sent and not
  /// acknowledged before; only then is anything renewed.
  bool acknowledged(std::uint64_t number);

  /// None: there was no welcome yet, or the lease was given up.
  [[nodiscard]] std::optional<Instant> ends() const { return ends_; }
  [[nodiscard]] bool holds(Instant now) const { return ends_ && now < *ends_; }

  /// What was sent in an earlier session is not acknowledged any more.
  void forget_sent() { sent_.clear(); }
  void give_up() { ends_.reset(); }

 private:
  void renew(Instant from);

  Duration duration_{};
  std::optional<Instant> ends_;
  std::deque<std::pair<std::uint64_t, Instant>> sent_;  ///< ascending numbers
};

}  // namespace headway::worker
