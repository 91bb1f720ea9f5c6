#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/plan_messages.h"
#include "coordinator/control/submission.h"
#include "coordinator/core/plan_change.h"

namespace headway {

/// A new version of a run's plan, ready to be asked of the core.
struct PlannedVersion {
  std::shared_ptr<const PlanRevision> revision;
  StoredPlan stored;   ///< without its time and reason
  ApplyAnswer answer;  ///< what differs; what becomes of tickets is the core's to say
  bool same = false;   ///< nothing differs: there is nothing to do
  /// Fields of changed tickets, by id.
  std::map<std::string, std::vector<Change>, std::less<>> fields;
};

/// Reads the text (of the version before with `undo`) in a process of its own and works out how it
/// differs from `base`, the run's plan of now. For a background thread. Errors as those of
/// `compile_in_child`; with `undo` that there is no version before.
Result<PlannedVersion> plan_version(const CompilerPlace& place, RunId run,
                                    const std::shared_ptr<const RunPlan>& base,
                                    const ApplyRequest& request, std::string text, int ending_fd);

/// Fills in what becomes of tickets, and the critical path before and after.
void show_change(ApplyAnswer& answer, const PlannedVersion& version, const PlanChange& change);

}  // namespace headway
