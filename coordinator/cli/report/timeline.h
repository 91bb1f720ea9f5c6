#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/messages/history_messages.h"

namespace headway::cli {

/// An attempt while it ran on an agent. One that goes on to gates elsewhere, or to a review, has
/// left its agent; how it ended is its own end's.
struct TimelineAttempt {
  std::string ticket;
  std::uint32_t attempt = 0;
  std::size_t agent = 0;  ///< of `Timeline::agents`
  WallTime start{};
  WallTime end{};
  bool over = false;               ///< false: it still ran
  std::optional<Outcome> outcome;  ///< once it is over
  std::string detail;
};

/// A check that ran on an agent by itself: a gate elsewhere than its ticket, a rollback, a gate of
/// the plan.
struct TimelineCheck {
  std::string what;       ///< `A: gate 'on arm'`, `plan gate 'whole tree'`
  std::size_t agent = 0;  ///< of `Timeline::agents`
  WallTime start{};
  WallTime end{};
  bool over = false;  ///< false: it still ran
  std::optional<Outcome> outcome;
  std::string detail;
};

/// A ticket that could have been handed out, but for a lock.
struct TimelineWait {
  std::string ticket;
  std::string lock;
  WallTime start{};
  WallTime end{};
};

struct TimelinePause {
  WallTime start{};
  WallTime end{};
};

/// What happened in a run when.
struct Timeline {
  WallTime begin{};                 ///< of the run
  std::vector<std::string> agents;  ///< `worker/slot`, or the worker alone where that is all
                                    ///< that is known; in the order in which they were first used
  std::vector<TimelineAttempt> attempts;  ///< by start
  std::vector<TimelineCheck> checks;      ///< by start
  std::vector<TimelineWait> waits;        ///< by start
  std::vector<TimelinePause> pauses;
};

/// Reads a run's events, all of them from its beginning, in their order. `now`: until when what has
/// no end yet is drawn.
Timeline make_timeline(const std::vector<EventView>& events, WallTime now);

}  // namespace headway::cli
