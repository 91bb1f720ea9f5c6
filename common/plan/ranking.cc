#include "common/plan/ranking.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace headway {

namespace {

/// Places tickets so that what another softly depends on goes just before it, if it is not earlier
/// anyway.
class SoftOrder {
 public:
  SoftOrder(const PlanGraph& graph, const std::vector<std::uint32_t>& by_urgency) : graph_(graph) {
    states_.resize(graph.size(), State::kUntouched);
    placed_.reserve(graph.size());
    for (const std::uint32_t ticket : by_urgency) place(ticket);
  }

  [[nodiscard]] const std::vector<std::uint32_t>& placed() const { return placed_; }

 private:
  enum class State : std::uint8_t { kUntouched, kOpen, kPlaced };
  struct Visit {
    std::uint32_t ticket;
    std::uint32_t next_edge;
  };

  void open(std::uint32_t ticket) {
    states_[ticket] = State::kOpen;
    visits_.push_back({ticket, 0});
  }

  void place(std::uint32_t root) {
    if (states_[root] != State::kUntouched) return;
    open(root);
    while (!visits_.empty()) {
      Visit& visit = visits_.back();
      const auto edges = graph_.dependencies(TicketIndex{visit.ticket});
      if (visit.next_edge < edges.size()) {
        const Edge edge = edges[visit.next_edge++];
        // An open one would close a cycle of wishes: that wish is ignored.
        const bool untouched = states_[edge.ticket.index()] == State::kUntouched;
        if (edge.kind == EdgeKind::kSoft && untouched) open(edge.ticket.number());
        continue;
      }
      states_[visit.ticket] = State::kPlaced;
      placed_.push_back(visit.ticket);
      visits_.pop_back();
    }
  }

  const PlanGraph& graph_;
  std::vector<State> states_;
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> placed_;
};

/// What a ticket waits for has its priority at least.
std::vector<Priority> inherited(const PlanGraph& graph, std::span<const Priority> own) {
  std::vector<Priority> priorities(own.begin(), own.end());
  const std::span<const TicketIndex> order = graph.topological_order();
  for (auto ticket = order.rbegin(); ticket != order.rend(); ++ticket) {
    Priority& highest = priorities[ticket->index()];
    for (const Edge edge : graph.dependents(*ticket)) {
      if (edge.kind != EdgeKind::kSoft) {
        highest = std::min(highest, priorities[edge.ticket.index()]);
      }
    }
  }
  return priorities;
}

/// When the plan's schedule starts each ticket; all at once where it has none.
std::vector<Duration> planned_starts(const Plan& plan, const PlanGraph& graph) {
  std::vector<Duration> starts(graph.size(), Duration::zero());
  if (!plan.execution_plan || plan.execution_plan->schedule.empty()) return starts;
  starts.assign(graph.size(), Duration::max());
  for (const PlannedStart& planned : plan.execution_plan->schedule) {
    const TicketIndex* found = graph.find(planned.ticket);
    if (found != nullptr) starts[found->index()] = std::min(starts[found->index()], planned.start);
  }
  return starts;
}

}  // namespace

std::vector<std::uint32_t> rank_tickets(const Plan& plan, const PlanGraph& graph,
                                        std::span<const Priority> priorities) {
  const std::vector<Priority> highest = inherited(graph, priorities);
  const std::vector<Duration> starts = planned_starts(plan, graph);
  std::vector<std::uint32_t> by_urgency(graph.size());
  std::iota(by_urgency.begin(), by_urgency.end(), 0U);
  std::sort(by_urgency.begin(), by_urgency.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto key = [&](std::uint32_t i) {
      return std::tuple(highest[i], starts[i], -graph.critical_path(TicketIndex{i}), i);
    };
    return key(a) < key(b);
  });
  const SoftOrder order(graph, by_urgency);
  std::vector<std::uint32_t> ranks(graph.size());
  for (std::uint32_t place = 0; place < ranks.size(); ++place) ranks[order.placed()[place]] = place;
  return ranks;
}

}  // namespace headway
