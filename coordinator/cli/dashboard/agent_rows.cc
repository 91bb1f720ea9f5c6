#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kAgentBarColumns = 14;

/// In words: what its ticket does where it runs one, else what it does itself and what its ticket,
/// the next or the last one, waits for or has become.
std::string agent_status(const AgentView& agent) {
  std::string state{to_text(agent.state)};
  if (agent.ticket_status.empty()) return state;
  if (agent.state == AgentState::kRunning) {
    const std::string step = agent.step.empty() ? std::string() : " " + printable(agent.step);
    return printable(agent.ticket_status) + step;
  }
  if (agent.state == AgentState::kIdle) {
    return fmt::format("{}, {}", state, printable(agent.ticket_status));
  }
  return state;
}

/// Whether a ticket is alive on it: one that is silent or draining may have one too.
bool has_ticket(const AgentView& agent) {
  const std::optional<TicketState> state = from_text<TicketState>(agent.ticket_status);
  return state && is_alive(*state);
}

PanelRow agent_row(const AgentView& agent, RunId run, Bars bars) {
  const bool ours = agent.run == run;
  const bool runs = has_ticket(agent);
  // Of a worker that has left nothing is known, which is not the same as nothing.
  const bool known = agent.state != AgentState::kOffline;
  PanelRow row{.key = agent.id, .ticket = ours ? agent.ticket : std::string{}, .cells = {}};
  row.cells = {printable(agent.id),
               {ticket_name(agent.run, agent.ticket, run), runs ? Colour::kNone : Colour::kDim},
               {agent_status(agent), colour_of(agent.state)},
               runs ? told_text(agent.progress, kAgentBarColumns, bars) : std::string{},
               runs && agent.eta ? short_duration(*agent.eta) : std::string{},
               known ? percent(agent.load.cpu) : std::string{},
               known ? percent(agent.load.memory) : std::string{}};
  return row;
}

/// Orders by a value, then as they came.
template <class Value>
void order_by(std::vector<const AgentView*>& agents, Value value) {
  std::stable_sort(agents.begin(), agents.end(),
                   [&](const AgentView* a, const AgentView* b) { return value(*a) < value(*b); });
}

void put_in_order(std::vector<const AgentView*>& agents, AgentOrder order) {
  switch (order) {
    case AgentOrder::kActivity:
      break;
    case AgentOrder::kAgent:
      order_by(agents, [](const AgentView& agent) { return agent.id; });
      break;
    case AgentOrder::kTicket:
      order_by(agents, [](const AgentView& agent) {
        return std::pair{agent.ticket.empty(), agent.ticket};
      });
      break;
    case AgentOrder::kStatus:
      order_by(agents, &agent_status);
      break;
    case AgentOrder::kProgress:
      order_by(agents, [](const AgentView& agent) {
        return has_ticket(agent) ? -agent.progress : std::numeric_limits<double>::infinity();
      });
      break;
    case AgentOrder::kEta:
      order_by(agents, [](const AgentView& agent) {
        return has_ticket(agent) ? agent.eta.value_or(Duration::max()) : Duration::max();
      });
      break;
    case AgentOrder::kCpu:
      order_by(agents, [](const AgentView& agent) { return -agent.load.cpu; });
      break;
    case AgentOrder::kMemory:
      order_by(agents, [](const AgentView& agent) { return -agent.load.memory; });
      break;
  }
}

}  // namespace

PanelContent agent_rows(const Snapshot& snapshot, AgentOrder order, Bars bars) {
  const WatchAnswer& watch = snapshot.watch;
  PanelContent content{.title = "Agents",
                       .columns = {{.title = "AGENT", .flexible = true},
                                   {.title = "TICKET", .flexible = true},
                                   {.title = "STATUS"},
                                   {.title = "PROGRESS"},
                                   {.title = "ETA", .right = true},
                                   {.title = "CPU", .right = true},
                                   {.title = "MEMORY", .right = true}},
                       .rows = {},
                       .in_all = watch.agents_in_all,
                       .if_empty = "No worker has joined."};
  if (order != AgentOrder::kActivity) content.title += fmt::format(" by {}", to_text(order));
  std::vector<const AgentView*> agents;
  for (const AgentView& agent : watch.agents) agents.push_back(&agent);
  put_in_order(agents, order);
  for (const AgentView* agent : agents)
    content.rows.push_back(agent_row(*agent, watch.run.id, bars));
  return content;
}

}  // namespace headway::cli
