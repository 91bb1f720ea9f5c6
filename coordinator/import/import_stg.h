#pragma once

#include <string>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/import/instance_plan.h"

namespace headway {

/// A plan of a task graph of the Standard Task Graph Set (Tobita and Kasahara 2002): each task
/// between the two dummies is a ticket called by its number. A unit of time is a minute. The
/// processors are not in the file: they are as many agents, all alike.
///
/// Errors name the line: a number that is none or out of range, a task that is missing or out of
/// order, a predecessor that is not there, a cycle.
Result<Plan> import_stg(const std::string& text, const std::string& name,
                        const InstanceOptions& options = {});

}  // namespace headway
