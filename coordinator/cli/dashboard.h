#pragma once

#include <functional>

#include "coordinator/cli/dashboard/view_state.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/watch_feed.h"

namespace headway::cli {

struct DashboardOptions {
  FeedOptions feed;
  WatchAnswer first;  ///< the picture to begin with
  Source first_source = Source::kCoordinator;
  Focus focus = Focus::kOverview;
  bool ascii = false;
  bool leave_at_end = false;  ///< by itself, when the run has ended
  /// Called about once a second, for who has something else to look after; false: it is to be left.
  std::function<bool()> meanwhile;
};

/// Why a dashboard was left.
enum class DashboardEnd {
  kQuit,        ///< the person wanted it
  kSignal,      ///< Ctrl-C and its like, or the terminal has gone
  kRunEnded,    ///< with `leave_at_end`
  kCalledAway,  ///< `meanwhile` wanted it
};

/// Shows a run on the terminal until one of these happens. Errors: there is no terminal.
Result<DashboardEnd> show_dashboard(const Environment& environment,
                                    const DashboardOptions& options);

}  // namespace headway::cli
