#include "coordinator/cli/verbs/validate_state.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::cli {

std::vector<std::string> state_problems(const StatusAnswer& status,
                                        const std::vector<AgentView>& agents) {
  std::vector<std::string> problems;
  const RunSummary& run = status.run;
  const std::uint32_t sum = run.waiting + run.ready + run.alive + run.succeeded + run.failed +
                            run.aborted + run.cancelled;
  if (sum > run.total || status.tickets.size() != run.total) {
    problems.push_back(fmt::format("the run has {} tickets, its states count {}, and {} are listed",
                                   run.total, sum, status.tickets.size()));
  }
  std::set<std::string> present;
  for (const AgentView& agent : agents) {
    if (agent.state != AgentState::kOffline) present.insert(agent.id);
  }
  std::map<std::string_view, TicketState> states;
  for (const TicketView& ticket : status.tickets) {
    if (!states.emplace(ticket.id, ticket.state).second) {
      problems.push_back(fmt::format("there are two tickets `{}`", printable(ticket.id)));
    }
  }
  for (const TicketView& ticket : status.tickets) {
    if (is_alive(ticket.state) && !agents.empty() && !present.contains(ticket.agent)) {
      problems.push_back(fmt::format("`{}` is {} on the agent `{}`, which is not there",
                                     printable(ticket.id), to_text(ticket.state),
                                     printable(ticket.agent)));
    }
    if (ticket.state != TicketState::kReady && !is_alive(ticket.state)) continue;
    for (const std::string& other : ticket.waiting_for) {
      const auto found = states.find(other);
      if (found != states.end() && !is_final(found->second)) {
        problems.push_back(fmt::format("`{}` is {} though it waits for `{}`, which is {}",
                                       printable(ticket.id), to_text(ticket.state),
                                       printable(other), to_text(found->second)));
      }
    }
  }
  return problems;
}

}  // namespace headway::cli
