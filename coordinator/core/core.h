#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/evolve.h"
#include "coordinator/core/input.h"
#include "coordinator/core/links.h"
#include "coordinator/core/rollback_order.h"
#include "coordinator/core/scheduler.h"
#include "coordinator/core/state.h"
#include "coordinator/core/steering.h"

namespace headway {

struct CoreOptions {
  std::string registry;  ///< its id
  Duration lease = std::chrono::seconds{15};
  Duration heartbeat = std::chrono::seconds{2};
  /// Beyond the lease, before its attempts are handed out again: for clocks that run apart, and for
  /// the time that a kill takes at the worker.
  Duration lease_margin = std::chrono::milliseconds{2'150};
  std::uint32_t max_workers_lost = 3;
  /// By which a worker reaches this coordinator, as a shell takes it: `--connect ADDRESS`, or where
  /// it wants keys `--join TOKEN@HOST:PORT`; empty: not known. Said to people, and used for nothing
  /// else.
  std::string join_words{};
};

/// The coordinator's state machine: inputs and the time in, facts and effects out. Owned by the
/// shell's one thread; touches nothing outside of itself.
///
/// A turn is any number of `step`s and one `finish_turn`, which advances timers and hands out
/// tickets. Facts are applied to the state as they arise, so that later inputs of the same turn see
/// them; the shell commits them all, and only then carries out the effects. What `state()` says
/// between a step and its commit may not leave the process.
class Core {
 public:
  /// `state` is the fold of the journal. Starts a new epoch: its fact is in the first turn, and
  /// every lease begins anew.
  Core(CoreOptions options, State state, Now now);

  void step(const Input& input, Now now);
  Turn finish_turn(Now now);
  /// When `finish_turn` should be called though nothing has arrived.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] const Scheduler& scheduler() const { return scheduler_; }
  [[nodiscard]] const std::map<WorkerId, Link>& links() const { return links_; }
  [[nodiscard]] const AttemptNote* note(Token token) const;
  [[nodiscard]] const CoreOptions& options() const { return options_; }
  /// Whether output of an attempt that has ended is still on its way.
  [[nodiscard]] bool output_pending(Token token) const { return late_outputs_.contains(token); }
  /// The same of any attempt of a run; 0: of any.
  [[nodiscard]] bool output_pending(RunId run) const;
  /// How busy the machines were since the last fact that says so.
  [[nodiscard]] LoadSums unwritten_load(RunId run) const;
  /// Whether a worker that has a session has missed so many heartbeats that people should know.
  [[nodiscard]] bool is_silent(const Link& link, Instant now) const {
    return now - link.last_heard > 3 * options_.heartbeat;
  }
  /// Whether an attempt is of a former life of its worker, and not known to be dead.
  [[nodiscard]] bool is_widow(Token token) const { return widows_.contains(token); }
  /// Whether no lease's end, but only a proof or a person says that it is dead.
  [[nodiscard]] bool ends_by_proof_alone(Token token) const;
  /// Whether something that a worker has is known to run there.
  [[nodiscard]] bool has_started(Token token) const { return state_.has_started(token); }
  /// Messages that were not allowed in the state that they met.
  [[nodiscard]] std::uint64_t dropped_messages() const { return dropped_; }
  /// Hellos that were refused: a name that another one has, claims beyond the limits.
  [[nodiscard]] std::uint64_t refused_hellos() const { return refused_; }
  /// Messages about an attempt that their sender does not hold: never did, or no longer.
  [[nodiscard]] std::uint64_t stale_messages() const { return stale_; }
  /// Hellos that were refused since another process of that name is joined and alive.
  [[nodiscard]] std::uint64_t refused_twins() const { return refused_twins_; }

