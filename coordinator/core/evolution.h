#pragma once

#include "common/base/check.h"
#include "coordinator/core/evolve.h"

namespace headway {

/// One application of one fact to the state: what `evolve` is made of, for its own files alone.
class Evolution {
 public:
  Evolution(State& state, const Fact& fact, Changes& changes)
      : state_(state), fact_(fact), changes_(changes) {}

  void apply();

 private:
  Run& run() { return state_.run(fact_.run); }
  TicketRecord& record() {
    HW_CHECK(fact_.ticket.has_value(), "a fact about a ticket names none");
    Run& of = run();
    HW_CHECK(fact_.ticket->index() < of.tickets.size(), "a fact names a ticket beyond the plan");
    return of.tickets[fact_.ticket->index()];
  }

  // evolve.cc
  void meter();
  void leave(WorkerId worker);
  void worker_joined();

  // evolve_runs.cc
  void run_submitted();
  void run_ended();
  void plan_changed();

  // evolve_attempts.cc
  void ticket_assigned();
  void attempt_started();
  void attempt_ended();
  Duration took();
  void measure_end(Run& of, const TicketRecord& ended) const;
  void file_left();
  void ticket_ended();
  void ticket_reopened();

  // evolve_checks.cc: gates elsewhere, review
  void attempt_validating();
  void command_ended();
  void check_assigned();
  void check_started();
  void check_ended();
  void gate_ended(ValidationRecord& open, const HandedCheck& ended);
  void review_opened();
  void review_decided();
  static void gates_passed(Run& of, TicketIndex ticket, ValidationRecord& validation);
  static void drop_due_gates(Run& of, TicketIndex ticket);
  static void drop_validation(Run& of, TicketIndex ticket);
  ValidationRecord& validation();

  // evolve_rollback.cc, evolve_plan_gates.cc
  void rollback_planned();
  void rollback_ended();
  void put_back(RollbackState how);
  void rollback_handed_back(const HandedCheck& ended);
  static void queue_rollback(Run& of);
  void plan_gate_due();
  void plan_gate_ended();
  void plan_gate_handed_out(PlanGateRecord& gate) const;
  void plan_gate_handed_back(const HandedCheck& ended);
  void try_plan_gates_again();

  // evolve_settling.cc
  void move(Run& of, TicketIndex ticket, TicketState to);
  void settle(Run& of, TicketIndex ticket);
  void unsettle(Run& of, TicketIndex ticket);
  void meet(Run& of, TicketIndex ticket);
  void unmeet(Run& of, TicketIndex ticket);
  void open_groups(Run& of);

  State& state_;
  const Fact& fact_;
  Changes& changes_;
};

/// How many tickets of a run are in a state; to be changed together with a ticket's state.
inline std::uint32_t& count_of(Run& run, TicketState state) {
  return run.totals.in_state[static_cast<std::size_t>(state)];
}

}  // namespace headway
