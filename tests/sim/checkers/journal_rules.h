#pragma once

#include "tests/sim/checkers/milestone_rules.h"
#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// What each fact may say, given those before it: invariants 3 (tokens grow), 4 (one end), 5
/// (dependencies), 6 and 9 (what is handed out together), 10 (attempts). Asked before the reading
/// takes the fact in.
class JournalRules {
 public:
  JournalRules(const Reading& reading, Problems& problems)
      : reading_(reading), problems_(problems), milestones_(reading, problems) {}

  void check(const Fact& fact);
  /// The journal goes on from an older copy: sequences begin anew after `last`; tokens do not.
  void restored(Sequence last) {
    last_sequence_ = last;
    calendar_ = false;
    last_of_former_ = last_token_;
  }
  /// The wall clock was set: what a restarted coordinator makes of a backoff cannot be told any
  /// more.
  void calendar_was_set() { calendar_ = false; }

 private:
  void plan_changed(const Fact& fact);
  void assigned(const Fact& fact);
  void token_grows(const Fact& fact);
  void run_resumed(const Fact& fact);
  void run_stopping(const Fact& fact);
  void beside_others(const Fact& fact, TicketKey key);
  void within_resources(const Fact& fact, const ReadRun& run);
  void at_worker(const Fact& fact, bool may_wait);
  void attempt_ended(const Fact& fact);
  void pause_before_next(const Fact& fact, const ReadRun& run, const ReadTicket& ticket);
  void next_state(const Fact& fact, const ReadRun& run, const ReadTicket& ticket);
  void stopped_for_a_rollback(const Fact& fact);
  void ticket_ended(const Fact& fact);
  void run_ended(const Fact& fact);
  void about_open_run(const Fact& fact);

  /// Backoffs are worked out in floating point, and kept in microseconds.
  static constexpr Duration kRounding = std::chrono::milliseconds{1};

  const Reading& reading_;
  Problems& problems_;
  MilestoneRules milestones_;
  RunId reopened_for_rollback_;  ///< it was opened again, and what is to be put back must follow
  Sequence last_sequence_;
  Token last_token_;      ///< of everything that was ever handed out
  Token last_of_former_;  ///< handed out before; who asked for its end may not be known any more
  bool calendar_ = true;
};

/// Whether what a ticket waits for has ended as required, and (with barriers) the groups before it.
bool may_start(const ReadRun& run, TicketIndex ticket, std::string* why);

/// Whether an outcome counts as a failure of the command.
bool is_failure(Outcome outcome);

}  // namespace headway::sim