 private:
  // Timers. Each is looked at when it fires and may be out of date by then.
  struct LeaseTimer {
    WorkerId worker;
  };
  struct ResendTimer {
    WorkerId worker;
    std::uint64_t session = 0;
    Token token;
    bool stop = false;
    Duration pause{};
  };
  struct BackoffTimer {
    AttemptRef ticket;
    Token token;
  };
  struct WidowTimer {
    Token token;
  };
  struct CheckTimer {  ///< a gate's backoff is over
    RunId run;
    CheckRef check;
  };
  struct ReviewTimer {
    AttemptRef ticket;
    Token token;
    std::uint32_t gate = 0;
  };
  struct PlanGateTimer {
    RunId run;
    std::uint32_t number = 0;
    std::uint64_t serial = 0;
  };
  using Timer = std::variant<LeaseTimer, ResendTimer, BackoffTimer, WidowTimer, CheckTimer,
                             ReviewTimer, PlanGateTimer>;

  /// How something that a worker had has ended.
  struct Ending {
    Outcome outcome = Outcome::kSucceeded;
    std::optional<std::int32_t> exit_code, signal;
    std::string detail;
    Usage usage;
    bool blame = false;  ///< a worker was lost, and this attempt may be why
    Duration pause{};    ///< before it is handed out again, beside the retry's backoff
    std::vector<Artifact> artifacts;
    std::vector<CheckResult> checks;  ///< in its slot
    std::vector<Artifact> watched;    ///< files that it affects, as it left them
  };

  // decide_worker.cc
  void on_worker(const WorkerInput& input);
  [[nodiscard]] bool is_late(const Hello& hello) const;
  [[nodiscard]] bool is_stale(WorkerId worker, const WorkerMessage& message) const;
  void on_hello(const std::string& peer, const Hello& hello);
  [[nodiscard]] std::optional<Refused> refuse(const Hello& hello) const;
  void compare_inventory(WorkerId worker, const Hello& hello, Instant former_lease,
                         std::vector<InventoryVerdict>& verdicts);
  void on_heartbeat(WorkerId worker, const Heartbeat& heartbeat);
  void measure_load(const Load& load, Duration since_last);
  void write_load(RunId run);
  void on_reject(WorkerId worker, const Reject& reject);
  [[nodiscard]] bool was_committed(WorkerId worker, const AttemptResult& result) const;
  void on_result(WorkerId worker, const AttemptResult& result);
  void on_stopped(WorkerId worker, const Stopped& stopped);
  void on_output(WorkerId worker, const Output& output);
  void on_checkpoint(WorkerId worker, const CheckpointReached& checkpoint);
  void note_started(WorkerId worker, Token token, SlotId slot, std::int64_t process);
  void end_session(WorkerId worker, const std::string& why);
  void lose_worker(WorkerId worker, const std::string& why);
  void leave_worker(WorkerId worker);
  void make_widow(Token token, Instant dead_for_certain);
  /// The attempt, if it is alive and of this worker's present life.
  [[nodiscard]] const AttemptRef* held_by(WorkerId worker, Token token) const;

  // decide_control.cc
  void on_submit(const SubmitInput& input);
  void on_pause(const PauseInput& input);
  void pause_run(RunId run, const std::string& why);
  void on_resume(const ResumeInput& input);
  void on_stop(const StopInput& input);
  [[nodiscard]] Result<std::vector<RunId>> chosen_runs(RunId run) const;
  [[nodiscard]] std::vector<std::string> submission_warnings(const Run& run) const;
  void stop_attempts(const Run& run);
  std::vector<AttemptRef> recall_not_started(RunId run);
  void recall(AttemptRef ticket);

  // decide_reopening.cc: cancel, retry, rerun
  void on_ticket_control(const TicketInput& input);
  Result<std::vector<Change>> control_tickets(const Run& run, const std::vector<TicketIndex>& named,
                                              const TicketInput& input);
  Result<std::vector<Change>> cancel_tickets(const Run& run, const std::vector<TicketIndex>& named,
                                             const TicketControl& control);
  Result<std::vector<Change>> reopen_tickets(const Run& run, const std::vector<TicketIndex>& named,
                                             const TicketInput& input);
  [[nodiscard]] Result<std::vector<TicketIndex>> named_tickets(const Run& run,
                                                               const TicketControl& control) const;
  void cancel_ticket(AttemptRef ticket, const std::string& why);
  void stop_marked(const Run& run);
  void reopen(const Run& run, const std::vector<TicketIndex>& tickets, const std::string& why);
  void bring_back(RunId run, const State* ended);
  void resume_ended(RunId run);
  void go_on_to_put_back(const Run& ended);

