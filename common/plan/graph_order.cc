#include <algorithm>
#include <numeric>
#include <tuple>

#include "common/plan/cycles.h"
#include "common/plan/graph_builder.h"

namespace headway {

namespace {

constexpr Duration kNever = Duration::max();

/// Estimates of a long chain can add up to more than a duration holds.
Duration add_saturating(Duration a, Duration b) { return a > kNever - b ? kNever : a + b; }

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

std::vector<Priority> PlanGraphBuilder::inherited_priorities() const {
  std::vector<Priority> priorities(size_);
  for (auto ticket = graph_->order_.rbegin(); ticket != graph_->order_.rend(); ++ticket) {
    Priority highest = plan_.tickets[ticket->index()].priority;
    for (const Edge edge : graph_->dependents(*ticket)) {
      if (edge.kind != EdgeKind::kSoft)
        highest = std::min(highest, priorities[edge.ticket.index()]);
    }
    priorities[ticket->index()] = highest;
  }
  return priorities;
}

void PlanGraphBuilder::rank() {
  std::vector<Duration> starts(size_, Duration::zero());
  if (plan_.execution_plan && !plan_.execution_plan->schedule.empty()) {
    starts.assign(size_, kNever);
    for (const PlannedStart& planned : plan_.execution_plan->schedule) {
      const TicketIndex* found = graph_->find(planned.ticket);
      if (found != nullptr)
        starts[found->index()] = std::min(starts[found->index()], planned.start);
    }
  }
  const std::vector<Priority> priorities = inherited_priorities();
  std::vector<std::uint32_t> by_urgency(size_);
  std::iota(by_urgency.begin(), by_urgency.end(), 0U);
  std::sort(by_urgency.begin(), by_urgency.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto key = [&](std::uint32_t i) {
      return std::tuple(priorities[i], starts[i], -graph_->critical_paths_[i], i);
    };
    return key(a) < key(b);
  });
  // `size()` counts groups; they are there only at the end.
  graph_->groups_.assign(size_, 0);
  const SoftOrder order(*graph_, by_urgency);
  graph_->ranks_.assign(size_, 0);
  for (std::uint32_t place = 0; place < size_; ++place)
    graph_->ranks_[order.placed()[place]] = place;
}

}  // namespace headway
