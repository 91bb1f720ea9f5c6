#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/core/invariants.h"
#include "tests/support/core/plan_builder.h"

namespace headway {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// A core with a clock of its own, and workers and people that the test plays. After each turn all
/// invariants are checked, and that memory is the fold of the facts. Messages to workers are taken
/// one by one, in order; what is left over at the end fails the test.
///
/// Workers are known by name, tickets by id (of the newest run that has it). A worker accepts what
/// it is given by itself; everything else it does when the test says so.
class CoreHarness {
 public:
  using Ids = std::vector<std::string>;
  /// Changes a hello before it is sent.
  using Offer = std::function<void(Hello&)>;

  CoreHarness() : CoreHarness(default_options()) {}
  explicit CoreHarness(CoreOptions options);
  ~CoreHarness();
  CoreHarness(const CoreHarness&) = delete;
  CoreHarness& operator=(const CoreHarness&) = delete;

  // ---- People
  RunId submit(PlanBuilder& plan, RunOptions options = {});
  std::vector<Change> pause(RunId run = {});
  void resume(RunId run = {});
  void stop(RunId run = {}, bool force = false, bool preserve = false);
  void cancel(const Ids& tickets) { control(TicketAction::kCancel, tickets); }
  void retry(const Ids& tickets) { control(TicketAction::kRetry, tickets); }
  void rerun(const Ids& tickets) { control(TicketAction::kRerun, tickets); }
  /// Asks for it and takes the refusal.
  std::string refused(TicketAction action, const Ids& tickets);
  void approve(const std::string& ticket) { control(TicketAction::kApprove, {ticket}); }
  void reject_review(const std::string& ticket) { control(TicketAction::kReject, {ticket}); }
  void settle(const std::string& ticket) { control(TicketAction::kSettle, {ticket}); }
  /// The newest run; `TICKET:undone` in the order in which they are put back, or the refusal.
  std::string roll_back(const std::string& to = "");
  WorkerControlAnswer drain(const std::string& worker);
  WorkerControlAnswer restart_worker(const std::string& worker);
  std::string refused_restart(const std::string& worker);
  WorkerControlAnswer remove(const std::string& worker, bool confirm_dead = false);
  /// Adjusts the newest run.
  AdjustAnswer adjust(AdjustRequest request);
  std::string refused_adjustment(AdjustRequest request);
  /// Gives tickets of the newest run to a worker, or with "" to any.
  std::vector<Change> reassign(const Ids& tickets, const std::string& to, bool restart = false);
  std::string refused_reassignment(const Ids& tickets, const std::string& to, bool restart = false);
  /// The newest run's plan is to be this one.
  PlanChange apply(const PlanBuilder& plan, PlanChangeWishes wishes = {}, bool dry_run = false);
  std::string refused_application(const PlanBuilder& plan, PlanChangeWishes wishes = {});
  ClearLocksAnswer clear_locks(const ClearLocksRequest& request);
  std::string refused_clearing(const ClearLocksRequest& request);
  std::string refused_removal(const std::string& worker, bool confirm_dead = false);

  // ---- Workers
  /// A new process under this name says hello and is welcomed.
  void join(const std::string& name, std::uint32_t slots = 1, const Offer& offer = {});
  /// The same process says hello on a new connection, with its full inventory.
  std::vector<InventoryVerdict> rejoin(const std::string& name, const Offer& offer = {});
  /// The hello of a new process, not sent yet; it replaces the former in what the harness keeps.
  Hello new_life(const std::string& name, std::uint32_t slots = 1);
  /// Sends a hello, numbered unless it has a number; takes the welcome or the refusal.
  std::optional<Welcome> hello(const std::string& name, const Hello& hello);
  void start(const std::string& ticket);
  void finish(const std::string& ticket);
  void run_through(const std::string& ticket) {
    start(ticket);
    finish(ticket);
  }
  void fail(const std::string& ticket, std::int32_t exit_code = 1);
  void end(const std::string& ticket, Outcome outcome);
  /// As the worker reports it; the token is filled in.
  void end(const std::string& ticket, const AttemptResult& ended);
  void reject(const std::string& ticket);

  // ---- Checks that were handed out by themselves; `assigned` names them `check NAME`. A
  // rollback's name is its ticket.
  void start_check(const std::string& name);
  void pass_check(const std::string& name) { end_check(name, Outcome::kSucceeded, 0); }
  void fail_check(const std::string& name) { end_check(name, Outcome::kExit, 1); }
  void end_check(const std::string& name, Outcome outcome, std::int32_t exit_code);
  [[nodiscard]] Token check_token(const std::string& name) const;
  /// Runs whose registry was to be verified, in order.
  std::vector<RunId> verifications;
  /// What a worker was given to run.
  [[nodiscard]] const AttemptSpec& spec(Token token) const { return specs_.at(token); }
  /// Started and finished, each that waits to be assigned anyhow, until nothing is handed out.
  void finish_all();
  void say(const std::string& worker, WorkerMessage message);
  void heartbeat(const std::string& worker);
  /// Its heartbeats say from now on that its machine is so busy.
  void load(const std::string& worker, const Load& load) { workers_.at(worker).load = load; }
  /// It says nothing more, and forgets nothing.
  void silence(const std::string& worker) { workers_.at(worker).silent = true; }

