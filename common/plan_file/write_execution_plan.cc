#include <fmt/format.h>

#include "common/plan_file/write_parts.h"

namespace headway {

namespace {

void write_bound(YamlLines& lines, const ExecutionPlan& plan) {
  if (!plan.lower_bound && plan.bound_reason.empty()) return;
  lines.begin("lower_bound");
  lines.duration_if("duration", plan.lower_bound);
  lines.text_unless_empty("reason", plan.bound_reason);
  lines.end();
}

void write_search(YamlLines& lines, const std::optional<PlannedSearch>& search) {
  if (!search) return;
  lines.begin("search");
  lines.raw("seed", fmt::format("{}", search->seed));
  lines.raw("iterations", fmt::format("{}", search->iterations));
  lines.end();
}

void write_groups(YamlLines& lines, const std::vector<PlannedGroup>& groups) {
  if (groups.empty()) return;
  lines.begin("groups");
  for (const PlannedGroup& group : groups) {
    lines.begin_item();
    lines.raw("id", fmt::format("{}", group.id));
    lines.raw("tickets", yaml_list(group.tickets));
    lines.duration_if("estimated_duration", group.estimated_duration);
    if (group.agents_required)
      lines.raw("agents_required", fmt::format("{}", *group.agents_required));
    lines.end_item();
  }
  lines.end();
}

void write_conflicts(YamlLines& lines, const std::vector<PlannedConflict>& conflicts) {
  if (conflicts.empty()) return;
  lines.begin("conflicts");
  for (const PlannedConflict& conflict : conflicts) {
    lines.begin_item();
    lines.text("type", conflict.type);
    lines.raw("tickets", yaml_list(conflict.tickets));
    lines.list_unless_empty("files", conflict.files);
    lines.text_unless_empty("about", conflict.about);
    lines.text_unless_empty("resolution", conflict.resolution);
    lines.end_item();
  }
  lines.end();
}

void write_critical_path(YamlLines& lines, const ExecutionPlan& plan) {
  if (plan.critical_path.empty() && !plan.critical_path_duration) return;
  lines.begin("critical_path");
  lines.list_unless_empty("tickets", plan.critical_path);
  lines.duration_if("duration", plan.critical_path_duration);
  lines.end();
}

void write_bottlenecks(YamlLines& lines, const std::vector<PlannedBottleneck>& bottlenecks) {
  if (bottlenecks.empty()) return;
  lines.begin("bottlenecks");
  for (const PlannedBottleneck& bottleneck : bottlenecks) {
    lines.begin_item();
    lines.text("ticket", bottleneck.ticket);
    lines.raw("blocks", fmt::format("{}", bottleneck.blocks));
    lines.end_item();
  }
  lines.end();
}

/// A number as a number.
void write_agent(YamlLines& lines, const std::string& agent) {
  const bool is_number = !agent.empty() && agent.size() <= 9 && agent.front() != '0' &&
                         agent.find_first_not_of("0123456789") == std::string::npos;
  if (is_number) {
    lines.raw("agent", agent);
  } else {
    lines.text_unless_empty("agent", agent);
  }
}

void write_schedule(YamlLines& lines, const std::vector<PlannedStart>& schedule) {
  if (schedule.empty()) return;
  lines.begin("schedule");
  for (const PlannedStart& start : schedule) {
    lines.begin_item();
    lines.text("ticket", start.ticket);
    write_agent(lines, start.agent);
    lines.duration("start", start.start);
    lines.duration("finish", start.finish);
    lines.end_item();
  }
  lines.end();
}

}  // namespace

void write_execution_plan(YamlLines& lines, const ExecutionPlan& plan) {
  if (plan == ExecutionPlan{}) {
    lines.raw("execution_plan", "{}");
    return;
  }
  lines.begin("execution_plan");
  lines.text_unless_empty("generated_at", plan.generated_at);
  lines.text_unless_empty("source_hash", plan.source_hash);
  if (plan.agents) lines.raw("agents", fmt::format("{}", *plan.agents));
  lines.duration_if("estimated_duration", plan.estimated_duration);
  lines.duration_if("sequential_duration", plan.sequential_duration);
  if (plan.parallelism_factor)
    lines.raw("parallelism_factor", fmt::format("{}", *plan.parallelism_factor));
  write_bound(lines, plan);
  write_search(lines, plan.search);
  write_groups(lines, plan.groups);
  write_conflicts(lines, plan.conflicts);
  write_critical_path(lines, plan);
  write_bottlenecks(lines, plan.bottlenecks);
  write_schedule(lines, plan.schedule);
  lines.items_unless_empty("recommendations", plan.recommendations);
  lines.end();
}

}  // namespace headway
