#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/control_messages.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "coordinator/core/checks.h"
#include "coordinator/core/known_files.h"
#include "coordinator/core/run_meter.h"
#include "coordinator/core/track_record.h"

namespace headway {

/// What a run executes; immutable. Its tickets are those that were chosen (`RunOptions::groups`),
/// so that a TicketIndex means the same in memory, in the facts and in the registry's table of
/// tickets. A later version of a run's plan (plan_revision.h) keeps the tickets of the earlier ones
/// at their places, for the same reason.
struct RunPlan {
  std::string name;
  Plan plan;
  std::shared_ptr<const PlanGraph> graph;
  RunOptions options;
  std::uint32_t version = 1;
  std::vector<TicketIndex> removed;  ///< not in the plan any more; in order
  std::string sha256;                ///< of the text that this version was made from; may be empty
};

/// Where a ticket stands: all of it follows from facts.
struct TicketRecord {
  TicketState state = TicketState::kWaiting;
  std::uint32_t unmet = 0;  ///< dependencies that have not ended as required, and a closed barrier
  std::uint32_t generation = 1;    ///< one more each time it was opened again after its end
  bool cancelling = false;         ///< its attempt is being stopped, for good
  bool moving = false;             ///< its attempt is being stopped, to begin anew elsewhere
  std::uint32_t attempts = 0;      ///< handed out so far
  std::uint32_t retries_used = 0;  ///< of this generation: failed, and followed by another
  std::uint32_t workers_lost = 0;  ///< of this generation: workers that were lost while they ran it
  std::uint32_t checkpoints = 0;   ///< that the last attempt has reached
  std::uint32_t slot_gates = 0;    ///< of its first gates: run in the last attempt's slot
  Token token;                     ///< of the last attempt
  WorkerId worker;                 ///< of the last attempt
  std::uint64_t life = 0;     ///< incarnation of the worker's process that the last attempt went to
  std::uint32_t version = 0;  ///< of the plan by which the last attempt was handed out
  SlotId slot;
  std::optional<Outcome> outcome;  ///< of the last attempt that ended
  std::optional<std::int32_t> exit_code;
  WallTime started_at{};  ///< of the last attempt; 0: none has started
  WallTime ended_at{};    ///< of the last attempt, or of the ticket
  Duration elapsed{};
  Duration retry_delay{};            ///< after `ended_at`, before it may be handed out again
  WallTime lock_wait_since{};        ///< it has been waiting for a lock since then; 0: it does not
  WallTime ready_since{};            ///< when it last became ready; 0: it has not yet
  WallTime first_ready{};            ///< of this generation
  std::optional<Priority> priority;  ///< that a person gave it; none: the plan's
  WorkerId pinned;                   ///< the only worker that it may go to; 0: any
  bool touched = false;              ///< its command has run, in this generation
  RollbackState rollback = RollbackState::kNone;
  Sequence settled;        ///< the fact that ended it last
  std::string checkpoint;  ///< the last that an attempt of this generation has passed
  std::string detail;
  /// Of one that is to be handed out again: what is left of its backoff, which began at a wall
  /// time. Whatever that clock did since, at most the whole of it.
  [[nodiscard]] Duration rest(WallTime now) const;
  /// Nothing more of its attempt is to begin.
  [[nodiscard]] bool is_being_stopped() const { return cancelling || moving; }
  friend bool operator==(const TicketRecord&, const TicketRecord&) = default;
};

inline constexpr std::size_t kTicketStates = 11;

/// Running sums over a run's tickets, so that a status costs nothing.
struct RunTotals {
  std::array<std::uint32_t, kTicketStates> in_state{};
  std::uint32_t failures_allowed = 0;
  std::uint32_t retries = 0;
  std::uint32_t executions = 0;  ///< attempts that ended by themselves
  Duration execution_time{};     ///< of these
  std::uint32_t lock_waits = 0;  ///< tickets that waited for a lock and got it
  Duration lock_wait_time{};     ///< of these
  friend bool operator==(const RunTotals&, const RunTotals&) = default;
};

/// One execution of one plan.
struct Run {
  RunId id;
  std::shared_ptr<const RunPlan> source;
  RunState state = RunState::kRunning;
  bool preserve = false;  ///< while stopping: unfinished tickets become ready again
  bool force = false;     ///< while stopping: SIGKILL at once
  bool failing = false;   ///< fail_fast: nothing more is handed out
  /// What a person set instead of what the plan says; 0: without a limit.
  std::optional<std::int32_t> parallelism;
  std::map<std::string, std::int64_t> resources;  ///< likewise, in thousandths
  WallTime submitted_at{};
  WallTime finished_at{};
  std::vector<TicketRecord> tickets;
  RunTotals totals;
  RunMeter meter;
  std::vector<std::uint32_t> group_left;  ///< tickets of each group that are not final
  std::uint32_t open_groups = 0;          ///< with barriers: groups whose tickets may start
  std::uint32_t open_left = 0;            ///< tickets of open groups that are not final
  std::vector<TicketIndex> behind;  ///< with barriers: tickets of closed groups, the last first
  /// How often an attempt of a ticket failed on a worker by its own doing: tells a bad ticket from
  /// a bad worker.
  std::map<std::pair<TicketIndex, WorkerId>, std::uint32_t> failures;
  /// Earlier versions of the plan, by number, by which attempts were handed out that were alive
  /// when it last changed.
  std::map<std::uint32_t, std::shared_ptr<const RunPlan>> former;
  std::shared_ptr<const RunPlan> offered;  ///< the next version, for the fact that it holds now
  std::map<TicketIndex, std::vector<std::string>> artifacts;  ///< paths that a ticket has made
  KnownFiles files;
  std::map<TicketIndex, ValidationRecord> validations;  ///< of tickets that have left their slots
  std::set<CheckRef> due;                               ///< checks to be handed out
  std::uint32_t handed_checks = 0;                      ///< checks that workers have
  /// Tickets that are to be put back, one after the other: what ended last goes first. The first is
  /// being put back, or is in the way of the rest because it failed to be.
  std::vector<TicketIndex> rollbacks;
  Token rolling_back;                       ///< a worker has the first one's rollback; 0: none
  bool rollback_begun = false;              ///< the first one's has been handed out
  std::uint32_t rollback_workers_lost = 0;  ///< that ran it
  std::vector<PlanGateRecord> plan_gates;
  std::uint32_t ticket_ends = 0;  ///< times that a ticket has ended
  std::uint32_t group_ends = 0;   ///< times that the last ticket of a group has ended