  // ---- Time
  /// Nobody says anything, but for the coordinator's own timers.
  void advance(Duration by);
  /// Workers that are not silent send their heartbeats meanwhile.
  void pass(Duration by);
  void step_wall_clock(Duration by) { wall_offset_ += by; }
  /// The coordinator dies and starts again on what was durable, so much later.
  void restart(Duration later = 0s);
  /// A turn without input.
  void turn();
  /// Several inputs in one turn.
  void step(const Input& input) { core_->step(input, clock()); }

  // ---- What came of it
  /// The tickets handed out since this was last asked, in order; takes their assigns.
  Ids assigned();
  /// Those of them that went to this worker.
  Ids assigned_to(const std::string& worker);
  /// Takes the next message to a worker, which must be an `M`.
  template <class M>
  M sent(const std::string& worker) {
    std::deque<CoordinatorMessage>& box = workers_.at(worker).box;
    if (box.empty()) {
      ADD_FAILURE() << "nothing was sent to " << worker << "; wanted " << MessageName<M>::kWord;
      return {};
    }
    CoordinatorMessage first = std::move(box.front());
    box.pop_front();
    if (M* message = std::get_if<M>(&first)) return std::move(*message);
    ADD_FAILURE() << "the next message to " << worker << " is " << name_of(first) << "; wanted "
                  << MessageName<M>::kWord;
    return {};
  }
  template <class E>
  E answered() {
    if (answers_.empty()) {
      ADD_FAILURE() << "nobody was answered";
      return {};
    }
    Effect first = std::move(answers_.front());
    answers_.pop_front();
    if (E* effect = std::get_if<E>(&first)) return std::move(*effect);
    ADD_FAILURE() << "the next answer is of another kind";
    return {};
  }
  /// Drops all messages to workers.
  void ignore_messages();
  void expect_nothing_left();

  [[nodiscard]] TicketState state(const std::string& ticket) const { return record(ticket).state; }
  /// As it is in the fold of the journal, so that runs that have ended are seen as well.
  [[nodiscard]] const TicketRecord& record(const std::string& ticket) const;
  [[nodiscard]] const State& folded() const { return shadow_; }
  [[nodiscard]] RunState run_state(RunId run) const { return shadow_.runs.at(run).state; }
  [[nodiscard]] Token token(const std::string& ticket) const { return record(ticket).token; }
  /// The newest run that has the ticket.
  [[nodiscard]] const Run& run(const std::string& ticket) const {
    return shadow_.runs.at(ref(ticket).run);
  }
  [[nodiscard]] AttemptRef ref(const std::string& ticket) const;
  [[nodiscard]] std::size_t count(FactKind kind) const;
  [[nodiscard]] const std::vector<Fact>& facts() const { return journal_.facts; }
  [[nodiscard]] const Journal& journal() const { return journal_; }
  [[nodiscard]] const Core& core() const { return *core_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Now clock() const;
  /// The fold of the journal, with the runs that have ended.
  [[nodiscard]] const State& journalled() const { return shadow_; }
  [[nodiscard]] std::uint64_t session(const std::string& worker) const {
    return workers_.at(worker).session;
  }
  [[nodiscard]] std::string peer(const std::string& worker) const;
  [[nodiscard]] const std::map<Token, HeldState>& held(const std::string& worker) const {
    return workers_.at(worker).held;
  }

  bool accepts = true;           ///< workers accept what they are given
  bool checks_each_turn = true;  ///< off where a test is about large plans

  static CoreOptions default_options();
  static constexpr Duration kLease = 15s;
  /// Lease and margin: after this nothing of a silent worker is alive.
  static constexpr Duration kLeaseAndMargin = 17'150ms;

 private:
  struct PlayedWorker {
    std::uint64_t incarnation = 0;
    std::uint64_t session = 0;
    std::size_t connection = 0;
    std::uint64_t hellos = 0;
    bool silent = false;
    std::uint64_t heartbeats = 0;
    Hello hello;
    Load load;
    std::map<Token, HeldState> held;
    std::deque<CoordinatorMessage> box;
  };

  void control(TicketAction action, const Ids& tickets);
  void ask(TicketAction action, const Ids& tickets);
  void ask(AdjustRequest request);
  void ask_to_apply(const PlanBuilder& plan, PlanChangeWishes wishes, bool dry_run);
  void ask_to_reassign(const Ids& tickets, const std::string& to, bool restart);
  void ask(const std::string& worker, WorkerAction action, bool confirm_dead);
  static std::string name_of(const CoordinatorMessage& message);
  void commit(const Turn& turn);
  void receive(const SendToWorker& send);
  void check();
  void take_check(const std::string& name);
  void take_ack(const std::string& worker, Token token);
  [[nodiscard]] std::string worker_of(const std::string& ticket) const;

  CoreOptions options_;
  Instant now_{1000s};
  Duration wall_offset_ = 1'000'000h / 2;
  std::optional<Core> core_;
  Journal journal_;
  State shadow_;  ///< the fold of the journal, with the runs that have ended
  std::map<std::string, PlayedWorker> workers_;
  std::map<Token, AttemptSpec> specs_;
  std::deque<Effect> answers_;
  std::deque<std::pair<std::string, std::string>> assigned_;  ///< worker, ticket
  std::uint64_t next_incarnation_ = 100;
  std::uint64_t requests_ = 0;
};

}  // namespace headway
