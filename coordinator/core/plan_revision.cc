#include "coordinator/core/plan_revision.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace headway {

namespace {

/// Where a ticket stands in its file is no change.
bool same_text(const Ticket& before, Ticket after) {
  after.mark = before.mark;
  return before == after;
}

/// Whether an attempt would do the same in the same place: what only orders, describes or retries
/// a ticket is no reason to do its work again.
bool same_work(const Ticket& before, Ticket after) {
  after.title = before.title;
  after.category = before.category;
  after.priority = before.priority;
  after.estimate = before.estimate;
  after.dependencies = before.dependencies;
  after.retry = before.retry;
  after.on_disconnect = before.on_disconnect;
  after.reassign = before.reassign;
  after.allow_failure = before.allow_failure;
  after.isolation = before.isolation;
  after.parallel_group = before.parallel_group;
  after.status = before.status;
  after.created = before.created;
  return same_text(before, after);
}

Ticket tombstone_of(const Ticket& ticket, const std::vector<std::string>& conflicts) {
  Ticket stone = ticket;
  stone.dependencies = {};
  stone.dependencies.file_conflicts = conflicts;
  stone.allow_failure = true;  // whatever becomes of it is no failure of the run
  return stone;
}

/// For each ticket of a plan those that it conflicts with, whichever of both says so.
std::map<std::string_view, std::vector<std::string>> declared_conflicts(const Plan& plan) {
  std::map<std::string_view, std::vector<std::string>> conflicts;
  for (const Ticket& ticket : plan.tickets) {
    for (const auto* list :
         {&ticket.dependencies.file_conflicts, &ticket.dependencies.resource_conflicts}) {
      for (const std::string& other : *list) {
        conflicts[ticket.id].push_back(other);
        conflicts[other].push_back(ticket.id);
      }
    }
  }
  return conflicts;
}

class Revision {
 public:
  Revision(const RunPlan& base, const Plan& wanted) : base_(base), wanted_(wanted) {
    for (const Ticket& ticket : wanted.tickets) by_id_.emplace(ticket.id, &ticket);
  }

  PlanRevision make(RunPlan& next) {
    next.plan = wanted_;
    next.plan.tickets.clear();
    next.plan.tickets.reserve(base_.plan.tickets.size() + wanted_.tickets.size());
    for (std::uint32_t i = 0; i < base_.plan.tickets.size(); ++i) keep(TicketIndex{i}, next);
    for (const Ticket& ticket : wanted_.tickets) {
      if (base_.graph->find(ticket.id) != nullptr) continue;
      revision_.added.emplace_back(static_cast<std::uint32_t>(next.plan.tickets.size()));
      next.plan.tickets.push_back(ticket);
    }
    place_tombstones(next);
    return std::move(revision_);
  }

 private:
  void keep(TicketIndex index, RunPlan& next) {
    const Ticket& before = base_.plan.tickets[index.index()];
    const bool was_removed = std::ranges::binary_search(base_.removed, index);
    const auto found = by_id_.find(before.id);
    if (found == by_id_.end()) {
      next.removed.push_back(index);
      if (was_removed) {
        next.plan.tickets.push_back(before);
        return;
      }
      revision_.removed.push_back(index);
      if (!conflicts_) conflicts_ = declared_conflicts(base_.plan);
      next.plan.tickets.push_back(tombstone_of(before, (*conflicts_)[before.id]));
      return;
    }
    const Ticket& after = *found->second;
    next.plan.tickets.push_back(after);
    if (was_removed) {
      revision_.added.push_back(index);
    } else if (!same_text(before, after)) {
      revision_.changed.push_back(index);
      if (!same_work(before, after)) revision_.reworked.push_back(index);
    }
  }

  /// Groups that a plan names count only where they hold every ticket.
  static void place_tombstones(RunPlan& next) {
    if (!next.plan.execution_plan || next.plan.execution_plan->groups.empty()) return;
    std::vector<std::string>& first = next.plan.execution_plan->groups.front().tickets;
    for (const TicketIndex index : next.removed) {
      first.push_back(next.plan.tickets[index.index()].id);
    }
  }

  const RunPlan& base_;
  const Plan& wanted_;
  std::map<std::string_view, const Ticket*> by_id_;
  std::optional<std::map<std::string_view, std::vector<std::string>>> conflicts_;
  PlanRevision revision_;
};

}  // namespace

Result<PlanRevision> revise_plan(const RunPlan& base, const Plan& wanted, const RunOptions& options,
                                 std::string sha256) {
  RunPlan next;
  next.name = base.name;
  next.options = base.options;
  next.options.plan_file = options.plan_file;
  next.options.agent_types = options.agent_types;
  next.version = base.version + 1;
  next.sha256 = std::move(sha256);
  PlanRevision revision = Revision(base, wanted).make(next);
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(next.plan);
  if (!graph) return graph.error();
  next.graph = std::move(*graph);
  revision.plan = std::make_shared<const RunPlan>(std::move(next));
  return revision;
}

Plan plan_as_written(const RunPlan& version) {
  Plan plan = version.plan;
  plan.tickets.clear();
  for (std::uint32_t i = 0; i < version.plan.tickets.size(); ++i) {
    if (std::ranges::binary_search(version.removed, TicketIndex{i})) continue;
    plan.tickets.push_back(version.plan.tickets[i]);
  }
  return plan;
}

}  // namespace headway
