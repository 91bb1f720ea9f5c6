#include <algorithm>

#include "common/base/check.h"
#include "coordinator/core/scheduler.h"

/// How the scheduler follows a new version of a run's plan, and what attempts hold meanwhile that
/// were handed out by an older one.

namespace headway {

void Scheduler::replan(const Run& run) {
  while (!runs_.at(run.id).holds.empty()) {
    const auto& [ticket, hold] = *runs_.at(run.id).holds.begin();
    if (hold.worker != WorkerId{}) leave_slot({run.id, ticket}, hold.worker);
    let_go({run.id, ticket});
  }
  remove_run(run.id);
  add_run(run);
}

void Scheduler::hold_more(const Run& run) {
  for (auto& [ticket, hold] : runs_.at(run.id).holds) {
    if (run.tickets[ticket.index()].version == run.source->version) continue;
    for (const LockUse wanted : run.graph().locks(ticket)) {
      const LockUse use{intern_lock(*run.source, wanted.lock), wanted.mode};
      const bool has = std::ranges::any_of(hold.locks, [&](const LockUse held) {
        return held.lock == use.lock && (held.mode == use.mode || held.mode == LockMode::kWrite);
      });
      if (has) continue;
      const bool taken = locks_.blocker({&use, 1}).has_value();
      (taken ? claims_ : locks_).take({&use, 1});
      (taken ? hold.claimed : hold.locks).push_back(use);
    }
  }
}

/// What an attempt takes that is handed out by this version; of nobody yet.
Scheduler::Hold Scheduler::hold_by(const RunQueue& queue, const RunPlan& version,
                                   TicketIndex ticket) {
  Hold hold;
  for (const LockUse use : version.graph->locks(ticket)) {
    hold.locks.push_back({intern_lock(version, use.lock), use.mode});
  }
  for (const ResourceAmount& wanted : version.plan.tickets[ticket.index()].resources) {
    if (wanted.thousandths == 0) continue;
    const ResourceId resource = intern_resource(wanted.name);
    (queue.resources.contains(resource) ? hold.cluster : hold.per_worker)
        .emplace_back(resource, wanted.thousandths);
  }
  return hold;
}

/// The registry-wide number of a lock of a plan: the same file has the same one in all runs.
std::uint32_t Scheduler::intern_lock(const RunPlan& version, std::uint32_t lock) {
  LockName name = version.graph->lock_names()[lock];
  const std::string& folder = version.options.plan_folder;
  if (name.kind != LockKind::kName && !folder.empty()) name.name = folder + "/" + name.name;
  const std::uint32_t number = locks_.intern(name);
  HW_CHECK(claims_.intern(name) == number, "locks and claims are numbered apart");
  return number;
}

}  // namespace headway
