#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/base/time.h"
#include "common/messages/check_messages.h"

namespace headway::worker {

/// The tries of checks that run side by side, or of one alone: which may begin when, and when all
/// is decided. One that fails for good does not end the others: people want to know of all that
/// fails. Pure.
///
///   waiting --begin--> running --ended: passed--> passed
///      ^                  |  `---ended: failed, no try is left--> failed
///      `---- backoff -----'
class CheckRound {
 public:
  /// More tries of a check than this are not made.
  static constexpr std::uint32_t kMostTries = 100;
  /// More checks than this wait until one has ended.
  static constexpr std::size_t kMostBeside = 16;
  static constexpr Duration kLongestBackoff = std::chrono::hours{1};

  CheckRound() = default;
  explicit CheckRound(std::span<const CheckOrder> orders);

  /// The first check of which a try may begin now, which counts as running from here on.
  std::optional<std::size_t> begin(Instant now);
  /// When the next try may begin; none: something else has to end first, or all is decided.
  [[nodiscard]] std::optional<Instant> next_begin() const;
  /// The try of a running check has ended.
  void ended(std::size_t check, bool passed, Instant now);

  [[nodiscard]] bool is_over() const;
  /// Those that failed for good, in their order.
  [[nodiscard]] std::vector<std::size_t> failed() const;
  /// Tries that have begun, and how many there may be.
  [[nodiscard]] std::uint32_t tries(std::size_t check) const { return checks_[check].tries; }
  [[nodiscard]] std::uint32_t most_tries(std::size_t check) const { return checks_[check].most; }

 private:
  struct Check {
    enum class State : std::uint8_t { kWaiting, kRunning, kPassed, kFailed };
    State state = State::kWaiting;
    std::uint32_t tries = 0;
    std::uint32_t most = 1;
    Duration backoff{};  ///< before the next try but one
    double factor = 1;
    Instant due{};  ///< while waiting
  };

  [[nodiscard]] bool has_room() const;

  std::vector<Check> checks_;
};

}  // namespace headway::worker
