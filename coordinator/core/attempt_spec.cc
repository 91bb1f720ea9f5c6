#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "common/plan/path_pattern.h"
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

/// At most so many files are looked at before an attempt: its message stays within a frame.
constexpr std::size_t kMostInputs = 2'000;

/// Adds a file that must be as it is known, unless another ticket may be changing it.
void expect(const Run& run, TicketIndex reader, const KnownFile& known, AttemptSpec& spec) {
  if (spec.inputs.size() == kMostInputs) return;
  if (known.changing && *known.changing != reader) return;
  std::string origin = "as it was when the plan was submitted";
  if (known.left_by) origin = fmt::format("as {} left it", run.ticket(*known.left_by).id);
  spec.inputs.push_back({known.file.path, known.file.size, known.file.sha256, std::move(origin)});
}

/// What those that it depends on have made must be there, as they or another ticket left it.
void add_inputs(const Run& run, TicketIndex index, AttemptSpec& spec) {
  std::set<std::string> promised;
  for (const Edge edge : run.graph().dependencies(index)) {
    const auto made = run.artifacts.find(edge.ticket);
    if (edge.kind != EdgeKind::kBlocking || made == run.artifacts.end()) continue;
    promised.insert(made->second.begin(), made->second.end());
  }
  for (const std::string& path : promised) {
    const auto known = run.files.find(path);
    if (known != run.files.end()) expect(run, index, known->second, spec);
  }
}

/// The files that it affects must be as they were submitted, or as another ticket left them.
void add_known_files(const Run& run, TicketIndex index, AttemptSpec& spec) {
  for (const std::string& pattern : spec.watched) {
    for (const auto& [path, known] : run.files) {
      if (matches_pattern(path, pattern)) expect(run, index, known, spec);
    }
  }
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
  spec.words = words_of(ticket.command);
  add_checks(ticket, run.tickets[index.index()].slot_gates, spec);
  spec.last_checkpoint = run.tickets[index.index()].checkpoint;
  add_inputs(run, index, spec);
  const ValidationLevel level = run.source->options.validation;
  spec.strict = level != ValidationLevel::kStandard;
  if (spec.strict && ticket.rollback) spec.rollback = words_of(ticket.rollback->command);
  if (level == ValidationLevel::kComprehensive) {
    spec.watched = ticket.affected_files;
    add_known_files(run, index, spec);
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
