#include "common/plan_file/plan_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/plan/words.h"
#include "common/plan_file/write_parts.h"

namespace headway {

namespace {

void write_dependencies(YamlLines& lines, const Dependencies& dependencies) {
  if (dependencies == Dependencies{}) return;
  lines.begin("dependencies");
  lines.list_unless_empty("blocking", dependencies.blocking);
  lines.list_unless_empty("sequential", dependencies.sequential);
  lines.list_unless_empty("soft", dependencies.soft);
  lines.list_unless_empty("file_conflicts", dependencies.file_conflicts);
  lines.list_unless_empty("resource_conflicts", dependencies.resource_conflicts);
  lines.end();
}

void write_locks(YamlLines& lines, const std::vector<LockRequest>& locks) {
  if (locks.empty()) return;
  lines.begin("locks");
  for (const LockRequest& lock : locks) {
    lines.begin_item();
    lines.text("name", lock.name);
    lines.word_unless("mode", lock.mode, LockMode::kWrite);
    lines.end_item();
  }
  lines.end();
}

void write_agent(YamlLines& lines, const AgentRequirement& agent) {
  if (agent == AgentRequirement{}) return;
  lines.begin("agent");
  lines.text_unless_empty("type", agent.type);
  lines.list_unless_empty("labels", agent.labels);
  lines.list_unless_empty("not", agent.excluded);
  lines.end();
}

void write_environment(YamlLines& lines, const Ticket& ticket) {
  if (ticket.env.empty()) return;
  lines.begin("env");
  for (const auto& [name, value] : ticket.env) lines.text(yaml_scalar(name), value);
  lines.end();
}

void write_ticket(YamlLines& lines, const Ticket& ticket) {
  const Ticket usual;
  lines.text("id", ticket.id);
  lines.text_unless_empty("title", ticket.title);
  lines.text_unless_empty("category", ticket.category);
  lines.word_unless("priority", ticket.priority, usual.priority);
  lines.duration_if("estimate", ticket.estimate);
  write_dependencies(lines, ticket.dependencies);
  lines.list_unless_empty("affected_files", ticket.affected_files);
  write_locks(lines, ticket.locks);
  write_agent(lines, ticket.agent);
  write_amounts(lines, ticket.resources);
  write_command(lines, ticket.command);
  if (ticket.dir != usual.dir) lines.text("dir", ticket.dir);
  write_environment(lines, ticket);
  lines.list_unless_empty("secrets", ticket.secrets);
  lines.duration_if("timeout", ticket.timeout);
  if (ticket.kill_grace != usual.kill_grace) lines.duration("kill_grace", ticket.kill_grace);
  write_retry(lines, ticket.retry);
  lines.word_unless("on_disconnect", ticket.on_disconnect, usual.on_disconnect);
  lines.word_unless("reassign", ticket.reassign, usual.reassign);
  if (ticket.allow_failure) lines.raw("allow_failure", "true");
  lines.word_unless("execution_strategy", ticket.isolation, usual.isolation);
  lines.text_unless_empty("parallel_group", ticket.parallel_group);
  if (ticket.status) lines.word("status", *ticket.status);
  lines.text_unless_empty("created", ticket.created);
  write_checks(lines, ticket);
  lines.list_unless_empty("artifacts", ticket.artifacts);
}

void write_head(YamlLines& lines, const Plan& plan) {
  const Plan usual;
  lines.raw("version", fmt::format("{}", plan.version));
  lines.text_unless_empty("name", plan.name);
  lines.word_unless("strategy", plan.strategy, usual.strategy);
  if (plan.max_parallel) lines.raw("max_parallel", fmt::format("{}", *plan.max_parallel));
  if (plan.barriers) lines.raw("barriers", "true");
  lines.word_unless("on_failure", plan.on_failure, usual.on_failure);
  write_amounts(lines, plan.resources);
}

/// Fields are the lines that are not indented, each with those below it.
std::vector<WrittenField> fields_of(const std::string& text) {
  std::vector<WrittenField> fields;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const bool is_more = line.empty() || line.starts_with(' ') || line.starts_with('-');
    if (is_more && !fields.empty()) {
      fields.back().second += '\n' + line;
      continue;
    }
    const std::size_t colon = line.find(':');
    fields.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
  }
  return fields;
}

}  // namespace

std::string write_plan(const Plan& plan) {
  YamlLines lines;
  write_head(lines, plan);
  if (plan.tickets.empty()) {
    lines.raw("tickets", "[]");
  } else {
    lines.begin("tickets");
    for (const Ticket& ticket : plan.tickets) {
      lines.begin_item();
      write_ticket(lines, ticket);
      lines.end_item();
    }
    lines.end();
  }
  write_plan_gates(lines, plan.plan_gates);
  if (plan.execution_plan) write_execution_plan(lines, *plan.execution_plan);
  return lines.take();
}

std::vector<WrittenField> written_fields(const Ticket& ticket) {
  YamlLines lines;
  write_ticket(lines, ticket);
  return fields_of(lines.take());
}

std::vector<WrittenField> written_fields(const Plan& plan) {
  YamlLines lines;
  write_head(lines, plan);
  write_plan_gates(lines, plan.plan_gates);
  return fields_of(lines.take());
}

}  // namespace headway
