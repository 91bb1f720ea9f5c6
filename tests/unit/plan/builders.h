#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/plan/graph.h"
#include "common/plan/plan.h"

namespace headway::test {

/// A ticket that runs `true`, with the ids that it waits for.
inline Ticket ticket(std::string id, std::vector<std::string> blocking = {}) {
  Ticket result;
  result.id = std::move(id);
  result.command.shell_line = "true";
  result.dependencies.blocking = std::move(blocking);
  return result;
}

inline Plan plan_of(std::vector<Ticket> tickets) {
  Plan plan;
  plan.tickets = std::move(tickets);
  return plan;
}

/// The tickets' ids by their rank.
inline std::vector<std::string> ids_by_rank(const Plan& plan, const PlanGraph& graph) {
  std::vector<std::string> ids(plan.tickets.size());
  for (std::uint32_t i = 0; i < plan.tickets.size(); ++i)
    ids[graph.rank(TicketIndex{i})] = plan.tickets[i].id;
  return ids;
}

/// The group of each ticket, in plan order.
inline std::vector<std::uint32_t> groups_of(const PlanGraph& graph) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t i = 0; i < graph.size(); ++i) groups.push_back(graph.group(TicketIndex{i}));
  return groups;
}

/// A ticket's locks as `name w` or `name r`.
inline std::vector<std::string> locks_of(const PlanGraph& graph, std::uint32_t ticket) {
  std::vector<std::string> names;
  for (const LockUse use : graph.locks(TicketIndex{ticket})) {
    names.push_back(graph.lock_names()[use.lock].name +
                    (use.mode == LockMode::kWrite ? " w" : " r"));
  }
  return names;
}

}  // namespace headway::test
