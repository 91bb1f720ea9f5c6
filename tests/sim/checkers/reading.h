#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/time.h"
#include "coordinator/core/fact.h"
#include "coordinator/core/state.h"

namespace headway::sim {

/// A ticket of a run, by its numbers.
struct TicketKey {
  RunId run;
  TicketIndex ticket;
  friend auto operator<=>(TicketKey, TicketKey) = default;
};

struct ReadTicket {
  TicketState state = TicketState::kWaiting;  ///< waiting stands for ready as well
  Token token;                                ///< of its last attempt
  bool alive = false;
  bool started = false;
  bool cancelling = false;
  bool moving = false;           ///< is being stopped, to begin anew elsewhere
  WorkerId pinned;               ///< the only worker that it may go to; 0: any
  std::string priority;          ///< that a person gave it; empty: none
  std::uint32_t generation = 1;  ///< one more each time it was opened again after its end
  std::uint32_t checkpoints = 0;
  std::int32_t failures = 0;                 ///< followed by another attempt; of this generation
  std::uint32_t losses = 0;                  ///< of workers, laid at its door; of this generation
  Duration delay{};                          ///< asked for after the last attempt
  Instant ended_at{};                        ///< true time
  std::shared_ptr<const RunPlan> handed_by;  ///< the version of the plan, of its last attempt
  std::uint64_t ended_in = 0;                ///< epoch in which the last attempt ended

  std::uint32_t slot_gates = 0;                          ///< that run in the last attempt's slot
  bool left_slot = false;                                ///< its command has ended, and it is alive
  std::set<std::uint32_t> passed;                        ///< gates, of the last attempt
  std::map<std::uint32_t, std::uint32_t> gate_failures;  ///< likewise, of those outside the slot
  std::optional<std::uint32_t> review;                   ///< the gate that a person is to decide
  Instant review_since{};                                ///< true time
  bool hopeless = false;  ///< a person has rejected it, or a gate has killed its workers
  bool touched = false;   ///< an attempt of this generation has started
  RollbackState rollback = RollbackState::kNone;
  bool rollback_begun = false;  ///< a worker had it
  bool rollback_ran = false;    ///< and it succeeded
  Sequence settled;             ///< the fact that ended it last
};

/// One of a plan's gates.
struct ReadPlanGate {
  bool due = false;
  Token handed;  ///< a worker has it; 0: none
  bool failing = false;
  std::uint32_t passed = 0, failed = 0;
  Sequence due_since;  ///< the fact that made it due last
};

struct ReadRun {
  std::shared_ptr<const RunPlan> source;
  RunState state = RunState::kRunning;
  bool preserve = false;
  bool ever_stopped = false;
  bool ever_cancelled = false;  ///< a stop was to end it for good
  bool failing = false;
  std::vector<ReadTicket> tickets;
  std::vector<ReadPlanGate> plan_gates;
  std::optional<std::int64_t> parallelism;        ///< that a person set; 0: without a limit
  std::map<std::string, std::int64_t> resources;  ///< that a person set, in thousandths

