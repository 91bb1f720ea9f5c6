#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "coordinator/planner/verify/verify_schedule.h"

namespace headway::planner {

std::vector<std::string> verify_planned_schedule(const Plan& plan, const VerifyOptions& options) {
  if (!plan.execution_plan || plan.execution_plan->schedule.empty()) return {};
  std::unordered_map<std::string_view, std::uint32_t> number_of;
  for (std::uint32_t i = 0; i < plan.tickets.size(); ++i) number_of.emplace(plan.tickets[i].id, i);
  std::map<std::string, std::uint32_t> agent_numbers;
  std::vector<PlanAgent> agents;
  std::vector<ScheduledTicket> schedule;
  for (const PlannedStart& planned : plan.execution_plan->schedule) {
    const auto ticket = number_of.find(planned.ticket);
    if (ticket == number_of.end()) continue;  // the plan's own validation tells that
    // Without a name each is on an agent of its own.
    const std::string name =
        planned.agent.empty() ? "for " + planned.ticket : "agent " + planned.agent;
    const auto number = static_cast<std::uint32_t>(agents.size());
    const auto [agent, is_new] = agent_numbers.emplace(name, number);
    if (is_new) agents.emplace_back().name = name;
    schedule.push_back({TicketIndex{ticket->second}, agent->second, planned.start, planned.finish});
  }
  Plan by_anybody = plan;
  for (Ticket& ticket : by_anybody.tickets) ticket.agent = {};
  return verify_schedule(by_anybody, agents, schedule, options);
}

}  // namespace headway::planner
