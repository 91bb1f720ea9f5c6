#include <fmt/format.h>

#include "common/plan/words.h"
#include "common/plan_file/percent.h"
#include "common/plan_file/write_parts.h"

namespace headway {

namespace {

/// Writes a list under a key, each item by `write`.
template <class T, class Write>
void write_items(YamlLines& lines, std::string_view key, const std::vector<T>& items, Write write) {
  if (items.empty()) return;
  lines.begin(key);
  for (const T& item : items) {
    lines.begin_item();
    write(item);
    lines.end_item();
  }
  lines.end();
}

/// An amount as `read_amounts` reads it.
std::string amount_text(const ResourceAmount& amount) {
  if (amount.name == "memory" || amount.name == "disk")
    return format_size(amount.thousandths / 1000);
  return format_thousandths(amount.thousandths);
}

std::string period_text(const PlanGateSchedule& every) {
  struct Visitor {
    std::string operator()(AtEnd) const { return "end"; }
    std::string operator()(EveryGroup) const { return "group"; }
    std::string operator()(Duration period) const { return format_duration(period); }
    std::string operator()(EveryTickets tickets) const {
      return fmt::format("{} tickets", tickets.count);
    }
  };
  return std::visit(Visitor{}, every);
}

}  // namespace

void write_amounts(YamlLines& lines, const std::vector<ResourceAmount>& amounts) {
  if (amounts.empty()) return;
  lines.begin("resources");
  for (const ResourceAmount& amount : amounts)
    lines.raw(yaml_scalar(amount.name), amount_text(amount));
  lines.end();
}

void write_command(YamlLines& lines, const Command& command) {
  if (!command.words.empty()) {
    lines.raw("command", yaml_list(command.words));
  } else if (!command.function.empty()) {
    lines.text("call", command.function);
    // Every JSON text is YAML as well.
    if (!command.arguments.empty()) lines.raw("args", command.arguments);
  } else {
    lines.text_unless_empty("run", command.shell_line);
  }
}

void write_retry(YamlLines& lines, const RetryPolicy& retry) {
  const RetryPolicy usual;
  if (retry == usual) return;
  lines.begin("retry");
  lines.raw("max", fmt::format("{}", retry.max));
  if (retry.backoff != usual.backoff) lines.duration("backoff", retry.backoff);
  if (retry.factor != usual.factor) lines.raw("factor", fmt::format("{}", retry.factor));
  if (retry.when != usual.when) {
    std::vector<std::string> causes;
    for (const RetryCause cause : retry.when) causes.emplace_back(to_text(cause));
    lines.raw("when", yaml_list(causes));
  }
  lines.end();
}

void write_checks(YamlLines& lines, const Ticket& ticket) {
  write_items(lines, "require", ticket.require, [&](const Requirement& check) {
    lines.text("name", check.name);
    write_command(lines, check.command);
    lines.duration_if("timeout", check.timeout);
  });
  write_items(lines, "checkpoints", ticket.checkpoints, [&](const Checkpoint& check) {
    lines.text("name", check.name);
    if (const double* share = std::get_if<double>(&check.at))
      lines.raw("at", format_percent(*share));
    if (const Duration* after = std::get_if<Duration>(&check.at)) lines.duration("at", *after);
    write_command(lines, check.command);
    lines.duration_if("timeout", check.timeout);
    lines.word_unless("on_fail", check.on_fail, OnCheckpointFail::kWarn);
  });
  write_items(lines, "gates", ticket.gates, [&](const Gate& gate) {
    lines.text("name", gate.name);
    if (gate.approval) lines.raw("approval", "human");
    write_command(lines, gate.command);
    if (gate.parallel) lines.raw("parallel", "true");
    lines.list_unless_empty("labels", gate.labels);
    lines.duration_if("timeout", gate.timeout);
    write_retry(lines, gate.retry);
    lines.word_unless("on_timeout", gate.on_timeout, OnReviewTimeout::kReject);
  });
  if (!ticket.rollback) return;
  lines.begin("rollback");
  write_command(lines, ticket.rollback->command);
  lines.word_unless("scope", ticket.rollback->scope, RollbackScope::kTicket);
  lines.duration_if("timeout", ticket.rollback->timeout);
  lines.end();
}

void write_plan_gates(YamlLines& lines, const std::vector<PlanGate>& gates) {
  write_items(lines, "plan_gates", gates, [&](const PlanGate& gate) {
    lines.text("name", gate.name);
    write_command(lines, gate.command);
    lines.raw("every", period_text(gate.every));
    lines.duration_if("timeout", gate.timeout);
    lines.word_unless("on_fail", gate.on_fail, OnPlanGateFail::kWarn);
  });
}

}  // namespace headway
