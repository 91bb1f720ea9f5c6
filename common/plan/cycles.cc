#include "common/plan/cycles.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/graph.h"
#include "common/plan/ticket_index.h"

namespace headway {

namespace {

constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();

/// Tarjan's algorithm with its recursion on the heap: a chain of 100,000 tickets would overflow the
/// stack.
class Knots {
 public:
  explicit Knots(const Rows<TicketIndex>& edges)
      : edges_(edges),
        order_(edges.size(), kNoNode),
        low_(edges.size(), 0),
        knot_(edges.size(), kNoNode) {
    for (std::uint32_t node = 0; node < edges_.size(); ++node) {
      if (order_[node] == kNoNode) walk_from(node);
    }
  }

  /// The number of the knot that a ticket belongs to.
  [[nodiscard]] std::uint32_t of(std::uint32_t node) const { return knot_[node]; }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  struct Visit {
    std::uint32_t node;
    std::uint32_t next_edge;
  };

  void enter(std::uint32_t node) {
    order_[node] = low_[node] = next_order_++;
    open_.push_back(node);
    visits_.push_back({node, 0});
  }

  void walk_from(std::uint32_t root) {
    enter(root);
    while (!visits_.empty()) {
      Visit& visit = visits_.back();
      const std::uint32_t node = visit.node;
      const auto row = edges_[node];
      if (visit.next_edge < row.size()) {
        const std::uint32_t next = row[visit.next_edge++].number();
        if (order_[next] == kNoNode) {
          enter(next);
        } else if (knot_[next] == kNoNode) {
          low_[node] = std::min(low_[node], order_[next]);
        }
        continue;
      }
      visits_.pop_back();
      if (!visits_.empty()) {
        const std::uint32_t parent = visits_.back().node;
        low_[parent] = std::min(low_[parent], low_[node]);
      }
      if (low_[node] == order_[node]) close(node);
    }
  }

  void close(std::uint32_t root) {
    std::uint32_t node = kNoNode;
    do {
      node = open_.back();
      open_.pop_back();
      knot_[node] = count_;
    } while (node != root);
    ++count_;
  }

  const Rows<TicketIndex>& edges_;
  std::vector<std::uint32_t> order_, low_, knot_;
  std::vector<std::uint32_t> open_;
  std::vector<Visit> visits_;
  std::uint32_t next_order_ = 0;
  std::uint32_t count_ = 0;
};

/// The shortest way from `start` back to itself within its knot; breadth first. `came_from` is all
/// kNoNode, and is used up for this knot.
std::vector<TicketIndex> shortest_cycle(const Rows<TicketIndex>& edges, const Knots& knots,
                                        std::uint32_t start,
                                        std::vector<std::uint32_t>& came_from) {
  std::vector<std::uint32_t> queue = {start};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::uint32_t node = queue[head];
    for (const TicketIndex edge : edges[node]) {
      const std::uint32_t next = edge.number();
      if (next == start) {
        std::vector<TicketIndex> cycle;
        for (std::uint32_t at = node; at != start; at = came_from[at]) cycle.emplace_back(at);
        cycle.emplace_back(start);
        std::reverse(cycle.begin(), cycle.end());
        return cycle;
      }
      if (knots.of(next) != knots.of(start) || came_from[next] != kNoNode) continue;
      came_from[next] = node;
      queue.push_back(next);
    }
  }
  return {};
}

}  // namespace

std::vector<std::vector<TicketIndex>> find_cycles(const Rows<TicketIndex>& waits_for) {
  const Knots knots(waits_for);
  std::vector<std::uint32_t> sizes(knots.count(), 0);
  for (std::uint32_t node = 0; node < waits_for.size(); ++node) ++sizes[knots.of(node)];
  std::vector<std::uint32_t> came_from(waits_for.size(), kNoNode);
  std::vector<std::vector<TicketIndex>> cycles;
  for (std::uint32_t node = 0; node < waits_for.size(); ++node) {
    std::uint32_t& size = sizes[knots.of(node)];
    if (size < 2) continue;
    cycles.push_back(shortest_cycle(waits_for, knots, node, came_from));
    size = 0;
  }
  return cycles;
}

std::string describe_cycle(const Plan& plan, const std::vector<TicketIndex>& cycle) {
  constexpr std::size_t kShown = 50;
  std::string text = fmt::format("cycle of {}: ", cycle.size());
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    if (i == kShown - 1 && cycle.size() > kShown) {
      text += fmt::format("({} more) -> ", cycle.size() - kShown);
      i = cycle.size() - 1;
    }
    text += printable(plan.tickets[cycle[i].index()].id) + " -> ";
  }
  return text + printable(plan.tickets[cycle.front().index()].id);
}

std::vector<TicketIndex> find_cycle(const Plan& plan) {
  const TicketsById tickets(plan);
  for (std::size_t i = 0; i < plan.tickets.size(); ++i) {
    const Dependencies& dependencies = plan.tickets[i].dependencies;
    for (const auto* list : {&dependencies.blocking, &dependencies.sequential}) {
      if (std::find(list->begin(), list->end(), plan.tickets[i].id) != list->end()) {
        return {TicketIndex{static_cast<std::uint32_t>(i)}};
      }
    }
  }
  std::vector<std::vector<TicketIndex>> cycles = find_cycles(waits_for(plan, tickets));
  return cycles.empty() ? std::vector<TicketIndex>{} : std::move(cycles.front());
}

}  // namespace headway
