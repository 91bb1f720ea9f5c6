#include "coordinator/diagnosis/diagnosis.h"

#include <algorithm>
#include <tuple>

#include "coordinator/diagnosis/parts.h"

namespace headway {

std::vector<Finding> diagnose(const State& state, const Core* core, const Run& run,
                              const Surroundings& around, Now now) {
  using namespace diagnosis;
  const Picture picture(state, core, run, around, now);
  Telling telling;
  for (const auto part : {find_nothing_handed_out,
                          find_failed_rollbacks,
                          find_plan_gates,
                          find_failures,
                          find_reviews,
                          find_unservable,
                          find_unservable_checks,
                          find_bad_workers,
                          find_bad_tickets,
                          find_failing_gates,
                          find_flaky_gates,
                          find_lock_troubles,
                          find_silent_workers,
                          find_stuck,
                          find_stragglers,
                          find_starvation,
                          find_slow_workers,
                          find_flapping_workers,
                          find_retry_storm,
                          find_critical_path,
                          find_bottlenecks,
                          find_idle_agents,
                          find_clock_skew,
                          find_disk_trouble}) {
    part(picture, telling);
  }
  std::vector<Finding> findings = telling.take();
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    return std::tuple(b.severity, b.cost.value_or(Duration{})) <
           std::tuple(a.severity, a.cost.value_or(Duration{}));
  });
  return findings;
}

bool is_conflict(FindingKind kind) {
  switch (kind) {
    case FindingKind::kLockWait:
    case FindingKind::kOrphanedLock:
    case FindingKind::kStarvation:
      return true;
    case FindingKind::kNothingHandedOut:
    case FindingKind::kUnservable:
    case FindingKind::kCriticalPath:
    case FindingKind::kBottleneck:
    case FindingKind::kStraggler:
    case FindingKind::kStuck:
    case FindingKind::kSilentWorker:
    case FindingKind::kFlappingWorker:
    case FindingKind::kBadWorker:
    case FindingKind::kSlowWorker:
    case FindingKind::kBadTicket:
    case FindingKind::kRetryStorm:
    case FindingKind::kIdleAgents:
    case FindingKind::kClockSkew:
    case FindingKind::kRegistry:
    case FindingKind::kFailure:
    case FindingKind::kReview:
    case FindingKind::kRollbackFailed:
    case FindingKind::kFailingGate:
    case FindingKind::kFlakyGate:
    case FindingKind::kPlanGate:
    case FindingKind::kRequirement:
      return false;
  }
  return false;
}

bool is_bottleneck(FindingKind kind) {
  switch (kind) {
    case FindingKind::kNothingHandedOut:
    case FindingKind::kUnservable:
    case FindingKind::kCriticalPath:
    case FindingKind::kBottleneck:
    case FindingKind::kStraggler:
    case FindingKind::kStuck:
    case FindingKind::kSlowWorker:
    case FindingKind::kIdleAgents:
    case FindingKind::kReview:
      return true;
    case FindingKind::kLockWait:
    case FindingKind::kOrphanedLock:
    case FindingKind::kStarvation:
    case FindingKind::kSilentWorker:
    case FindingKind::kFlappingWorker:
    case FindingKind::kBadWorker:
    case FindingKind::kBadTicket:
    case FindingKind::kRetryStorm:
    case FindingKind::kClockSkew:
    case FindingKind::kRegistry:
    case FindingKind::kFailure:
    case FindingKind::kRollbackFailed:
    case FindingKind::kFailingGate:
    case FindingKind::kFlakyGate:
    case FindingKind::kPlanGate:
    case FindingKind::kRequirement:
      return false;
  }
  return false;
}

}  // namespace headway
