#include "common/plan/graph.h"

#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/graph_builder.h"

namespace headway {

namespace {

template <class T>
std::span<const T> row_of(const std::vector<std::uint32_t>& rows, const std::vector<T>& values,
                          TicketIndex ticket) {
  const std::uint32_t start = rows[ticket.index()];
  return std::span(values).subspan(start, rows[ticket.index() + 1] - start);
}

Error invalid(std::string message) { return Error{ErrorKind::kInvalidPlan, std::move(message)}; }

}  // namespace

Result<std::shared_ptr<const PlanGraph>> PlanGraph::build(const Plan& plan) {
  return PlanGraphBuilder(plan).build();
}

const TicketIndex* PlanGraph::find(std::string_view id) const {
  const auto found = index_of_.find(id);
  return found == index_of_.end() ? nullptr : &found->second;
}

std::span<const Edge> PlanGraph::dependencies(TicketIndex ticket) const {
  return row_of(dependency_rows_, dependency_edges_, ticket);
}

std::span<const Edge> PlanGraph::dependents(TicketIndex ticket) const {
  return row_of(dependent_rows_, dependent_edges_, ticket);
}

std::span<const LockUse> PlanGraph::locks(TicketIndex ticket) const {
  return row_of(lock_rows_, lock_uses_, ticket);
}

Result<std::shared_ptr<const PlanGraph>> PlanGraphBuilder::build() {
  graph_ = std::shared_ptr<PlanGraph>(new PlanGraph());
  if (Result<void> done = number_tickets(); !done) return done.error();
  if (Result<void> done = add_dependencies(); !done) return done.error();
  add_dependents();
  if (Result<void> done = order(); !done) return done.error();
  measure_critical_paths();
  rank();
  add_locks();
  group();
  return std::shared_ptr<const PlanGraph>(std::move(graph_));
}

Result<void> PlanGraphBuilder::number_tickets() {
  graph_->index_of_.reserve(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    const std::string& id = plan_.tickets[i].id;
    if (!graph_->index_of_.emplace(id, TicketIndex{static_cast<std::uint32_t>(i)}).second) {
      return invalid(fmt::format("two tickets have the id `{}`", printable(id)));
    }
  }
  return {};
}

Result<void> PlanGraphBuilder::add_dependencies() {
  // A ticket that is named more than once is one edge, of the first and therefore strictest kind.
  std::vector<std::size_t> named_by(size_, std::numeric_limits<std::size_t>::max());
  graph_->dependency_rows_.reserve(size_ + 1);
  graph_->dependency_rows_.push_back(0);
  for (std::size_t i = 0; i < size_; ++i) {
    const Ticket& ticket = plan_.tickets[i];
    const std::pair<const std::vector<std::string>*, EdgeKind> lists[] = {
        {&ticket.dependencies.blocking, EdgeKind::kBlocking},
        {&ticket.dependencies.sequential, EdgeKind::kSequential},
        {&ticket.dependencies.soft, EdgeKind::kSoft},
    };
    for (const auto& [ids, kind] : lists) {
      for (const std::string& id : *ids) {
        const TicketIndex* found = graph_->find(id);
        if (found == nullptr) {
          return invalid(fmt::format("ticket `{}` depends on `{}`, which is not in the plan",
                                     printable(ticket.id), printable(id)));
        }
        if (found->index() == i && kind != EdgeKind::kSoft) {
          return invalid(fmt::format("ticket `{}` depends on itself", printable(ticket.id)));
        }
        if (found->index() == i || named_by[found->index()] == i) continue;
        named_by[found->index()] = i;
        graph_->dependency_edges_.push_back({*found, kind});
      }
    }
    graph_->dependency_rows_.push_back(
        static_cast<std::uint32_t>(graph_->dependency_edges_.size()));
  }
  return {};
}

void PlanGraphBuilder::add_dependents() {
  // Counting sort by the ticket that is depended on; dependents stay in plan order.
  std::vector<std::uint32_t>& rows = graph_->dependent_rows_;
  rows.assign(size_ + 1, 0);
  for (const Edge edge : graph_->dependency_edges_) ++rows[edge.ticket.index() + 1];
  for (std::size_t i = 0; i < size_; ++i) rows[i + 1] += rows[i];
  graph_->dependent_edges_.resize(graph_->dependency_edges_.size());
  std::vector<std::uint32_t> next(rows.begin(), rows.end() - 1);
  for (std::size_t i = 0; i < size_; ++i) {
    const TicketIndex dependent{static_cast<std::uint32_t>(i)};
    for (const Edge edge : graph_->dependencies(dependent)) {
      graph_->dependent_edges_[next[edge.ticket.index()]++] = {dependent, edge.kind};
    }
  }
}

}  // namespace headway
