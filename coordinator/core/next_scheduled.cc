#include "coordinator/core/next_scheduled.h"

namespace headway {

NextScheduled::NextScheduled(const State& state) {
  for (const auto& [id, run] : state.runs) {
    if (!is_final(run.state) && run.plan().execution_plan) add(run);
  }
}

void NextScheduled::add(const Run& run) {
  for (const PlannedStart& planned : run.plan().execution_plan->schedule) {
    if (planned.agent.empty()) continue;
    const TicketIndex* ticket = run.graph().find(planned.ticket);
    if (ticket == nullptr) continue;
    const TicketState in = run.tickets[ticket->index()].state;
    if (in != TicketState::kWaiting && in != TicketState::kReady) continue;
    const Planned next{planned.start, {run.id, *ticket}};
    const auto [known, is_new] = by_agent_.emplace(planned.agent, next);
    // An older run's schedule goes before a younger one's.
    const bool same_run = known->second.ticket.run == run.id;
    if (!is_new && same_run && planned.start < known->second.start) known->second = next;
  }
}

std::optional<AttemptRef> NextScheduled::of(std::string_view agent, std::uint32_t place) const {
  auto found = by_agent_.find(agent);
  if (found == by_agent_.end()) found = by_agent_.find(std::to_string(place));
  if (found == by_agent_.end()) return std::nullopt;
  return found->second.ticket;
}

}  // namespace headway
