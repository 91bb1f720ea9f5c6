#include "coordinator/control/run_source.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "common/plan/diagnostic.h"
#include "common/plan/words.h"
#include "common/plan_codec/plan_codec.h"
#include "common/plan_file/plan_reader.h"

namespace headway {

namespace {

bool has_command(const Ticket& ticket, const RunOptions& options) {
  if (!ticket.command.empty()) return true;
  return std::ranges::any_of(options.agent_types, [&](const AgentType& type) {
    return type.name == ticket.agent.type && !type.command.empty();
  });
}

Result<std::set<std::uint32_t>> chosen_groups(const PlanGraph& graph, const RunOptions& options) {
  std::set<std::uint32_t> chosen;
  for (const std::uint32_t group : options.groups) {
    if (group < 1 || group > graph.group_count()) {
      return Error{ErrorKind::kInvalidPlan,
                   fmt::format("there is no group {}: the plan has groups 1 to {}", group,
                               graph.group_count())};
    }
    chosen.insert(group - 1);
  }
  return chosen;
}

/// The plan with only the tickets of some groups, and without a trace of the others.
Plan keep_groups(const Plan& plan, const PlanGraph& graph, const std::set<std::uint32_t>& groups) {
  Plan kept = plan;
  kept.tickets.clear();
  kept.execution_plan.reset();
  std::unordered_set<std::string> ids;
  for (std::uint32_t i = 0; i < plan.tickets.size(); ++i) {
    if (!groups.contains(graph.group(TicketIndex{i}))) continue;
    kept.tickets.push_back(plan.tickets[i]);
    ids.insert(plan.tickets[i].id);
  }
  for (Ticket& ticket : kept.tickets) {
    for (auto* list :
         {&ticket.dependencies.blocking, &ticket.dependencies.sequential, &ticket.dependencies.soft,
          &ticket.dependencies.file_conflicts, &ticket.dependencies.resource_conflicts}) {
      std::erase_if(*list, [&](const std::string& id) { return !ids.contains(id); });
    }
  }
  return kept;
}

/// All that decides which plan a run executes.
std::string compiled_from(const std::string& text_sha256, const RunOptions& options) {
  return fmt::format("{} groups {}", text_sha256, fmt::join(options.groups, ","));
}

}  // namespace

std::string compile_run_plan(const RunPlan& source, const std::string& text_sha256) {
  return encode_plan(source.plan, *source.graph, compiled_from(text_sha256, source.options));
}

Result<RunPlan> run_plan_of(std::string_view compiled, const std::string& text_sha256,
                            const RunOptions& options) {
  Result<CompiledPlan> decoded = decode_plan(compiled, compiled_from(text_sha256, options));
  if (!decoded) return decoded.error();
  RunPlan source;
  source.name = decoded->plan.name;
  source.plan = std::move(decoded->plan);
  source.graph = std::move(decoded->graph);
  source.options = options;
  return source;
}

Result<RunPlan> make_run_plan(const std::string& text, const RunOptions& options, PlanText whose) {
  ReadPlan read = read_plan(text, whose);
  if (!read.ok()) {
    return Error{ErrorKind::kInvalidPlan,
                 render_diagnostics(read.diagnostics,
                                    options.plan_file.empty() ? "plan" : options.plan_file, text)};
  }
  RunPlan source;
  source.options = options;
  source.plan = std::move(read.plan);
  source.name = source.plan.name;
  for (const Ticket& ticket : source.plan.tickets) {
    if (has_command(ticket, options)) continue;
    return Error{
        ErrorKind::kInvalidPlan,
        fmt::format("ticket {} has no command, and its agent type {} is not configured with one",
                    ticket.id, ticket.agent.type)};
  }
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(source.plan);
  if (!graph) return graph.error();
  if (!options.groups.empty()) {
    const Result<std::set<std::uint32_t>> groups = chosen_groups(**graph, options);
    if (!groups) return groups.error();
    source.plan = keep_groups(source.plan, **graph, *groups);
    graph = PlanGraph::build(source.plan);
    if (!graph) return graph.error();
  }
  source.graph = *graph;
  return source;
}

std::vector<std::string> unmet_outside(const RunPlan& whole, const RunOptions& options,
                                       const std::vector<std::string>& succeeded) {
  const std::unordered_set<std::string> met(succeeded.begin(), succeeded.end());
  std::set<std::uint32_t> chosen;
  for (const std::uint32_t group : options.groups) chosen.insert(group - 1);
  std::vector<std::string> unmet;
  for (std::uint32_t i = 0; i < whole.plan.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (!chosen.contains(whole.graph->group(ticket))) continue;
    for (const Edge edge : whole.graph->dependencies(ticket)) {
      const std::string& id = whole.plan.tickets[edge.ticket.index()].id;
      if (edge.kind == EdgeKind::kSoft || chosen.contains(whole.graph->group(edge.ticket)) ||
          met.contains(id)) {
        continue;
      }
      unmet.push_back(fmt::format(
          "{} needs {} of group {}, which has not succeeded in an earlier run of this plan",
          whole.plan.tickets[i].id, id, whole.graph->group(edge.ticket) + 1));
    }
  }
  return unmet;
}

std::vector<StoredTicket> stored_tickets(const RunPlan& source) {
  std::vector<StoredTicket> tickets;
  for (std::uint32_t i = 0; i < source.plan.tickets.size(); ++i) {
    const Ticket& ticket = source.plan.tickets[i];
    StoredTicket stored;
    stored.id = ticket.id;
    stored.title = ticket.title;
    stored.priority = to_text(ticket.priority);
    stored.group = source.graph->group(TicketIndex{i}) + 1;
    stored.allow_failure = ticket.allow_failure;
    stored.removed = std::ranges::binary_search(source.removed, TicketIndex{i});
    tickets.push_back(std::move(stored));
  }
  return tickets;
}

}  // namespace headway
