#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "coordinator/core/plan_revision.h"
#include "coordinator/core/state.h"

namespace headway {

/// What a person wants of tickets that are not simply waiting when the plan changes.
struct PlanChangeWishes {
  bool restart = false;    ///< running ones whose work has changed are stopped, and begin anew
  bool rerun = false;      ///< ended ones whose work has changed run again
  std::uint32_t base = 0;  ///< the version that the person saw; 0: whichever there is
};

/// What becomes of one ticket, in words.
struct TicketFate {
  TicketIndex ticket;
  TicketState state = TicketState::kWaiting;  ///< that it is in
  std::string words;
};

/// The longest chain of tickets that are left, by the plan's estimates.
struct RemainingPath {
  Duration length{};
  std::vector<TicketIndex> tickets;
};

/// What a new version of the plan does to a run, worked out before anything is done.
struct PlanChange {
  std::shared_ptr<const PlanRevision> revision;
  std::vector<TicketIndex> take_back;  ///< handed out and not started: they go out by the new text
  std::vector<TicketIndex> restart;    ///< are stopped, and begin anew
  std::vector<TicketIndex> reopen;     ///< have ended, and run again
  std::vector<TicketFate> fates;       ///< of what is added, removed, changed or lost; in order
  std::shared_ptr<const Run> after;    ///< the run as it would be
  RemainingPath path_before, path_after;
};

/// Whether a run's plan may become this version, and what that does. Errors (kInvalidPlan): it
/// would break what must hold, since a ticket that is alive would have to wait for another, or may
/// not be alive beside another; (kFailed): the run is in no state for it; (kInUse): the plan is not
/// the one any more that the revision was made of.
Result<PlanChange> plan_change(const Run& run, std::shared_ptr<const PlanRevision> revision,
                               const PlanChangeWishes& wishes);

/// Why, and what to do instead.
Error plan_of_ended_run(RunId run);

RemainingPath remaining_path(const Run& run);

}  // namespace headway
