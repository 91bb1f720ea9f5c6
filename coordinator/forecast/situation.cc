#include "coordinator/forecast/situation.h"

#include <algorithm>

#include "coordinator/core/unserved.h"

namespace headway {

namespace {

TicketSituation ticket_situation(const Run& run, TicketIndex index, Now now) {
  const TicketRecord& record = run.tickets[index.index()];
  TicketSituation ticket;
  ticket.failures = record.retries_used;
  ticket.retries_used = record.retries_used;
  switch (record.state) {
    case TicketState::kWaiting:
    case TicketState::kReady:
      ticket.worker = record.pinned;
      ticket.rest = record.rest(now.wall);
      return ticket;
    case TicketState::kAssigned:  // begins as good as now
      ticket.worker = record.pinned;
      return ticket;
    case TicketState::kRunning:
    case TicketState::kValidating:
    case TicketState::kReview:
      ticket.standing = Standing::kAlive;
      ticket.worker = record.worker;
      ticket.elapsed = std::max<Duration>(now.wall - record.started_at, {});
      return ticket;
    case TicketState::kSucceeded:
      ticket.standing = Standing::kSatisfied;
      ticket.took = record.elapsed;
      return ticket;
    case TicketState::kFailed:
      ++ticket.failures;
      ticket.standing = run.satisfied(index) ? Standing::kSatisfied : Standing::kOver;
      return ticket;
    case TicketState::kAborted:
    case TicketState::kCancelled:
    case TicketState::kUndone:
      ticket.standing = Standing::kOver;
      return ticket;
  }
  return ticket;
}

}  // namespace

std::uint32_t Workforce::agents() const {
  std::uint32_t slots = able;
  for (const WorkerOffer& worker : workers) slots += worker.slots;
  return slots;
}

std::uint32_t Situation::left() const {
  return static_cast<std::uint32_t>(std::ranges::count_if(tickets, [](const auto& ticket) {
    return ticket.standing == Standing::kWaiting || ticket.standing == Standing::kAlive;
  }));
}

Situation situation_of(const State& state, const Run& run, Now now) {
  Situation situation;
  situation.plan = std::shared_ptr<const Plan>(run.source, &run.source->plan);
  situation.graph = run.source->graph;
  situation.agent_types = run.source->options.agent_types;
  situation.resources = run.cluster_resources();
  situation.most_alive = run.most_alive();
  situation.failing = run.failing;
  situation.seed = run.id.number() << 40U ^ state.last_sequence.number();
  const auto count = static_cast<std::uint32_t>(run.tickets.size());
  situation.tickets.reserve(count);
  bool as_planned = true;
  for (std::uint32_t i = 0; i < count; ++i) {
    situation.tickets.push_back(ticket_situation(run, TicketIndex{i}, now));
    for (LabelledGate& gate : labelled_gates_left(run, TicketIndex{i})) {
      situation.gates.emplace_back(TicketIndex{i}, std::move(gate.demand));
    }
    as_planned = as_planned && !run.tickets[i].priority;
    const std::string& category = run.ticket(TicketIndex{i}).category;
    if (category.empty() || situation.records.contains(category)) continue;
    const CategoryRecord* known = state.track_record.find(category);
    situation.records.emplace(category, known == nullptr ? Tally{} : known->all());
  }
  if (!as_planned) {
    for (std::uint32_t i = 0; i < count; ++i) {
      situation.priorities.push_back(run.priority(TicketIndex{i}));
    }
  }
  return situation;
}

Situation situation_of(const Core& core, const Run& run, Now now) {
  Situation situation = situation_of(core.state(), run, now);
  situation.workforce.workers = core.scheduler().offers();
  return situation;
}

}  // namespace headway
