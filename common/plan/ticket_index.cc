#include "common/plan/ticket_index.h"

namespace headway {

TicketsById::TicketsById(const Plan& plan) {
  index_of_.reserve(plan.tickets.size());
  for (std::size_t i = 0; i < plan.tickets.size(); ++i) {
    index_of_.emplace(plan.tickets[i].id, TicketIndex{static_cast<std::uint32_t>(i)});
  }
}

const TicketIndex* TicketsById::find(std::string_view id) const {
  const auto found = index_of_.find(id);
  return found == index_of_.end() ? nullptr : &found->second;
}

Rows<TicketIndex> waits_for(const Plan& plan, const TicketsById& tickets) {
  Rows<TicketIndex> rows;
  rows.starts.reserve(plan.tickets.size() + 1);
  for (std::size_t i = 0; i < plan.tickets.size(); ++i) {
    const Dependencies& dependencies = plan.tickets[i].dependencies;
    for (const auto* list : {&dependencies.blocking, &dependencies.sequential}) {
      for (const std::string& id : *list) {
        const TicketIndex* found = tickets.find(id);
        if (found != nullptr && found->index() != i) rows.values.push_back(*found);
      }
    }
    rows.end_row();
  }
  return rows;
}

}  // namespace headway
