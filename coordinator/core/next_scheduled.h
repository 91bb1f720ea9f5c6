#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "coordinator/core/state.h"

namespace headway {

/// What the schedules of unfinished runs have next for each agent: of the tickets planned for it
/// that nobody has begun, the one that is to start first. Takes time with the schedules' length;
/// made for one answer.
class NextScheduled {
 public:
  /// `state` must outlive it.
  explicit NextScheduled(const State& state);

  /// A schedule names an agent by its id (`build-01/1`) or by its place among all agents, from 1.
  [[nodiscard]] std::optional<AttemptRef> of(std::string_view agent, std::uint32_t place) const;

 private:
  void add(const Run& run);

  struct Planned {
    Duration start;
    AttemptRef ticket;
  };
  std::map<std::string, Planned, std::less<>> by_agent_;
};

}  // namespace headway
