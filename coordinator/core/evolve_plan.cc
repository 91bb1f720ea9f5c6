#include "coordinator/core/evolve_plan.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "coordinator/core/plan_gates.h"

namespace headway {

namespace {

/// Keeps those earlier versions by which something is alive.
void keep_former(Run& run) {
  std::map<std::uint32_t, std::shared_ptr<const RunPlan>> kept;
  for (const TicketRecord& ticket : run.tickets) {
    if (!is_alive(ticket.state) || kept.contains(ticket.version)) continue;
    const auto known = run.former.find(ticket.version);
    kept[ticket.version] = known == run.former.end() ? run.source : known->second;
  }
  run.former = std::move(kept);
}

void count_dependencies(Run& run) {
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    run.tickets[i].unmet = 0;
    for (const Edge edge : run.graph().dependencies(TicketIndex{i})) {
      const bool ended = is_final(run.tickets[edge.ticket.index()].state);
      const bool met = edge.kind == EdgeKind::kSoft ||
                       (edge.kind == EdgeKind::kSequential && ended) ||
                       (edge.kind == EdgeKind::kBlocking && run.satisfied(edge.ticket));
      if (!met) ++run.tickets[i].unmet;
    }
  }
}

/// The first group with tickets that have not ended, and all before it.
std::uint32_t groups_to_open(const Run& run) {
  const auto groups = static_cast<std::uint32_t>(run.group_left.size());
  if (!run.plan().barriers) return groups;
  std::uint32_t open = std::min(1U, groups);
  while (open < groups && run.group_left[open - 1] == 0) ++open;
  return open;
}

void count_groups(Run& run) {
  run.group_left.assign(run.graph().group_count(), 0);
  run.open_left = 0;
  run.behind.clear();
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (!is_final(run.tickets[i].state)) ++run.group_left[run.graph().group(TicketIndex{i})];
  }
  run.open_groups = groups_to_open(run);
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (run.graph().group(TicketIndex{i}) < run.open_groups) {
      if (!is_final(run.tickets[i].state)) ++run.open_left;
    } else {
      ++run.tickets[i].unmet;
      run.behind.emplace_back(i);
    }
  }
  std::ranges::sort(run.behind, std::greater{}, [&](TicketIndex ticket) {
    return std::pair(run.graph().group(ticket), ticket);
  });
}

/// Other gates than before count from now on. No worker has one of the former (`plan_change`).
void begin_gates_anew(Run& run) {
  std::erase_if(run.due, [](const CheckRef& check) { return check.kind == CheckKind::kPlanGate; });
  run.plan_gates.assign(run.plan().plan_gates.size(), PlanGateRecord{});
  for (std::uint32_t i = 0; i < run.plan_gates.size(); ++i) {
    run.plan_gates[i].seen = ends_counted(run, i + 1);
    run.plan_gates[i].due_at = run.meter.at;
  }
}

}  // namespace

void take_plan(Run& run) {
  keep_former(run);
  const std::vector<PlanGate> before_gates = run.plan().plan_gates;
  run.source = std::exchange(run.offered, nullptr);
  const std::size_t before = run.tickets.size();
  run.tickets.resize(run.source->plan.tickets.size());
  run.totals.in_state[static_cast<std::size_t>(TicketState::kWaiting)] +=
      static_cast<std::uint32_t>(run.tickets.size() - before);
  run.totals.failures_allowed = 0;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const bool failed = run.tickets[i].state == TicketState::kFailed;
    if (failed && run.ticket(TicketIndex{i}).allow_failure) ++run.totals.failures_allowed;
  }
  if (run.source->plan.plan_gates != before_gates) begin_gates_anew(run);
  count_dependencies(run);
  count_groups(run);
}

}  // namespace headway
