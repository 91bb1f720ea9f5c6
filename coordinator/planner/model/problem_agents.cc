#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/planner/model/problem_builder.h"

namespace headway::planner {

namespace {

std::string asked_for(const Ticket& ticket) {
  std::vector<std::string> parts;
  if (!ticket.agent.type.empty()) parts.push_back(fmt::format("type `{}`", ticket.agent.type));
  for (const std::string& label : ticket.agent.labels) {
    parts.push_back(fmt::format("label `{}`", label));
  }
  for (const std::string& worker : ticket.agent.excluded) {
    parts.push_back(fmt::format("not `{}`", worker));
  }
  for (const ResourceAmount& amount : ticket.resources) {
    parts.push_back(fmt::format("{} of `{}`", format_thousandths(amount.thousandths), amount.name));
  }
  return printable(join_words(parts));
}

}  // namespace

/// Tickets with the same key may run on the same agents.
std::string ProblemBuilder::requirement_key(const Ticket& ticket) const {
  std::string key = ticket.agent.type + '\n';
  for (const std::string& label : ticket.agent.labels) key += 'l' + label + '\n';
  for (const std::string& worker : ticket.agent.excluded) key += 'n' + worker + '\n';
  for (const ResourceAmount& amount : ticket.resources) {
    const bool counted =
        std::any_of(plan_.resources.begin(), plan_.resources.end(),
                    [&](const ResourceAmount& there_is) { return there_is.name == amount.name; });
    if (!counted) key += fmt::format("r{}={}\n", amount.name, amount.thousandths);
  }
  return key;
}

Result<void> ProblemBuilder::add_agents() {
  problem_.agent_count = static_cast<std::uint32_t>(agents_.size());
  problem_.agent_set_of.assign(problem_.size(), kNoNumber);
  std::map<std::string, std::uint32_t> by_key;
  std::map<AgentSet, std::uint32_t> by_agents;
  std::vector<std::string> homeless;
  std::size_t homeless_count = 0;
  for (std::uint32_t i = 0; i < problem_.ticket_count; ++i) {
    const Ticket& ticket = plan_.tickets[i];
    const auto [entry, fresh] = by_key.emplace(requirement_key(ticket), kNoNumber);
    if (fresh) {
      AgentSet set;
      for (std::uint32_t agent = 0; agent < agents_.size(); ++agent) {
        if (may_run(agents_[agent], ticket, plan_.resources)) set.push_back(agent);
      }
      if (!set.empty()) {
        const auto number = static_cast<std::uint32_t>(problem_.agent_sets.size());
        const auto [known, is_new] = by_agents.emplace(std::move(set), number);
        if (is_new) problem_.agent_sets.push_back(known->first);
        entry->second = known->second;
      }
    }
    problem_.agent_set_of[i] = entry->second;
    if (entry->second == kNoNumber && ++homeless_count <= kMaxNamedTickets) {
      homeless.push_back(fmt::format("`{}` ({})", printable(ticket.id), asked_for(ticket)));
    }
  }
  if (homeless_count > 0) {
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("none of the {} may run {}{}: add an agent that offers what is asked",
                             counted(agents_.size(), "agent"), join_words(homeless),
                             homeless_count > homeless.size()
                                 ? fmt::format(", {} tickets in all", homeless_count)
                                 : std::string())};
  }
  add_pools();
  return {};
}

void ProblemBuilder::add_pools() {
  std::vector<std::uint32_t> sets_with(agents_.size(), 0);
  for (const AgentSet& set : problem_.agent_sets) {
    for (const std::uint32_t agent : set) ++sets_with[agent];
  }
  problem_.pool_of_set.assign(problem_.agent_sets.size(), kNoNumber);
  for (std::uint32_t number = 0; number < problem_.agent_sets.size(); ++number) {
    const AgentSet& set = problem_.agent_sets[number];
    const bool alone = std::all_of(set.begin(), set.end(),
                                   [&](std::uint32_t agent) { return sets_with[agent] == 1; });
    if (!alone) continue;
    problem_.pool_of_set[number] =
        add_resource(ResourceKind::kAgents, "agents", static_cast<std::int64_t>(set.size()));
  }
  for (std::uint32_t i = 0; i < problem_.ticket_count; ++i) {
    const std::uint32_t pool = problem_.pool_of_set[problem_.agent_set_of[i]];
    if (pool != kNoNumber) demand(i, pool, 1);
  }
}

}  // namespace headway::planner
