#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/messages/history_messages.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// What was under way when a coordinator started, or a run that had stopped went on.
struct Recovered {
  std::string what;   ///< `A, attempt 2`, `gate 'on arm' of A`
  std::string agent;  ///< `worker/slot`, or the worker alone; empty: nobody's (a review)
  WallTime since{};
  std::string fate;  ///< what became of it, or `not known yet`
};

/// One time that a run was taken up again.
struct Recovery {
  WallTime at{};
  std::string cause;                 ///< `the coordinator was started again`, `the run was resumed`
  std::vector<Recovered> under_way;  ///< in the order in which it was handed out
  std::vector<std::string> found;    ///< workers that came or were lost, what a verification said
  std::vector<std::string> look_at;  ///< what a person should see to, with the command for it
};

/// The times that a run was taken up again, the first first, from the facts of all runs and workers
/// in their order, from the run's submission on.
std::vector<Recovery> recoveries(const std::vector<EventView>& events, RunId run);

/// For people; Markdown where `markdown`.
std::string recovery_text(const std::vector<Recovery>& recoveries, const std::string& title,
                          bool markdown);
Json recovery_json(const std::vector<Recovery>& recoveries, const RunSummary& run);

}  // namespace headway::cli
