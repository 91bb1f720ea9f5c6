#include <algorithm>

#include "common/plan/cycles.h"
#include "common/plan/graph_builder.h"
#include "common/plan/ranking.h"

namespace headway {

namespace {

constexpr Duration kNever = Duration::max();

/// Estimates of a long chain can add up to more than a duration holds.
Duration add_saturating(Duration a, Duration b) { return a > kNever - b ? kNever : a + b; }

}  // namespace

Result<void> PlanGraphBuilder::order() {
  // Kahn 1962; the queue is the order itself.
  std::vector<std::uint32_t> waiting(size_, 0);
  levels_.assign(size_, 0);
  std::vector<TicketIndex>& order = graph_->order_;
  order.reserve(size_);
  for (std::uint32_t i = 0; i < size_; ++i) {
    for (const Edge edge : graph_->dependencies(TicketIndex{i})) {
      if (edge.kind != EdgeKind::kSoft) ++waiting[i];
    }
    if (waiting[i] == 0) order.emplace_back(i);
  }
  for (std::size_t head = 0; head < order.size(); ++head) {
    const TicketIndex done = order[head];
    for (const Edge edge : graph_->dependents(done)) {
      if (edge.kind == EdgeKind::kSoft) continue;
      std::uint32_t& level = levels_[edge.ticket.index()];
      level = std::max(level, levels_[done.index()] + 1);
      if (--waiting[edge.ticket.index()] == 0) order.push_back(edge.ticket);
    }
  }
  if (order.size() == size_) return {};
  const std::vector<TicketIndex> cycle = find_cycle(plan_);
  HW_CHECK(!cycle.empty(), "tickets without an order have no cycle");
  return Error{ErrorKind::kInvalidPlan,
               "the tickets wait for each other: " + describe_cycle(plan_, cycle)};
}

void PlanGraphBuilder::measure_critical_paths() {
  graph_->critical_paths_.assign(size_, Duration::zero());
  for (auto ticket = graph_->order_.rbegin(); ticket != graph_->order_.rend(); ++ticket) {
    Duration longest{};
    for (const Edge edge : graph_->dependents(*ticket)) {
      if (edge.kind != EdgeKind::kSoft)
        longest = std::max(longest, graph_->critical_paths_[edge.ticket.index()]);
    }
    const Duration own = plan_.tickets[ticket->index()].estimate.value_or(kDefaultEstimate);
    graph_->critical_paths_[ticket->index()] =
        add_saturating(longest, std::max(own, Duration::zero()));
  }
}

void PlanGraphBuilder::rank() {
  // `size()` counts groups; they are there only at the end.
  graph_->groups_.assign(size_, 0);
  std::vector<Priority> priorities;
  priorities.reserve(size_);
  for (const Ticket& ticket : plan_.tickets) priorities.push_back(ticket.priority);
  graph_->ranks_ = rank_tickets(plan_, *graph_, priorities);
}

}  // namespace headway
