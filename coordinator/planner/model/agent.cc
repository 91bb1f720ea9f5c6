#include "coordinator/planner/model/agent.h"

#include <algorithm>
#include <string>

namespace headway::planner {

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const ResourceAmount* find(const std::vector<ResourceAmount>& amounts, const std::string& name) {
  const auto found =
      std::find_if(amounts.begin(), amounts.end(),
                   [&](const ResourceAmount& amount) { return amount.name == name; });
  return found == amounts.end() ? nullptr : &*found;
}

}  // namespace

std::vector<PlanAgent> agents_alike(std::uint32_t count) {
  std::vector<PlanAgent> agents(count);
  for (std::uint32_t i = 0; i < count; ++i) agents[i].name = std::to_string(i + 1);
  return agents;
}

bool may_run(const PlanAgent& agent, const Ticket& ticket,
             const std::vector<ResourceAmount>& counted) {
  const AgentRequirement& wanted = ticket.agent;
  if (!wanted.type.empty() && !agent.types.empty() && !has(agent.types, wanted.type)) return false;
  if (!agent.worker.empty() && has(wanted.excluded, agent.worker)) return false;
  for (const std::string& label : wanted.labels) {
    if (!has(agent.labels, label)) return false;
  }
  return std::all_of(ticket.resources.begin(), ticket.resources.end(),
                     [&](const ResourceAmount& amount) {
                       if (find(counted, amount.name) != nullptr) return true;
                       const ResourceAmount* offered = find(agent.resources, amount.name);
                       return offered == nullptr || offered->thousandths >= amount.thousandths;
                     });
}

}  // namespace headway::planner
