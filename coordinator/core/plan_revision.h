#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/base/result.h"
#include "coordinator/core/state.h"

namespace headway {

/// A new version of a run's plan, and how it differs from the one before.
///
/// Tickets keep their places, so that every fact that names one stays true: what is new comes
/// behind them, and what is removed stays as a *tombstone*, which nothing depends on and which
/// depends on nothing, with its locks and conflicts as they were, since an attempt of it may still
/// be alive. A ticket that comes back takes its former place.
struct PlanRevision {
  std::shared_ptr<const RunPlan> plan;
  std::vector<TicketIndex> added;     ///< new ones, and those that come back; in order
  std::vector<TicketIndex> removed;   ///< by this version; in order
  std::vector<TicketIndex> changed;   ///< in any field; in order
  std::vector<TicketIndex> reworked;  ///< of these, those of which an attempt would do other things
};

/// Makes the next version of `base` of a plan as a person wrote it. `sha256` is of its text. The
/// run keeps its name and folder; agent types and the file's name are those of `options`. Errors:
/// the graph's, which a validated plan does not have.
Result<PlanRevision> revise_plan(const RunPlan& base, const Plan& wanted, const RunOptions& options,
                                 std::string sha256);

/// The plan without tombstones, as a person wrote it.
Plan plan_as_written(const RunPlan& version);

}  // namespace headway
