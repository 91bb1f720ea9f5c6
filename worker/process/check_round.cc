#include "worker/process/check_round.h"

#include <algorithm>

namespace headway::worker {

namespace {

/// Within what a duration can hold, whatever the factor is.
Duration grown_backoff(Duration backoff, double factor) {
  const double seconds = to_seconds(backoff) * std::max(factor, 1.0);
  const double most = to_seconds(CheckRound::kLongestBackoff);
  // The comparison is false for what is not a number.
  return seconds < most ? from_seconds(seconds) : CheckRound::kLongestBackoff;
}

}  // namespace

CheckRound::CheckRound(std::span<const CheckOrder> orders) {
  for (const CheckOrder& order : orders) {
    Check& check = checks_.emplace_back();
    check.most = std::clamp(order.tries, 1U, kMostTries);
    check.backoff = std::clamp(order.backoff, Duration{}, kLongestBackoff);
    check.factor = order.factor;
  }
}

bool CheckRound::has_room() const {
  const auto running = std::count_if(checks_.begin(), checks_.end(), [](const Check& check) {
    return check.state == Check::State::kRunning;
  });
  return static_cast<std::size_t>(running) < kMostBeside;
}

std::optional<std::size_t> CheckRound::begin(Instant now) {
  if (!has_room()) return std::nullopt;
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    Check& check = checks_[i];
    if (check.state != Check::State::kWaiting || check.due > now) continue;
    check.state = Check::State::kRunning;
    ++check.tries;
    return i;
  }
  return std::nullopt;
}

std::optional<Instant> CheckRound::next_begin() const {
  std::optional<Instant> first;
  if (!has_room()) return first;
  for (const Check& check : checks_) {
    if (check.state != Check::State::kWaiting) continue;
    if (!first || check.due < *first) first = check.due;
  }
  return first;
}

void CheckRound::ended(std::size_t index, bool passed, Instant now) {
  Check& check = checks_[index];
  if (passed) {
    check.state = Check::State::kPassed;
  } else if (check.tries >= check.most) {
    check.state = Check::State::kFailed;
  } else {
    check.state = Check::State::kWaiting;
    check.due = now + check.backoff;
    check.backoff = grown_backoff(check.backoff, check.factor);
  }
}

bool CheckRound::is_over() const {
  return std::all_of(checks_.begin(), checks_.end(), [](const Check& check) {
    return check.state == Check::State::kPassed || check.state == Check::State::kFailed;
  });
}

std::vector<std::size_t> CheckRound::failed() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    if (checks_[i].state == Check::State::kFailed) found.push_back(i);
  }
  return found;
}

}  // namespace headway::worker
