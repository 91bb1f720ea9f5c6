#include "coordinator/core/chains_behind.h"

#include <algorithm>

namespace headway {

std::vector<double> chains_behind(const Run& run, const Expectation& expectation) {
  std::vector<double> behind(run.tickets.size());
  const std::span<const TicketIndex> order = run.graph().topological_order();
  for (auto each = order.rbegin(); each != order.rend(); ++each) {
    double& longest = behind[each->index()];
    for (const Edge edge : run.graph().dependents(*each)) {
      if (edge.kind == EdgeKind::kSoft || is_final(run.tickets[edge.ticket.index()].state))
        continue;
      const double left = to_seconds(expectation.left(edge.ticket).value_or(Duration{}));
      longest = std::max(longest, left + behind[edge.ticket.index()]);
    }
  }
  return behind;
}

}  // namespace headway
