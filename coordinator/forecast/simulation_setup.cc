#include "coordinator/forecast/simulation_setup.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/plan/ranking.h"

namespace headway {

SimulationSetup::SimulationSetup(const Situation& from) : situation(from) {
  HW_CHECK(from.tickets.size() == from.graph->size(), "the situation is of another plan");
  most_alive = from.most_alive.value_or(kNone);
  left = from.left();
  order_tickets();
  count_resources();
  sort_tickets();
  sort_workers();
  count_unmet();
  find_unjudged();
}

void SimulationSetup::order_tickets() {
  const auto count = static_cast<std::uint32_t>(situation.tickets.size());
  if (situation.priorities.empty()) {
    for (std::uint32_t i = 0; i < count; ++i) rank.push_back(situation.graph->rank(TicketIndex{i}));
  } else {
    rank = rank_tickets(*situation.plan, *situation.graph, situation.priorities);
  }
  ticket_at.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) ticket_at[rank[i]] = TicketIndex{i};
}

void SimulationSetup::count_resources() {
  for (const auto& [name, amount] : situation.resources) {
    counted_.emplace(name, static_cast<std::uint32_t>(capacity.size()));
    capacity.push_back(amount);
  }
  lines_of.resize(capacity.size());
  const auto locks = static_cast<std::uint32_t>(situation.graph->lock_names().size());
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> lines;
  for (const Ticket& ticket : situation.plan->tickets) {
    for (const ResourceAmount& wanted : ticket.resources) {
      const auto found = counted_.find(wanted.name);
      if (found == counted_.end() || wanted.thousandths == 0) continue;
      const auto next = static_cast<std::uint32_t>(locks + line_resource.size());
      const auto [line, added] = lines.try_emplace({found->second, wanted.thousandths}, next);
      if (added) {
        line_resource.push_back(found->second);
        line_amount.push_back(wanted.thousandths);
        lines_of[found->second].push_back(next);
      }
      uses.values.push_back({found->second, wanted.thousandths, line->second});
    }
    uses.end_row();
  }
}

void SimulationSetup::sort_tickets() {
  std::map<std::string, std::uint32_t> known;
  for (std::size_t i = 0; i < situation.tickets.size(); ++i) {
    const Ticket& ticket = situation.plan->tickets[i];
    const TicketSituation& stands = situation.tickets[i];
    Kind kind;
    kind.demand = demand_of(ticket, situation.agent_types,
                            stands.standing == Standing::kWaiting ? stands.worker : WorkerId{});
    std::string text = text_of(kind.demand);
    for (const ResourceAmount& wanted : ticket.resources) {
      if (counted_.contains(wanted.name) || wanted.thousandths == 0) continue;
      const auto next = static_cast<std::uint32_t>(per_worker_.size());
      const std::uint32_t resource = per_worker_.try_emplace(wanted.name, next).first->second;
      kind.amounts.emplace_back(resource, wanted.thousandths);
      text += '|' + std::to_string(resource) + '=' + std::to_string(wanted.thousandths);
    }
    const auto [entry, added] =
        known.try_emplace(std::move(text), static_cast<std::uint32_t>(kinds.size()));
    if (added) kinds.push_back(std::move(kind));
    kind_of.push_back(entry->second);
  }
}

void SimulationSetup::sort_workers() {
  std::map<std::vector<std::uint32_t>, std::uint32_t> alike;
  for (const WorkerOffer& worker : situation.workforce.workers) {
    Pool pool;
    pool.slots = worker.slots;
    pool.capacity.resize(per_worker_.size());
    for (const auto& [name, amount] : worker.resources) {
      const auto found = per_worker_.find(name);
      if (found != per_worker_.end()) pool.capacity[found->second] = amount;
    }
    bool counts = false;
    for (std::uint32_t kind = 0; kind < kinds.size(); ++kind) {
      const bool ever = std::ranges::all_of(kinds[kind].amounts, [&](const auto& wanted) {
        return wanted.second <= pool.capacity[wanted.first];
      });
      if (!ever || !matches(kinds[kind].demand, worker)) continue;
      pool.kinds.push_back(kind);
      counts = counts || !kinds[kind].amounts.empty();
    }
    if (!counts) pool.capacity.clear();
    const auto next = static_cast<std::uint32_t>(pools.size());
    const auto known = counts ? alike.end() : alike.find(pool.kinds);
    if (known != alike.end()) {
      pools[known->second].slots += pool.slots;
      pool_of_worker_[worker.id] = known->second;
      continue;
    }
    if (!counts) alike.emplace(pool.kinds, next);
    pool_of_worker_[worker.id] = next;
    pools.push_back(std::move(pool));
  }
  if (situation.workforce.able > 0) {
    Pool able;
    able.slots = situation.workforce.able;
    for (std::uint32_t kind = 0; kind < kinds.size(); ++kind) able.kinds.push_back(kind);
    pools.push_back(std::move(able));
  }
  for (std::uint32_t pool = 0; pool < pools.size(); ++pool) {
    for (const std::uint32_t kind : pools[pool].kinds) kinds[kind].pools.push_back(pool);
  }
  pool_of.assign(situation.tickets.size(), kNone);
  for (std::size_t i = 0; i < situation.tickets.size(); ++i) {
    if (situation.tickets[i].standing != Standing::kAlive) continue;
    const auto found = pool_of_worker_.find(situation.tickets[i].worker);
    if (found != pool_of_worker_.end()) pool_of[i] = found->second;
  }
}

void SimulationSetup::count_unmet() {
  const PlanGraph& graph = *situation.graph;
  const auto is_over = [&](TicketIndex ticket) {
    return situation.tickets[ticket.index()].standing >= Standing::kSatisfied;
  };
  unmet.assign(graph.size(), 0);
  left_in_group.assign(graph.group_count(), 0);
  std::vector<std::vector<TicketIndex>> behind(situation.plan->barriers ? graph.group_count() : 0);
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    const TicketIndex ticket{i};
    if (is_over(ticket)) continue;
    ++left_in_group[graph.group(ticket)];
    if (situation.tickets[i].standing == Standing::kAlive) continue;
    for (const Edge edge : graph.dependencies(ticket)) {
      const Standing standing = situation.tickets[edge.ticket.index()].standing;
      const bool met = edge.kind == EdgeKind::kSoft || standing == Standing::kSatisfied ||
                       (edge.kind == EdgeKind::kSequential && is_over(edge.ticket));
      if (!met) ++unmet[i];
    }
    if (situation.plan->barriers) {
      ++unmet[i];
      behind[graph.group(ticket)].push_back(ticket);
    }
  }
  for (const std::vector<TicketIndex>& group : behind) {
    by_group.values.insert(by_group.values.end(), group.begin(), group.end());
    by_group.end_row();
  }
}

void SimulationSetup::find_unjudged() {
  unjudged.assign(situation.tickets.size(), false);
  if (situation.workforce.able > 0) return;
  std::map<std::string, bool> known;
  for (const auto& [ticket, demand] : situation.gates) {
    const auto [served, added] = known.try_emplace(text_of(demand), false);
    if (added) {
      served->second =
          std::ranges::any_of(situation.workforce.workers,
                              // Clang takes no structured binding into a lambda as it is.
                              [&asked = demand](const WorkerOffer& worker) {
                                return worker.slots > 0 && matches(asked, worker);
                              });
    }
    if (!served->second) unjudged[ticket.index()] = true;
  }
}

}  // namespace headway
