#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/plan/graph.h"
#include "common/plan/rows.h"

namespace headway {

/// Makes a `PlanGraph`, one part after the other. Used by `PlanGraph::build` alone; each part has a
/// file of its own. All parts take time linear in tickets and edges, but for sorting.
class PlanGraphBuilder {
 public:
  explicit PlanGraphBuilder(const Plan& plan) : plan_(plan), size_(plan.tickets.size()) {}

  Result<std::shared_ptr<const PlanGraph>> build();

 private:
  // graph.cc
  Result<void> number_tickets();
  Result<void> add_dependencies();
  void add_dependents();
  // graph_order.cc
  Result<void> order();
  void measure_critical_paths();
  void rank();
  // graph_locks.cc
  void add_locks();
  std::uint32_t lock_number(LockKind kind, std::string name);
  void take_declared_conflicts(std::vector<std::vector<LockUse>>& uses);
  // graph_groups.cc
  void group();
  [[nodiscard]] std::vector<std::uint32_t> planned_groups() const;
  void split_levels();

  const Plan& plan_;
  std::size_t size_;
  std::shared_ptr<PlanGraph> graph_;
  std::vector<std::uint32_t> levels_;  ///< the longest chain of dependencies before each ticket
  /// By kind, then name. Conflicts are the last kind.
  std::array<std::unordered_map<std::string, std::uint32_t>,
             static_cast<std::size_t>(LockKind::kConflict) + 1>
      lock_numbers_;
};

}  // namespace headway
