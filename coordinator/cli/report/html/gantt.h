#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/cli/report/timeline.h"

namespace headway::cli {

/// How an attempt is told apart from others.
enum class BarKind : std::uint8_t {
  kSucceeded,
  kFailed,
  kTakenBack,
  kWorkerLost,
  kCancelled,
  kRunning,
  kSeveral,  ///< short ones drawn together, none of which failed
};

/// One attempt, or several short ones of an agent. Its place is in shares of the axis, 0 to 1.
struct Bar {
  double start = 0;
  double length = 0;
  BarKind kind = BarKind::kSucceeded;
  std::size_t attempt = 0;  ///< of the timeline; the first
  std::uint32_t attempts = 1;
  std::uint32_t failed = 0;  ///< of them
};

/// A ticket that waited for a lock.
struct WaitBar {
  double start = 0;
  double length = 0;
  std::size_t wait = 0;  ///< of the timeline
};

struct PauseBand {
  double start = 0;
  double length = 0;
};

/// A timeline as rows of bars.
struct Gantt {
  Duration lead{};                          ///< from the run's beginning to the axis's
  Duration length{};                        ///< of the axis
  std::vector<std::string> agents;          ///< a lane each, by worker and number
  std::vector<std::vector<Bar>> lanes;      ///< by start
  std::vector<std::vector<WaitBar>> waits;  ///< rows in which no two overlap
  std::vector<PauseBand> pauses;
  std::size_t bars = 0;
  std::size_t merged = 0;       ///< attempts that stand in a bar with others
  Duration shortest{};          ///< attempts shorter than this were drawn together
  std::size_t waits_left = 0;   ///< that are not in `waits`: the shorter ones
  std::size_t agents_left = 0;  ///< that have no lane: those that were used last
};

struct GanttLimits {
  std::size_t bars = 12'000;
  std::size_t agents = 500;
  std::size_t waits = 500;
  std::size_t wait_rows = 12;
};

/// Places everything on an axis from the first attempt or wait to the last of what is in the
/// timeline: a run may have waited long for its first worker.
/// Where there are more bars than `limits` allows, the shortest ones are drawn together with their
/// neighbours on the same agent, as many as it takes.
Gantt make_gantt(const Timeline& timeline, const GanttLimits& limits = {});

/// What kind an attempt by itself is.
BarKind kind_of(const TimelineAttempt& attempt);

}  // namespace headway::cli
