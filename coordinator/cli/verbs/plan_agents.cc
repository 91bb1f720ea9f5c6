#include "coordinator/cli/verbs/plan_agents.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan_file/plan_reader.h"
#include "common/system/files.h"
#include "coordinator/cli/analysis/filter.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/import/import_imopse.h"
#include "coordinator/planner/agents_file/agents_file.h"

namespace headway::cli {

namespace {

AgentsToPlanFor alike(std::uint32_t count) {
  return {planner::agents_alike(count), true, {count, {}}, counted(count, "agent")};
}

AgentsToPlanFor different(std::vector<planner::PlanAgent> agents) {
  AgentsToPlanFor result;
  result.words = counted(agents.size(), "agent");
  result.crew.agents = static_cast<std::uint32_t>(agents.size());
  result.agents = std::move(agents);
  result.alike = false;
  return result;
}

/// Agents of one label or type.
void add_agents(const std::string& word, std::uint32_t count, const Config& config,
                const Plan& plan, std::vector<planner::PlanAgent>& agents) {
  const AgentType* type = config.find_type(word);
  const bool is_type =
      type != nullptr || std::any_of(plan.tickets.begin(), plan.tickets.end(),
                                     [&](const Ticket& each) { return each.agent.type == word; });
  planner::PlanAgent agent;
  agent.labels = {word};
  if (is_type) agent.types = {word};
  if (type != nullptr)
    agent.labels.insert(agent.labels.end(), type->labels.begin(), type->labels.end());
  for (std::uint32_t i = 1; i <= count; ++i) {
    agent.name = fmt::format("{}/{}", word, i);
    agents.push_back(agent);
  }
}

Result<AgentsToPlanFor> by_count(const std::string& word, const Environment& environment,
                                 const Plan& plan) {
  Result<Crew> crew = parse_crew(word);
  if (!crew) return crew.error();
  std::size_t total = crew->agents;
  for (const auto& [label, count] : crew->by_label) total += count;
  if (total > planner::kMaxAgents) {
    return Error{ErrorKind::kUsage, fmt::format("--agents: {} are more than the {} there may be",
                                                total, planner::kMaxAgents)};
  }
  if (crew->by_label.empty()) return alike(crew->agents);
  std::vector<planner::PlanAgent> agents;
  for (const auto& [label, count] : crew->by_label)
    add_agents(label, count, environment.config, plan, agents);
  AgentsToPlanFor result = different(std::move(agents));
  result.crew = std::move(*crew);
  return result;
}

Result<AgentsToPlanFor> from_file(const std::string& file) {
  const Result<std::string> text = read_file(file, kMaxPlanBytes);
  if (!text) return text.error();
  const auto named = [&](const Error& error) {
    return Error{error.kind, fmt::format("{}: {}", file, error.message)};
  };
  if (file.ends_with(".def")) {
    Result<ImportedPlan> imported = import_imopse(*text, "agents", {});
    if (!imported) return named(imported.error());
    return different(std::move(imported->agents));
  }
  Result<std::vector<planner::PlanAgent>> agents = planner::read_agents(*text);
  if (!agents) return named(agents.error());
  return different(std::move(*agents));
}

/// A joined agent. Of what tickets ask for and its worker does not have, it has nothing.
planner::PlanAgent joined(const AgentView& view, const std::set<std::string>& resources) {
  planner::PlanAgent agent;
  agent.name = view.id;
  agent.worker = view.worker;
  agent.labels = view.labels;
  // No type has an empty name: an agent without types runs what asks for none.
  if (!view.every_type) agent.types = view.types.empty() ? std::vector{std::string()} : view.types;
  for (const std::string& name : resources) {
    const auto found = std::find_if(view.resources.begin(), view.resources.end(),
                                    [&](const auto& each) { return each.first == name; });
    agent.resources.push_back({name, found == view.resources.end() ? 0 : found->second});
  }
  return agent;
}

Result<AgentsToPlanFor> from_coordinator(const Arguments& arguments, const Environment& environment,
                                         const Plan& plan) {
  const Result<std::unique_ptr<ControlClient>> client =
      connect_to_coordinator(arguments, environment);
  if (!client) return client.error();
  const Result<std::vector<AgentView>> views = all_agents(**client);
  if (!views) return views.error();
  std::set<std::string> resources;
  for (const Ticket& ticket : plan.tickets) {
    for (const ResourceAmount& amount : ticket.resources) resources.insert(amount.name);
  }
  std::vector<planner::PlanAgent> agents;
  for (const AgentView& view : *views) {
    if (view.state != AgentState::kOffline) agents.push_back(joined(view, resources));
  }
  if (agents.empty()) {
    return Error{ErrorKind::kFailed,
                 "no worker has joined the coordinator: start one with `headway-worker`, or name "
                 "the agents with --agents"};
  }
  return different(std::move(agents));
}

}  // namespace

Result<AgentsToPlanFor> agents_to_plan_for(const Arguments& arguments,
                                           const Environment& environment, Strategy strategy,
                                           const Plan& plan) {
  std::size_t given = 0;
  for (const char* option : {"agents", "agents-from", "from-coordinator"})
    given += arguments.has(option) ? 1U : 0U;
  if (given > 1) {
    return Error{ErrorKind::kUsage,
                 "--agents, --agents-from and --from-coordinator exclude each other"};
  }
  if (const auto word = arguments.value("agents")) return by_count(*word, environment, plan);
  if (const auto file = arguments.value("agents-from")) return from_file(*file);
  if (arguments.has("from-coordinator")) return from_coordinator(arguments, environment, plan);
  switch (strategy) {
    case Strategy::kMaximum:
      return AgentsToPlanFor{{}, true, {}, "as many agents as are useful"};
    case Strategy::kSequential:
      return alike(1);
    case Strategy::kBalanced:
      break;
  }
  return alike(environment.config.local_agents.value_or(default_agents()));
}

}  // namespace headway::cli
