#include "coordinator/planner/generate/sequential_order.h"

#include <functional>
#include <queue>
#include <tuple>

namespace headway::planner {

std::vector<TicketIndex> sequential_order(const Plan& plan, const PlanGraph& graph) {
  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
  const auto place = [&](TicketIndex ticket) {
    return Place{plan.barriers ? graph.group(ticket) : 0, graph.rank(ticket), ticket.number()};
  };
  std::vector<std::uint32_t> waiting(graph.size(), 0);
  std::priority_queue<Place, std::vector<Place>, std::greater<>> ready;
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    for (const Edge edge : graph.dependencies(TicketIndex{i})) {
      if (edge.kind != EdgeKind::kSoft) ++waiting[i];
    }
    if (waiting[i] == 0) ready.push(place(TicketIndex{i}));
  }
  std::vector<TicketIndex> order;
  order.reserve(graph.size());
  while (!ready.empty()) {
    const TicketIndex next{std::get<2>(ready.top())};
    ready.pop();
    order.push_back(next);
    for (const Edge edge : graph.dependents(next)) {
      if (edge.kind != EdgeKind::kSoft && --waiting[edge.ticket.index()] == 0)
        ready.push(place(edge.ticket));
    }
  }
  return order;
}

}  // namespace headway::planner
