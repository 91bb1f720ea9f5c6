#include "coordinator/cli/verbs/prepared_plan.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/validate.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "common/system/files.h"

namespace headway::cli {

namespace {

Result<std::string> folder_of_plan(const std::string& file, const Environment& environment) {
  if (file == "-") return environment.folder;
  const Result<std::string> absolute = absolute_path(file);
  if (!absolute) return absolute.error();
  const std::size_t slash = absolute->rfind('/');
  return slash == 0 ? std::string("/") : absolute->substr(0, slash);
}

std::string missing_command(const Ticket& ticket, const Config& config) {
  const std::string id = printable(ticket.id);
  if (ticket.agent.type.empty()) {
    return fmt::format(
        "`{}` has no command: give it `run`, `command`, `call`, or an agent type that has one", id);
  }
  const std::string type = printable(ticket.agent.type);
  if (config.find_type(ticket.agent.type) != nullptr) {
    return fmt::format("`{}` has no command, and neither has its agent type `{}`", id, type);
  }
  std::vector<std::string_view> names;
  for (const AgentType& known : config.agent_types) names.push_back(known.name);
  const std::vector<std::string> meant = nearest(ticket.agent.type, names);
  const std::string hint = meant.empty()
                               ? std::string("declare it under `agent_types` in .headway.yaml")
                               : fmt::format("did you mean {}?", join_words(meant, "or"));
  return fmt::format("`{}` has no command, and its agent type `{}` is not configured: {}", id, type,
                     hint);
}

std::vector<AgentType> used_types(const Plan& plan, const Config& config) {
  std::set<std::string> names;
  for (const Ticket& ticket : plan.tickets) {
    if (!ticket.agent.type.empty()) names.insert(ticket.agent.type);
  }
  std::vector<AgentType> types;
  for (const AgentType& type : config.agent_types) {
    if (names.contains(type.name)) types.push_back(type);
  }
  return types;
}

}  // namespace

bool apply_categories(Plan& plan, const Config& config) {
  bool changed = false;
  for (Ticket& ticket : plan.tickets) {
    if (!ticket.command.empty() || !ticket.agent.type.empty()) continue;
    const auto type = config.categories.find(ticket.category);
    if (type == config.categories.end()) continue;
    ticket.agent.type = type->second;
    changed = true;
  }
  return changed;
}

Result<void> check_commands(const Plan& plan, const Config& config) {
  constexpr std::size_t kMost = 50;
  std::vector<std::string> problems;
  std::size_t count = 0;
  for (const Ticket& ticket : plan.tickets) {
    if (!ticket.command.empty()) continue;
    const AgentType* type = config.find_type(ticket.agent.type);
    if (type != nullptr && !type->command.empty()) continue;
    if (++count <= kMost) problems.push_back(missing_command(ticket, config));
  }
  if (count == 0) return {};
  if (count > kMost) problems.push_back(fmt::format("and {} more", count - kMost));
  return Error{ErrorKind::kInvalidPlan, fmt::format("{}", fmt::join(problems, "\n"))};
}

Result<PreparedPlan> prepare_plan(const std::string& file, const Environment& environment) {
  PreparedPlan prepared;
  prepared.file = file;
  Result<std::string> text = load_plan_text(file);
  if (!text) return text.error();
  prepared.text = std::move(*text);
  Result<std::string> folder = folder_of_plan(file, environment);
  if (!folder) return folder.error();
  prepared.folder = std::move(*folder);
  ReadPlan read = read_plan(prepared.text);
  const std::string shown = file == "-" ? std::string("standard input") : file;
  if (!read.ok() || !environment.quiet) {
    environment.err << render_diagnostics(read.diagnostics, shown, prepared.text) << std::flush;
  }
  if (!read.ok()) {
    const auto errors = static_cast<std::size_t>(
        std::count_if(read.diagnostics.begin(), read.diagnostics.end(),
                      [](const Diagnostic& found) { return found.severity == Severity::kError; }));
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("{} is not a valid plan: {}", shown, counted(errors, "error"))};
  }
  prepared.plan = std::move(read.plan);
  if (apply_categories(prepared.plan, environment.config))
    prepared.text = write_plan(prepared.plan);
  if (Result<void> commands = check_commands(prepared.plan, environment.config); !commands)
    return commands.error();
  prepared.agent_types = used_types(prepared.plan, environment.config);
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(prepared.plan);
  if (!graph) return graph.error();
  prepared.graph = std::move(*graph);
  return prepared;
}

}  // namespace headway::cli
