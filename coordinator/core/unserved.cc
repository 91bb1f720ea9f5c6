#include "coordinator/core/unserved.h"

#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/check_order.h"

namespace headway {

std::vector<LabelledGate> labelled_gates_left(const Run& run, TicketIndex ticket) {
  std::vector<LabelledGate> left;
  if (is_final(run.tickets[ticket.index()].state)) return left;
  const std::vector<Gate>& gates = run.attempt_ticket(ticket).gates;
  const auto open = run.validations.find(ticket);
  for (std::uint32_t number = 1; number <= gates.size(); ++number) {
    if (gates[number - 1].labels.empty()) continue;
    if (open != run.validations.end() && open->second.passed.contains(number)) continue;
    left.push_back({number, demand_of_check(run, {CheckKind::kGate, ticket, number})});
  }
  return left;
}

std::map<std::string, std::vector<std::string>> unserved(const Scheduler& scheduler,
                                                         const Run& run) {
  std::map<std::string, std::vector<std::string>> needed;
  const std::vector<WorkerOffer> offers = scheduler.offers();
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (is_final(run.tickets[i].state)) continue;
    const std::string& id = run.ticket(ticket).id;
    std::string what;
    if (!scheduler.servable({run.id, ticket}, &what)) needed[what].push_back(id);
    for (const LabelledGate& gate : labelled_gates_left(run, ticket)) {
      const auto suits = [&](const WorkerOffer& offer) { return matches(gate.demand, offer); };
      if (std::ranges::any_of(offers, suits)) continue;
      needed[asked_words(gate.demand)].push_back(
          fmt::format("{} of {}", gate_words(run.attempt_ticket(ticket), gate.number), id));
    }
  }
  return needed;
}

}  // namespace headway