  // decide_steering.cc: limits, resources, priorities, where tickets go
  void on_adjust(const AdjustInput& input);
  [[nodiscard]] Result<std::vector<PriorityChange>> named_priorities(
      const Run& run, const std::vector<PrioritySetting>& settings) const;
  Result<std::vector<Change>> reassign_tickets(const Run& run,
                                               const std::vector<TicketIndex>& named,
                                               const TicketControl& control);
  Result<std::vector<Change>> prioritise_tickets(const Run& run,
                                                 const std::vector<TicketIndex>& named,
                                                 const TicketControl& control);
  [[nodiscard]] Result<Reassignment> planned_reassignment(const Run& run,
                                                          const std::vector<TicketIndex>& tickets,
                                                          const TicketControl& control) const;
  void steer(RunId run, const std::string& why);
  void set_priorities(const Run& run, const std::vector<PriorityChange>& changes);
  void reassign(const Run& run, const Reassignment& reassignment);

  // decide_plan.cc: a new version of a run's plan
  void on_apply(const ApplyInput& input);
  void change_plan(const Run& run, const ApplyInput& input, const PlanChange& change);
  void follow_plan_change(RunId run);
  void rebuild_queue(const Run& run);

  // decide_locks.cc
  void on_clear_locks(const ClearLocksInput& input);

  // decide_worker_control.cc: drain, restart, remove
  void on_worker_control(const WorkerControlInput& input);
  [[nodiscard]] Result<WorkerId> chosen_worker(const WorkerControl& control) const;
  void drain_worker(WorkerId worker, bool restart, const std::string& why);
  void take_back(WorkerId worker);
  void take_back(Token token);
  [[nodiscard]] bool is_heard(const Link& link) const;
  [[nodiscard]] bool has_widows(const Link& link) const;
  void bury_worker(WorkerId worker, const std::string& why);
  void on_shut_out(const ShutOutInput& input);

  // decide_checks.cc: whatever a worker's token is of, and the checks that are handed out
  [[nodiscard]] bool is_check(Token token) const { return state_.checks.contains(token); }
  [[nodiscard]] std::uint64_t life_of(Token token) const;
  [[nodiscard]] AttemptSpec spec_of(Token token) const;
  void hand_out_checks();
  void hand_out_check(RunId run, const CheckRef& check);
  [[nodiscard]] Outcome outcome_of_check(const Run& run, const HandedCheck& check,
                                         const Ending& ending) const;
  void rest_check(RunId run, const CheckRef& check, Duration pause);
  void note_check_started(Token token, SlotId slot);
  void note_validating(Token token);
  void record_check(AttemptRef ticket, const CheckResult& result);
  void record_results(AttemptRef ticket, const Ending& ending);
  void leave_slot(AttemptRef ticket, Ending ending);
  void go_on_validating(AttemptRef ticket);
  void resume_validations(RunId run);
  void stop_checks(AttemptRef ticket);
  void stop_validating(AttemptRef ticket);
  void stop_check(Token token);

  // decide_review.cc
  void open_review(AttemptRef ticket, std::uint32_t gate);
  void arm_review(AttemptRef ticket);
  void decide_review(AttemptRef ticket, bool approved, const std::string& why);
  Result<std::vector<Change>> review_tickets(const Run& run, const std::vector<TicketIndex>& named,
                                             const TicketControl& control);
  void claim_rollbacks(const Run& run);

  // decide_rollback.cc
  void consider_rollback(AttemptRef ended);
  void plan_rollback(AttemptRef ticket, const std::string& why);
  void carry_out(RunId run, const RollbackPlan& plan, const std::string& why, bool by_person);
  void advance_rollbacks(RunId run);
  void go_on_putting_back();
  bool may_put_back(const Run& run, TicketIndex ticket);
  void end_rollback(AttemptRef ticket, Token token, Outcome outcome, const std::string& detail);
  Result<std::vector<Change>> settle_tickets(const Run& run, const std::vector<TicketIndex>& named,
                                             const TicketInput& input);
  Result<std::vector<Change>> roll_back(const Run& run, const std::vector<TicketIndex>& named,
                                        const TicketInput& input);

