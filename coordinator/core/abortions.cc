#include "coordinator/core/abortions.h"

#include <utility>

#include <fmt/format.h>

namespace headway {

std::vector<Abortion> abortions_for(const Run& run, TicketIndex ended) {
  std::vector<Abortion> abortions;
  const TicketState how = run.tickets[ended.index()].state;
  if (!is_final(how) || run.satisfied(ended)) return abortions;
  std::vector<std::pair<TicketIndex, TicketState>> causes = {{ended, how}};
  std::vector<bool> aborted(run.tickets.size());
  while (!causes.empty()) {
    const auto [cause, state] = causes.back();
    causes.pop_back();
    for (const Edge edge : run.graph().dependents(cause)) {
      if (edge.kind != EdgeKind::kBlocking || aborted[edge.ticket.index()]) continue;
      if (is_final(run.tickets[edge.ticket.index()].state)) continue;
      aborted[edge.ticket.index()] = true;
      abortions.push_back({edge.ticket, fmt::format("{} {}, and it depends on it",
                                                    run.ticket(cause).id, to_text(state))});
      causes.emplace_back(edge.ticket, TicketState::kAborted);
    }
  }
  return abortions;
}

}  // namespace headway
