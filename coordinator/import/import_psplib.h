#pragma once

#include <string>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/import/instance_plan.h"

namespace headway {

/// A plan of a project scheduling instance of PSPLIB (Kolisch and Sprecher 1996), single mode, as
/// in its `.sm` files: each job between source and sink is a ticket called by its number, the
/// renewable resources `R1`, `R2`... are the plan's counted ones. A unit of time is a minute.
///
/// Errors name the line: a section that is missing, a number that is none or out of range, a job
/// that is listed twice or not at all, several modes, resources that are not renewable, a cycle.
Result<Plan> import_psplib(const std::string& text, const std::string& name,
                           const InstanceOptions& options = {});

}  // namespace headway