  // decide_plan_gates.cc
  void consider_plan_gates(RunId run, bool at_end);
  void make_due(RunId run, std::uint32_t number, const std::string& why);
  void arm_plan_gates(RunId run);
  void end_plan_gate(RunId run, std::uint32_t number, Outcome outcome, const std::string& detail);
  void on_verified(const VerifiedInput& input);

  // decide_ticket.cc
  void end(Token token, Ending ending);
  void end_attempt(AttemptRef ticket, Ending ending);
  void end_check(Token token, const Ending& ending);
  [[nodiscard]] TicketState state_after(AttemptRef ref, Ending& ending, Duration& delay) const;
  void end_ticket(AttemptRef ticket, TicketState state, const std::string& why);
  void abort_dependents(AttemptRef ended);
  void follow_up(AttemptRef ended);
  void abort_rest(RunId run, const std::string& why);
  void finish_run_if_done(RunId run);

  // core.cc
  void emit(Fact fact);
  void fire_timers();
  void fire(const LeaseTimer& timer);
  void fire(const ResendTimer& timer);
  void fire(const BackoffTimer& timer);
  void fire(const WidowTimer& timer);
  void fire(const CheckTimer& timer);
  void fire(const ReviewTimer& timer);
  void fire(const PlanGateTimer& timer);
  void hand_out();
  void send(WorkerId worker, CoordinatorMessage message);
  void send_assign(WorkerId worker, Token token);
  void order_stop(WorkerId worker, const Stop& stop);
  void not_held(WorkerId worker, Token token);
  void set_timer(Duration after, Timer timer);
  void arm_lease(WorkerId worker);
  [[nodiscard]] const TicketRecord& record(AttemptRef ticket) const;
  bool drop_finished();

  CoreOptions options_;
  State state_;
  Scheduler scheduler_;
  std::map<WorkerId, Link> links_;
  std::map<std::uint64_t, WorkerId> sessions_;
  std::map<Token, AttemptNote> notes_;
  /// Attempts of a former life of their worker, and when they are dead for certain; the end of time
  /// where only a proof says so. What the present life says is no such proof.
  std::map<Token, Instant> widows_;
  /// Attempts after which the ticket's backoff runs. It may wait for a dependency meanwhile that
  /// was opened again, and become ready once more: not before the backoff is over.
  std::set<Token> resting_;
  std::set<std::pair<RunId, CheckRef>> resting_checks_;  ///< whose backoff runs
  /// Of the timer of each gate of a plan that counts: the last that was set.
  std::map<std::pair<RunId, std::uint32_t>, std::uint64_t> plan_gate_timers_;
  std::set<RunId> verifying_;  ///< runs that do not end before it is known what was found
  /// Attempts that were stopped for their locks: their tickets rest a moment, so that those go
  /// first who waited.
  std::set<Token> yielding_;
  struct MeasuredLoad {
    LoadSums sums;
    Instant since{};
  };
  std::map<RunId, MeasuredLoad> loads_;  ///< of open runs, not written down yet
  struct LateOutput {
    RunId run;
    WorkerId worker;  ///< the only one that may send it, or say that none will come
    std::uint64_t size = 0;
  };
  std::map<Token, LateOutput> late_outputs_;
  std::multimap<Instant, Timer> timers_;
  std::uint64_t last_session_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t stale_ = 0;
  std::uint64_t refused_twins_ = 0;
  Now now_{};
  Turn turn_;
  std::set<TallyKey> tallies_;  ///< that this turn's facts changed
};

/// A lock as the plan's author wrote it: without the plan's folder, which the scheduler puts before
/// paths.
std::string shown_lock(const Run& run, const std::string& lock);

/// What a worker is given to run: the ticket's command with its agent type's filled in.
AttemptSpec attempt_spec(const Run& run, TicketIndex ticket);

}  // namespace headway
