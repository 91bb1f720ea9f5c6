#include "common/plan_codec/graph_codec.h"

#include "common/plan_codec/values.h"

namespace headway::plan_codec {

namespace {

/// Starts of rows: they begin at 0, never fall, and end where the values end.
bool are_rows(const std::vector<std::uint32_t>& starts, std::size_t rows, std::size_t values) {
  return starts.size() == rows + 1 && starts.front() == 0 && starts.back() == values &&
         std::ranges::is_sorted(starts);
}

template <class Value, class Index>
bool is_permutation(const std::vector<Value>& values, std::size_t size, Index index) {
  if (values.size() != size) return false;
  std::vector<bool> seen(size);
  for (const Value& value : values) {
    const std::size_t at = index(value);
    if (at >= size || seen[at]) return false;
    seen[at] = true;
  }
  return true;
}

}  // namespace

void GraphCodec::write_graph(ByteWriter& to, const PlanGraph& graph) {
  write(to, graph.dependency_rows_);
  write(to, graph.dependency_edges_);
  write(to, graph.dependent_rows_);
  write(to, graph.dependent_edges_);
  write(to, graph.lock_rows_);
  write(to, graph.lock_uses_);
  write(to, graph.lock_names_);
  write(to, graph.groups_);
  write(to, graph.ranks_);
  write(to, graph.critical_paths_);
  write(to, graph.order_);
  write(to, graph.group_count_);
}

std::shared_ptr<const PlanGraph> GraphCodec::read_graph(ByteReader& from, const Plan& plan) {
  const std::shared_ptr<PlanGraph> graph(new PlanGraph());
  read(from, graph->dependency_rows_);
  read(from, graph->dependency_edges_);
  read(from, graph->dependent_rows_);
  read(from, graph->dependent_edges_);
  read(from, graph->lock_rows_);
  read(from, graph->lock_uses_);
  read(from, graph->lock_names_);
  read(from, graph->groups_);
  read(from, graph->ranks_);
  read(from, graph->critical_paths_);
  read(from, graph->order_);
  read(from, graph->group_count_);
  if (from.ok() && fits(*graph, plan.tickets.size()) && number_tickets(*graph, plan)) return graph;
  from.fail();
  return nullptr;
}

/// False where two tickets have one id.
bool GraphCodec::number_tickets(PlanGraph& graph, const Plan& plan) {
  graph.index_of_.reserve(plan.tickets.size());
  for (std::uint32_t i = 0; i < plan.tickets.size(); ++i) {
    if (!graph.index_of_.emplace(plan.tickets[i].id, TicketIndex{i}).second) return false;
  }
  return true;
}

bool GraphCodec::fits(const PlanGraph& graph, std::size_t tickets) {
  const auto of_tickets = [&](const std::vector<Edge>& edges) {
    return std::ranges::all_of(edges,
                               [&](const Edge& edge) { return edge.ticket.index() < tickets; });
  };
  const bool rows = are_rows(graph.dependency_rows_, tickets, graph.dependency_edges_.size()) &&
                    are_rows(graph.dependent_rows_, tickets, graph.dependent_edges_.size()) &&
                    are_rows(graph.lock_rows_, tickets, graph.lock_uses_.size());
  const bool edges = graph.dependency_edges_.size() == graph.dependent_edges_.size() &&
                     of_tickets(graph.dependency_edges_) && of_tickets(graph.dependent_edges_);
  const bool locks = std::ranges::all_of(
      graph.lock_uses_, [&](const LockUse& use) { return use.lock < graph.lock_names_.size(); });
  const bool groups = graph.groups_.size() == tickets && graph.group_count_ <= tickets &&
                      std::ranges::all_of(graph.groups_, [&](std::uint32_t group) {
                        return group < graph.group_count_;
                      });
  return rows && edges && locks && groups && graph.critical_paths_.size() == tickets &&
         is_permutation(graph.ranks_, tickets, [](std::uint32_t rank) { return rank; }) &&
         is_permutation(graph.order_, tickets, [](TicketIndex ticket) { return ticket.index(); });
}

}  // namespace headway::plan_codec
