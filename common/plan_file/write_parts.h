#pragma once

#include "common/plan/plan.h"
#include "common/plan_file/yaml_lines.h"

namespace headway {

// The parts of a plan as YAML; what is empty or at its default writes nothing.
void write_amounts(YamlLines& lines, const std::vector<ResourceAmount>& amounts);
void write_command(YamlLines& lines, const Command& command);
void write_retry(YamlLines& lines, const RetryPolicy& retry);
/// Requirements, checkpoints, gates, rollback.
void write_checks(YamlLines& lines, const Ticket& ticket);
void write_plan_gates(YamlLines& lines, const std::vector<PlanGate>& gates);
void write_execution_plan(YamlLines& lines, const ExecutionPlan& plan);

}  // namespace headway
