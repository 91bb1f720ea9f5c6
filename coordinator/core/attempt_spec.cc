#include <array>
#include <string_view>

#include <fmt/format.h>

#include "coordinator/core/core.h"

namespace headway {

namespace {

/// A variable of the ticket's own environment. A plan that was made from files of tickets has its
/// ticket's file and prose there, so that a command finds them by name as well.
std::string_view variable(const Ticket& ticket, std::string_view name) {
  for (const auto& [known, value] : ticket.env) {
    if (known == name) return value;
  }
  return {};
}

/// Replaces the placeholders in one word of an agent type's command; other braces stay.
std::string fill_in(std::string_view word, const Ticket& ticket, const AttemptSpec& spec) {
  const std::string attempt = std::to_string(spec.attempt);
  const std::array<std::pair<std::string_view, std::string_view>, 6> values = {{
      {"{id}", ticket.id},
      {"{title}", ticket.title},
      {"{attempt}", attempt},
      {"{run}", spec.run},
      {"{ticket_file}", variable(ticket, "HEADWAY_TICKET_FILE")},
      {"{body}", variable(ticket, "HEADWAY_BODY")},
  }};
  std::string filled;
  while (!word.empty()) {
    bool replaced = false;
    for (const auto& [name, value] : values) {
      if (!word.starts_with(name)) continue;
      filled += value;
      word.remove_prefix(name.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    filled += word.front();
    word.remove_prefix(1);
  }
  return filled;
}

}  // namespace

AttemptSpec attempt_spec(const Run& run, TicketIndex index) {
  const RunPlan& by = run.attempt_plan(index);
  const Ticket& ticket = by.plan.tickets[index.index()];
  AttemptSpec spec;
  spec.run = fmt::format("r{}", run.id.number());
  spec.ticket = ticket.id;
  spec.attempt = run.tickets[index.index()].attempts;
  spec.root = by.options.plan_folder;
  spec.dir = ticket.dir;
  spec.env = ticket.env;
  spec.secrets = ticket.secrets;
  spec.timeout = ticket.timeout;
  spec.kill_grace = ticket.kill_grace;
  spec.finish_on_disconnect = ticket.on_disconnect == OnDisconnect::kFinish;
  spec.artifacts = ticket.artifacts;
  if (!ticket.command.shell_line.empty()) {
    spec.words = {"/bin/sh", "-c", ticket.command.shell_line};
  } else if (!ticket.command.words.empty()) {
    spec.words = ticket.command.words;
  }
  spec.call = ticket.command.function;
  spec.args = ticket.command.arguments;
  for (const AgentType& type : by.options.agent_types) {
    if (type.name != ticket.agent.type) continue;
    if (!spec.timeout) spec.timeout = type.timeout;
    if (!spec.words.empty() || !spec.call.empty()) continue;
    for (const std::string& word : type.command) spec.words.push_back(fill_in(word, ticket, spec));
  }
  return spec;
}

}  // namespace headway