  /// Tickets that may be handed out beside each other; none: as many as there are agents.
  [[nodiscard]] std::optional<std::int64_t> limit() const;
  /// How much there is of a resource that is counted for all; none: it is not.
  [[nodiscard]] std::optional<std::int64_t> amount(const std::string& resource) const;
  /// The most that there ever was of one that is counted: what runs may use more than there is now.
  std::map<std::string, std::int64_t> most_ever;
  [[nodiscard]] const Ticket& definition(TicketIndex ticket) const {
    return source->plan.tickets[ticket.index()];
  }
  /// As what is alive of it was told.
  [[nodiscard]] const Ticket& told(TicketIndex ticket) const {
    const ReadTicket& read = tickets[ticket.index()];
    return (read.alive ? read.handed_by : source)->plan.tickets[ticket.index()];
  }
  [[nodiscard]] bool is_removed(TicketIndex ticket) const;
  /// Whether what depends on it may go on as after a success.
  [[nodiscard]] bool satisfied(TicketIndex ticket) const;
};

/// What a worker was given: an attempt, or a check that was handed out by itself.
struct ReadAttempt {
  TicketKey key;  ///< of a gate of the plan: its run
  WorkerId worker;
  bool alive = true;               ///< the worker has it
  std::optional<Outcome> outcome;  ///< of what the worker had
  std::optional<CheckRef> check{};
  bool started = false;  ///< of a check
  std::string life{};    ///< incarnation of the process that it was handed to
};

struct ReadWorker {
  std::string name;
  std::uint32_t slots = 0;
  std::string incarnation;  ///< in hexadecimal
  bool joined = false;
  bool draining = false;  ///< this process of it
};

/// How attempts of one worker at tickets of one category went that ended by what they did.
struct ReadTally {
  std::uint64_t ended = 0, succeeded = 0;
  std::uint64_t timed = 0;  ///< succeeded, with an estimate
  Duration took{}, estimated{};
};

/// The journal as a person reads it: written from the meaning of the facts alone (fact.h), sharing
/// nothing with `evolve`. What the checkers compare everything else with.
class Reading {
 public:
  void know(RunId run, std::shared_ptr<const RunPlan> source) { plans_[run] = std::move(source); }
  void know_version(RunId run, std::shared_ptr<const RunPlan> version) {
    versions_[{run, version->version}] = std::move(version);
  }
  [[nodiscard]] std::shared_ptr<const RunPlan> version(const Fact& changed) const {
    return versions_.at({changed.run, static_cast<std::uint32_t>(*changed.number)});
  }
  void read(const Fact& fact, Instant now);

  [[nodiscard]] const std::map<RunId, ReadRun>& runs() const { return runs_; }
  [[nodiscard]] const ReadRun* run(RunId id) const;
  [[nodiscard]] const ReadTicket* ticket(TicketKey key) const;
  [[nodiscard]] const ReadAttempt* attempt(Token token) const;
  /// Attempts that keep their tickets' locks: those that workers have, and those whose gates and
  /// reviews are open.
  [[nodiscard]] const std::map<Token, TicketKey>& alive() const { return alive_; }
  /// Attempts and checks that workers have.
  [[nodiscard]] const std::map<Token, TicketKey>& held() const { return held_; }
  /// The last token that was handed out; 0: none.
  [[nodiscard]] Token newest() const {
    return attempts_.empty() ? Token{} : attempts_.rbegin()->first;
  }
  /// Of one that has never joined: without a name.
  [[nodiscard]] const ReadWorker& worker(WorkerId id) const;
  using Tallies = std::map<std::pair<WorkerId, std::string>, ReadTally>;
  [[nodiscard]] const Tallies& tallies() const { return tallies_; }
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

 private:
  ReadTicket* find(const Fact& fact);
  void attempt_ended(const Fact& fact, Instant now);
  void ticket_assigned(const Fact& fact, ReadTicket& ticket);
  void tally(const Fact& fact, const Ticket& ticket, bool succeeded);
  void worker_joined(const Fact& fact);

  // reading_milestones.cc
  void read_check(const Fact& fact, ReadTicket* ticket);
  void check_ended(const Fact& fact, ReadTicket* ticket);
  void read_review(const Fact& fact, ReadTicket& ticket, Instant now);
  void read_rollback(const Fact& fact, ReadTicket& ticket);
  void read_plan_gate(const Fact& fact);
  void take_plan_gates(ReadRun& run, const std::vector<PlanGate>& former, Sequence now);
  /// Whether nobody has what the ticket needs to be put back, or will.
  void run_resumed(RunId id);
  void run_ended(const Fact& fact);

  std::map<RunId, std::shared_ptr<const RunPlan>> plans_;
  std::map<std::pair<RunId, std::uint32_t>, std::shared_ptr<const RunPlan>> versions_;
  std::map<RunId, ReadRun> runs_;
  std::map<Token, ReadAttempt> attempts_;
  std::map<Token, TicketKey> alive_;
  std::map<Token, TicketKey> held_;
  std::map<WorkerId, ReadWorker> workers_;
  Tallies tallies_;
  std::uint64_t epoch_ = 0;
};

}  // namespace headway::sim
