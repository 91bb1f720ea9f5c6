#pragma once

#include "common/plan/marks.h"
#include "common/plan/plan.h"
#include "common/plan_file/reading.h"

namespace headway {

/// Reads `execution_plan`: what a generator derived from the tickets.
void read_execution_plan(Reading& reading, const Entry& entry, std::optional<ExecutionPlan>& out,
                         PlanMarks& marks);
void read_plan_gates(Reading& reading, const Entry& entry, std::vector<PlanGate>& out);

}  // namespace headway
