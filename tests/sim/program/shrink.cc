#include "tests/sim/program/shrink.h"

#include <algorithm>
#include <chrono>

#include "tests/sim/program/fleet.h"

namespace headway::sim {

namespace {

/// What makes two failures the same: the invariant, or the condition that the code gave up on.
std::string kind_of(const std::string& story) {
  if (story.starts_with("  [")) return story.substr(0, story.find(']'));
  const std::size_t stuck = story.find("stuck [");
  const std::size_t from = stuck == std::string::npos ? 0 : stuck;
  return story.substr(from, story.find('\n', from) - from);
}

}  // namespace

std::vector<std::string> shrink(const Scenario& scenario, Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto late = [&] { return std::chrono::steady_clock::now() > until; };
  const auto play = [](const Scenario& less) {
    return play_apart([&] { return World(less, false).play().problems; });
  };
  const std::string story = play(scenario);
  if (story.empty()) return {};
  const std::string kind = kind_of(story);
  std::vector<std::string> left = parts_of(scenario);
  std::vector<std::string> dropped;
  for (std::size_t piece = std::max<std::size_t>(left.size() / 2, 1); !late();) {
    bool smaller = false;
    for (std::size_t at = 0; at < left.size() && !late();) {
      const std::size_t end = std::min(at + piece, left.size());
      std::vector<std::string> trial = dropped;
      trial.insert(trial.end(), left.begin() + static_cast<std::ptrdiff_t>(at),
                   left.begin() + static_cast<std::ptrdiff_t>(end));
      const std::string told = play(without(scenario, trial));
      if (told.empty() || kind_of(told) != kind) {
        at = end;
        continue;
      }
      dropped = std::move(trial);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at),
                 left.begin() + static_cast<std::ptrdiff_t>(end));
      smaller = true;
    }
    if (piece == 1 && !smaller) break;
    if (piece > 1) piece = (piece + 1) / 2;
  }
  return dropped;
}

}  // namespace headway::sim
