#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "common/messages/diagnosis_messages.h"
#include "coordinator/core/core.h"
#include "coordinator/core/state.h"

namespace headway {

/// How far back workers' comings and goings are counted. Longer, and a morning's bad network is
/// held against a worker all day.
inline constexpr Duration kComingsWindow = std::chrono::hours{1};

/// What a diagnosis needs to know that no state keeps.
struct Surroundings {
  struct Comings {
    std::uint32_t joins = 0;
    std::uint32_t losses = 0;
  };
  std::map<WorkerId, Comings> comings;  ///< within kComingsWindow
  /// Of the registry's file and its write-ahead log, and what is free on their disk.
  struct Disk {
    std::uint64_t registry_bytes = 0;
    std::uint64_t log_bytes = 0;
    std::uint64_t free_bytes = 0;
    std::uint64_t bytes_per_hour = 0;  ///< by which the registry has grown lately; 0: not known
  };
  std::optional<Disk> disk;
  /// Gates, by their ticket and their number, that failed so often and then passed in the same
  /// attempt, of the latest that ended.
  std::map<std::pair<TicketIndex, std::uint32_t>, std::uint32_t> flaky_gates;
};

/// Looks at one run for all that FindingKind names: pure arithmetic, in passes over its tickets
/// that are linear. `core`: null where no coordinator is alive; then what only that knows (agents,
/// locks, what hinders a ticket) is not looked at.
///
/// The gravest come first, then the costliest. Nothing is said twice: a finding that is the cause
/// of another takes its place.
std::vector<Finding> diagnose(const State& state, const Core* core, const Run& run,
                              const Surroundings& around, Now now);

/// Whether a kind of finding is about conflicts, or about what bounds the speed of a run.
bool is_conflict(FindingKind kind);
bool is_bottleneck(FindingKind kind);

}  // namespace headway