  [[nodiscard]] const Plan& plan() const { return source->plan; }
  [[nodiscard]] const PlanGraph& graph() const { return *source->graph; }
  [[nodiscard]] const Ticket& ticket(TicketIndex index) const {
    return source->plan.tickets[index.index()];
  }
  /// By which version of the plan its last attempt was handed out; the present one before that.
  [[nodiscard]] const RunPlan& attempt_plan(TicketIndex index) const;
  /// The ticket as its last attempt was given it, which goes on so though the plan has changed.
  [[nodiscard]] const Ticket& attempt_ticket(TicketIndex index) const {
    return attempt_plan(index).plan.tickets[index.index()];
  }
  [[nodiscard]] std::uint32_t count(TicketState in) const {
    return totals.in_state[static_cast<std::size_t>(in)];
  }
  /// Of those, the ones that are still in the plan.
  [[nodiscard]] std::uint32_t count_planned(TicketState in) const;
  [[nodiscard]] std::uint32_t planned() const {
    return static_cast<std::uint32_t>(tickets.size() - source->removed.size());
  }
  [[nodiscard]] bool is_removed(TicketIndex index) const;
  [[nodiscard]] Priority priority(TicketIndex index) const {
    return tickets[index.index()].priority.value_or(ticket(index).priority);
  }
  /// Tickets that may be alive at once; none: as many as there are agents.
  [[nodiscard]] std::optional<std::uint32_t> most_alive() const;
  /// How much there is of each resource that is counted for the whole cluster.
  [[nodiscard]] std::map<std::string, std::int64_t> cluster_resources() const;
  /// Whether agents are there for it: it is going on, or something of it still runs.
  [[nodiscard]] bool uses_agents() const { return state == RunState::kRunning || alive() > 0; }
  /// Attempts and checks that run in a slot.
  [[nodiscard]] std::uint32_t running() const;
  [[nodiscard]] std::uint32_t alive() const;
  /// Attempts and checks that workers have.
  [[nodiscard]] std::uint32_t at_workers() const;
  /// Whether a worker has the ticket's attempt: no longer once all that is left of it is gates
  /// elsewhere and review.
  [[nodiscard]] bool at_worker(TicketIndex index) const {
    return is_alive(tickets[index.index()].state) && !validations.contains(index);
  }
  [[nodiscard]] std::uint32_t ended() const;
  /// The ticket that is to be put back next; none: none is, or one that failed to be is in the way.
  [[nodiscard]] std::optional<TicketIndex> next_rollback() const;
  /// Whether what depends on this ticket may go on as after a success.
  [[nodiscard]] bool satisfied(TicketIndex index) const;
  /// Whether a ticket with this dependency need not wait for it (any more).
  [[nodiscard]] bool met(Edge dependency) const;
};

/// A time that a record keeps; none where it has not come yet.
inline std::optional<WallTime> known(WallTime at) {
  if (at == WallTime{}) return std::nullopt;
  return at;
}

/// What an agent ran last.
struct LastTicket {
  RunId run;
  std::string ticket;
  Outcome outcome = Outcome::kSucceeded;
  friend bool operator==(const LastTicket&, const LastTicket&) = default;
};

struct WorkerRecord {
  std::string name;
  std::uint64_t incarnation = 0;
  std::uint32_t slots = 0;
  bool joined = false;
  bool draining = false;    ///< this process of it is to leave
  bool restarting = false;  ///< and to start itself anew
  std::uint32_t done = 0;
  std::uint32_t failed = 0;
  Duration execution_time{};
  Duration estimated_time{};  ///< estimates of the tickets that it did and that had one
  std::map<SlotId, LastTicket> last;
  friend bool operator==(const WorkerRecord&, const WorkerRecord&) = default;
};

/// Which ticket an attempt is of.
struct AttemptRef {
  RunId run;
  TicketIndex ticket;
  friend bool operator==(AttemptRef, AttemptRef) = default;
};

/// An attempt, and which of its ticket's it is, from 1. Or a check that was handed out by itself.
struct Attempt : AttemptRef {
  std::uint32_t number = 0;
  bool is_check = false;
};

/// A check that a worker has.
struct HandedCheck {
  RunId run;
  CheckRef check;
  WorkerId worker;
  std::uint64_t life = 0;  ///< incarnation of the worker's process that it went to
  SlotId slot;
  WallTime started_at{};  ///< 0: it has not
  friend bool operator==(const HandedCheck&, const HandedCheck&) = default;
};

/// The durable state: the fold of the journal's facts over the runs' plans, and nothing else.
struct State {
  Sequence last_sequence;
  Token last_token;
  RunId last_run;
  Epoch epoch;
  std::map<RunId, Run> runs;  ///< those in memory
  std::map<WorkerId, WorkerRecord> workers;
  std::uint32_t joined_slots = 0;  ///< of workers that are joined
  std::map<std::string, WorkerId> worker_by_name;
  TrackRecord track_record;  ///< of all runs, those that have left the memory as well
  std::unordered_map<Token, Attempt>
      attempts;  ///< every attempt of these runs; only looked up, never iterated
  std::map<Token, HandedCheck> checks;  ///< that workers have

  /// `worker/slot`, or the worker alone where the slot is not known (0); empty: no such worker.
  [[nodiscard]] std::string agent_name(WorkerId worker, SlotId slot) const;
  /// Attempts and checks that workers have, as far as is known; in the order of their tokens.
  [[nodiscard]] std::map<WorkerId, std::set<Token>> held() const;
  /// Whether a worker has begun what it has.
  [[nodiscard]] bool has_started(Token token) const;
  [[nodiscard]] const Run* find_run(RunId id) const;
  [[nodiscard]] Run& run(RunId id);
};

}  // namespace headway
