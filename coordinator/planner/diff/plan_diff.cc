#include "coordinator/planner/diff/plan_diff.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "common/plan_file/plan_writer.h"

namespace headway::planner {

namespace {

std::vector<ChangedField> changed_fields(const std::vector<WrittenField>& before,
                                         const std::vector<WrittenField>& after) {
  const auto find = [](const std::vector<WrittenField>& fields, const std::string& name) {
    return std::find_if(fields.begin(), fields.end(),
                        [&](const WrittenField& field) { return field.first == name; });
  };
  std::vector<ChangedField> changed;
  for (const auto& [name, value] : before) {
    const auto other = find(after, name);
    const std::string now = other == after.end() ? std::string() : other->second;
    if (now != value) changed.push_back({name, value, now});
  }
  for (const auto& [name, value] : after) {
    if (find(before, name) == before.end()) changed.push_back({name, {}, value});
  }
  return changed;
}

Duration estimate_of(const Ticket& ticket) {
  return std::max(ticket.estimate.value_or(kDefaultEstimate), Duration::zero());
}

PlanMeasures measures_of(const Plan& plan, const PlanGraph& graph) {
  PlanMeasures measures;
  measures.tickets = plan.tickets.size();
  measures.groups = graph.group_count();
  for (const Ticket& ticket : plan.tickets) measures.work += estimate_of(ticket);
  if (plan.execution_plan) {
    measures.agents = plan.execution_plan->agents;
    measures.duration = plan.execution_plan->estimated_duration;
    measures.lower_bound = plan.execution_plan->lower_bound;
  }
  // The chain from the ticket with the longest one, each time to the longest that goes on.
  const TicketIndex* next = nullptr;
  const std::span<const TicketIndex> order = graph.topological_order();
  for (const TicketIndex& ticket : order) {
    if (next == nullptr || graph.critical_path(ticket) > graph.critical_path(*next)) next = &ticket;
  }
  if (next != nullptr) measures.critical_path_duration = graph.critical_path(*next);
  while (next != nullptr) {
    measures.critical_path.push_back(plan.tickets[next->index()].id);
    const TicketIndex* longest = nullptr;
    for (const Edge& edge : graph.dependents(*next)) {
      if (edge.kind == EdgeKind::kSoft) continue;
      if (longest == nullptr || graph.critical_path(edge.ticket) > graph.critical_path(*longest))
        longest = &edge.ticket;
    }
    next = longest;
  }
  return measures;
}

std::vector<MovedTicket> moves(const Plan& before, const Plan& after) {
  std::vector<MovedTicket> moved;
  if (!before.execution_plan || !after.execution_plan) return moved;
  std::unordered_map<std::string, Duration> starts;
  for (const PlannedStart& planned : before.execution_plan->schedule)
    starts.emplace(planned.ticket, planned.start);
  for (const PlannedStart& planned : after.execution_plan->schedule) {
    const auto start = starts.find(planned.ticket);
    if (start != starts.end() && start->second != planned.start)
      moved.push_back({planned.ticket, start->second, planned.start});
  }
  std::stable_sort(moved.begin(), moved.end(), [](const MovedTicket& a, const MovedTicket& b) {
    return std::chrono::abs(a.after - a.before) > std::chrono::abs(b.after - b.before);
  });
  return moved;
}

}  // namespace

PlanDiff diff_plans(const Plan& before, const PlanGraph& graph_before, const Plan& after,
                    const PlanGraph& graph_after) {
  PlanDiff diff;
  diff.plan = changed_fields(written_fields(before), written_fields(after));
  for (const Ticket& ticket : before.tickets) {
    const TicketIndex* other = graph_after.find(ticket.id);
    if (other == nullptr) {
      diff.removed.push_back(ticket.id);
      continue;
    }
    std::vector<ChangedField> fields =
        changed_fields(written_fields(ticket), written_fields(after.tickets[other->index()]));
    if (!fields.empty()) diff.changed.push_back({ticket.id, std::move(fields)});
  }
  for (const Ticket& ticket : after.tickets) {
    if (graph_before.find(ticket.id) == nullptr) diff.added.push_back(ticket.id);
  }
  diff.moved = moves(before, after);
  diff.before = measures_of(before, graph_before);
  diff.after = measures_of(after, graph_after);
  return diff;
}

}  // namespace headway::planner
