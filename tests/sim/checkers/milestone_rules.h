#pragma once

#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// What facts may say of gates, reviews, rollbacks and the plan's gates, given those before:
/// invariant 17. Asked before the reading takes the fact in.
class MilestoneRules {
 public:
  MilestoneRules(const Reading& reading, Problems& problems)
      : reading_(reading), problems_(problems) {}

  void check(const Fact& fact);
  /// Of an attempt that is alive.
  void attempt_ended(const Fact& fact, const ReadRun& run, const ReadTicket& ticket);
  void run_ended(const Fact& fact, const ReadRun& run);

 private:
  void validating(const Fact& fact);
  void command_ended(const Fact& fact);
  void check_assigned(const Fact& fact);
  void gate_assigned(const Fact& fact, const ReadRun& run);
  void rollback_assigned(const Fact& fact, const ReadRun& run);
  void plan_gate_assigned(const Fact& fact, const ReadRun& run);
  void check_started(const Fact& fact);
  void check_ended(const Fact& fact);
  void review_opened(const Fact& fact);
  void review_decided(const Fact& fact);
  void rollback_planned(const Fact& fact);
  void rollback_ended(const Fact& fact);
  void rollback_settled(const Fact& fact);
  void is_next(const Fact& fact, const ReadRun& run);
  void undone(const Fact& fact, const ReadRun& run);
  void plan_gate(const Fact& fact);
  /// Whether a worker has a check like this of the run.
  [[nodiscard]] bool is_handed(RunId run, CheckKind kind, TicketIndex ticket) const;

  const Reading& reading_;
  Problems& problems_;
};

/// Whether a run is under way: it may be paused.
bool goes_on(const ReadRun& run);

}  // namespace headway::sim
