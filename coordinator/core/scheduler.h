#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/core/agent_demand.h"
#include "coordinator/core/lock_table.h"
#include "coordinator/core/scheduler_choice.h"
#include "coordinator/core/state.h"

namespace headway {

/// A ticket for a worker. `ahead`: every slot is busy; it waits there for the first that becomes
/// free.
struct Placement {
  AttemptRef ticket;
  WorkerId worker;
  bool ahead = false;
};

/// Why a ready ticket is not handed out.
struct Hindrance {
  enum class Kind : std::uint8_t {
    kNone,        ///< it is next
    kNoAgent,     ///< no joined worker offers its type, labels and resources
    kAgentsBusy,  ///< those that do have no free slot
    kLock,        ///< `name` is held
    kResource,    ///< not enough of `name` is free
    kRoom,        ///< no worker has its resources free
    kClaim,       ///< what it needs is kept for a ticket that was passed over too often
    kLimit,       ///< the run's max_parallel is reached
    kRunNotOpen,  ///< the run is paused or stopping
  };
  Kind kind = Kind::kNone;
  std::string name;
};

/// Chooses which ready ticket goes to which worker. Derived from the state and from who has joined;
/// never journalled.
///
/// Tickets that are alike (same run, agent requirement, locks and resources) share a bucket, and
/// only a bucket's first ticket is ever looked at. A bucket that cannot be placed is parked in the
/// queue of what it lacks (a lock, a counted resource, room on a worker) and looked at again when
/// some of that is given back: the best of each queue first, the next one only when that one was
/// placed or parked elsewhere. So the work of an event does not grow with the tickets that wait.
///
/// Fairness: a bucket that saw kPatience others take what it waits for becomes the claimant; until
/// it is placed, or nobody is left who could run it, nobody else gets what it needs. There is one
/// claimant at a time, so that two cannot wait for each other.
class Scheduler {
 public:
  /// Makes a run's tickets known: ready ones queue up, those that are alive take their locks and
  /// resources.
  void add_run(const Run& run);
  void remove_run(RunId run);
  /// Whether anything of a run is handed out: neither paused nor stopping nor failing.
  void set_open(RunId run, bool open);

  // What a person changed in a run's state; each follows it.
  void set_limit(const Run& run);
  void set_resources(const Run& run);
  void set_priorities(const Run& run);
  void set_pin(const Run& run, TicketIndex ticket);
  /// Its plan has changed. What is alive keeps what it took; ready tickets are told anew.
  void replan(const Run& run);
  /// What is alive by an earlier version of the plan keeps the locks of the present one from others
  /// as well, so that what waits by this plan does not begin beside it: it takes those that are
  /// free, and claims those that somebody holds. After all runs were added.
  void hold_more(const Run& run);

  void ready(AttemptRef ticket);
  void unready(AttemptRef ticket);
  void occupy(AttemptRef ticket, WorkerId worker);
  void started(AttemptRef ticket, WorkerId worker);
  void vacate(AttemptRef ticket, WorkerId worker);
  /// The two halves of `vacate`: its slot and what is counted on the worker; its locks and what is
  /// counted for the whole cluster.
  void leave_slot(AttemptRef ticket, WorkerId worker);
  void let_go(AttemptRef ticket);

  // Tickets that are to be put back (scheduler_claims.cc).
  /// From now on no ticket is handed out that must not meet this one. Who holds its locks already
  /// keeps them; claims are in the way of no other claim.
  void claim(AttemptRef ticket);
  /// Whether nobody else holds one of its locks, or is alive and is to have it.
  [[nodiscard]] bool is_free(AttemptRef ticket) const;
  /// Takes all of them, for the time that it is being put back; they must be free.
  void take_claimed(AttemptRef ticket);
  /// Gives back what it has claimed and taken.
  void unclaim(AttemptRef ticket);

  // Checks that are handed out by themselves take a slot, before any ticket does, and nothing else.
  /// A worker that will do, and that has a free slot or may take something ahead: else tickets that
  /// go ahead would keep it waiting for ever. `preferred` before others where it does, and no other
  /// while it takes tickets.
  std::optional<WorkerId> place_check(const AgentDemand& demand, WorkerId preferred);
  void occupy_slot(WorkerId worker);
  void vacate_slot(WorkerId worker);

  /// A worker joined, or joined again. What it holds is known from `occupy`.
  void offer(const WorkerOffer& offer);
  /// Nothing more goes to it; what it holds stays counted until vacated.
  void withdraw(WorkerId worker);

  /// The next ticket to hand out; none: nothing fits. The caller hands it out (`unready`, `occupy`)
  /// before asking again. `record` decides among workers that are equal in everything else.
  std::optional<Placement> next(const TrackRecord& record);
  /// Tickets that were found to wait for a held lock since this was last asked.
  std::vector<std::pair<AttemptRef, std::uint32_t>> take_blocked() {
    return std::exchange(blocked_, {});
  }
  [[nodiscard]] const std::string& lock_name(std::uint32_t lock) const {
    return locks_.name(lock).name;
  }
  /// Attempts to ask back, since agents are idle while these wait at busy workers. Each is named
  /// once.
  std::vector<AttemptRef> recalls();
  /// Of one run: what waits at workers without having started.
  [[nodiscard]] std::vector<AttemptRef> not_started(RunId run) const;

  /// What the last pass found wanting, in the order in which it asks: who is not looked at, since
  /// the run's limit is reached or every agent is busy, waits for that and for no lock yet. So it
  /// agrees with `active_conflicts` and `lock_lines`.
  [[nodiscard]] Hindrance hindrance(AttemptRef ticket) const;
  /// A lock that others keep and that it would have to wait for, whatever else it waits for.
  [[nodiscard]] std::optional<std::string> kept_lock(AttemptRef ticket) const;
  /// A resource that is counted for the whole cluster, in thousandths.
  struct ResourceUse {
    std::int64_t capacity = 0;
    std::int64_t used = 0;
    std::vector<std::pair<AttemptRef, std::int64_t>> holders;
  };
  /// Of all runs. Takes time with what is alive.
  [[nodiscard]] ResourceUse use_of(const std::string& resource) const;
  /// Whether one ticket of a run stands before another in the order of handing out.
  [[nodiscard]] bool goes_before(RunId run, TicketIndex one, TicketIndex other) const;
  /// Whether some joined worker could ever run it; `why` gets what is missing.
  [[nodiscard]] bool servable(AttemptRef ticket, std::string* why) const;
  /// Ready tickets of a run that wait for a lock which another holds.
  [[nodiscard]] std::uint32_t active_conflicts(RunId run) const;
  [[nodiscard]] std::uint32_t slots() const;
  /// What the joined workers offer that take tickets, by their numbers.
  [[nodiscard]] std::vector<WorkerOffer> offers() const;
  /// That it keeps from others: what it holds, and what it or its rollback has claimed. Of any
  /// other ticket those that it will take.
  [[nodiscard]] std::vector<LockUse> locks_of(AttemptRef ticket) const;
  /// Ready tickets that wait for a held lock, and how many there are.
  struct LockLine {
    std::vector<AttemptRef> first;  ///< at most as many as were asked for, the next one first
    std::uint32_t in_all = 0;
  };
  /// The line of each lock that somebody waits for; `most` of each are named. Takes time with the
  /// demands that wait, not with their tickets.
  [[nodiscard]] std::map<std::uint32_t, LockLine> lock_lines(std::size_t most) const;
  /// What stands against running it on this worker ever, in a few words; none: nothing.
  [[nodiscard]] std::optional<std::string> unfit(AttemptRef ticket, WorkerId worker) const;
  /// Tickets of the same number are alike in all that decides whether and where they can run. Small
  /// numbers, given anew when a run is gone.
  [[nodiscard]] std::uint32_t demand(AttemptRef ticket) const {
    return runs_.at(ticket.run).bucket_of[ticket.ticket.index()];
  }
  /// How often others took what a ticket waits for though it stood before them.
  [[nodiscard]] std::uint32_t passed_over(AttemptRef ticket) const {
    return bucket_of(ticket).passed_over;
  }
  /// Whether one of the waiter's locks could not be held beside one of the holder's.
  [[nodiscard]] bool holds_conflicting_lock(AttemptRef holder, AttemptRef waiter) const;

 private:
  using BucketId = std::uint32_t;
  using ClassId = std::uint32_t;
  using ResourceId = std::uint32_t;
  using PoolId = std::uint32_t;
  static constexpr std::uint32_t kNoRank = std::numeric_limits<std::uint32_t>::max();

  /// The order in which buckets are served.
  struct Key {
    Priority priority = Priority::kMedium;
    RunId run;
    std::uint32_t rank = 0;
    BucketId bucket = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  using Amounts = std::vector<std::pair<ResourceId, std::int64_t>>;

  /// What an attempt that is alive has taken, by the plan that it was handed out by; or a rollback.
  struct Hold {
    WorkerId worker;  ///< 0: no slot
    std::vector<LockUse> locks;
    Amounts cluster, per_worker;
    std::vector<LockUse> claimed{};  ///< its own by the present plan, once who holds them lets go
  };

  /// What a bucket is parked for.
  struct QueueId {
    /// kHopeless: no joined worker, or no capacity, would do even if nothing else were alive.
    enum class Kind : std::uint8_t { kLock, kResource, kRoom, kClaim, kHopeless };
    Kind kind = Kind::kLock;
    std::uint32_t number = 0;
    friend auto operator<=>(const QueueId&, const QueueId&) = default;
  };

  /// The buckets of one pool that are parked for one thing, and how far a round of waking has come.
  struct Line {
    std::set<Key> parked;
    bool probing = false;       ///< a bucket taken from here is being looked at
    std::optional<Key> cursor;  ///< the last one woken in this round
    std::uint32_t budget = 0;   ///< how many more may come back in vain
  };

  struct Bucket {
    PoolId pool = 0;
    std::vector<LockUse> locks;  ///< registry-wide numbers
    Amounts cluster, per_worker;
    std::set<std::uint32_t> ranks;  ///< of its ready tickets
    enum class Place : std::uint8_t { kEmpty, kEligible, kParked } place = Place::kEmpty;
    Key key;        ///< under which it stands there
    QueueId queue;  ///< while parked
    std::optional<QueueId>
        woken_from;  ///< while eligible: whose round goes on when it was looked at
    std::uint32_t passed_over = 0;

    /// Whether its tickets ask for the same.
    [[nodiscard]] bool alike(const Bucket& other) const {
      return pool == other.pool && locks == other.locks && cluster == other.cluster &&
             per_worker == other.per_worker;
    }
    [[nodiscard]] bool light() const {
      return locks.empty() && cluster.empty() && per_worker.empty();
    }
  };

  /// The eligible buckets of one run for one agent class.
  struct Pool {
    RunId run;
    ClassId agent_class = 0;
    std::set<Key> light, heavy;
  };

  struct AgentClass {
    AgentDemand demand;
    WorkersByLoad free;   ///< those with a free slot
    WorkersByLoad ahead;  ///< busy ones that may take one ahead
  };

  struct Worker {
    using AttemptSet = std::set<AttemptRef, bool (*)(const AttemptRef&, const AttemptRef&)>;
    WorkerOffer offer;
    bool open = false;
    std::uint32_t held = 0;
    std::vector<AttemptRef> not_started;  ///< in the order handed out
    AttemptSet recalled{&before};
    AttemptSet alive{&before};  ///< what it has, but for checks
    std::map<ResourceId, std::int64_t> capacity, used;
    std::vector<bool> serves;  ///< by ClassId

    static bool before(const AttemptRef& a, const AttemptRef& b) {
      return std::pair(a.run, a.ticket) < std::pair(b.run, b.ticket);
    }
    [[nodiscard]] std::uint32_t load() const { return held * 1000 / std::max(1U, offer.slots); }
  };

  struct RunQueue {
    std::shared_ptr<const RunPlan> source;
    bool open = true;
    std::uint32_t alive = 0;
    std::optional<std::uint32_t> max_parallel;
    std::vector<BucketId> bucket_of;                     ///< by TicketIndex
    std::map<TicketIndex, Hold> holds;                   ///< of what is alive, or is being put back
    std::map<TicketIndex, std::vector<LockUse>> claims;  ///< of what is to be put back
    std::vector<std::uint32_t> rank_of;                  ///< by TicketIndex
    std::vector<TicketIndex> ticket_at;                  ///< by rank
    std::vector<Priority> priority_at;                   ///< by rank, never rising along it
    std::vector<std::uint32_t> next_rank;                ///< by TicketIndex, of what comes after it
    std::map<ResourceId, std::int64_t> resources;
    std::vector<BucketId> buckets;
    std::map<ClassId, PoolId> pools;

    [[nodiscard]] bool full() const { return max_parallel && alive >= *max_parallel; }
  };

  struct Resource {
    std::string name;
    std::int64_t used = 0;
    std::optional<std::int64_t> capacity;  ///< cluster-wide; none: counted on each worker
  };

  // scheduler_replan.cc
  [[nodiscard]] Hold hold_by(const RunQueue& queue, const RunPlan& version, TicketIndex ticket);
  void take(AttemptRef ticket, Hold hold);
  void keep(AttemptRef ticket, Hold hold);
  [[nodiscard]] std::optional<std::uint32_t> blocker(const Bucket& bucket) const;
  [[nodiscard]] bool is_awaited(const std::vector<LockUse>& locks) const;
  std::uint32_t intern_lock(const RunPlan& version, std::uint32_t lock);

  void order_tickets(RunQueue& queue, const Run& run) const;
  Bucket describe(RunQueue& queue, const Run& run, TicketIndex ticket,
                  const std::vector<std::uint32_t>& lock_numbers);
  ClassId class_for(const Run& run, TicketIndex ticket);
  BucketId new_bucket(Bucket bucket);
  ClassId intern_class(const AgentDemand& demand);
  ResourceId intern_resource(const std::string& name);
  PoolId intern_pool(RunQueue& queue, RunId run, ClassId agent_class);
  [[nodiscard]] const Bucket& bucket_of(AttemptRef ticket) const;
  [[nodiscard]] std::optional<Hindrance> found_wanting(const Bucket& bucket) const;
  [[nodiscard]] std::string too_little_on(ClassId agents, const Amounts& amounts) const;
  /// Whether somebody holds or claims it.
  [[nodiscard]] bool is_kept(std::uint32_t lock) const {
    return locks_.is_held(lock) || claims_.is_held(lock);
  }
  void refresh_capacities();

  void index_worker(Worker& worker, bool in);
  [[nodiscard]] bool has_room(const Worker& worker, const Amounts& amounts) const;
  [[nodiscard]] bool ever_has_room(const Worker& worker, const Amounts& amounts) const;
  [[nodiscard]] std::optional<ResourceId> short_of(const Amounts& amounts) const;
  [[nodiscard]] bool satisfiable(const Bucket& bucket) const;

  // scheduler_choice.cc
  [[nodiscard]] std::string_view category_at(RunId run, std::uint32_t rank) const;
  [[nodiscard]] std::optional<WorkerId> choose_worker(const Bucket& bucket,
                                                      const TrackRecord& record) const;
  std::optional<Placement> place_ahead(const TrackRecord& record);
  std::map<ClassId, Key> waiting_for_slots();
  [[nodiscard]] bool lets_better_go(const Worker& worker, const Key& light) const;
  [[nodiscard]] std::optional<WorkerId> worker_ahead(ClassId agent_class, const Key& light,
                                                     const std::map<ClassId, Key>& waiting,
                                                     const TrackRecord& record) const;

  std::optional<Placement> try_place(BucketId id, const TrackRecord& record);
  bool set_aside(BucketId id);
  [[nodiscard]] std::optional<BucketId> best_eligible() const;
  [[nodiscard]] bool denied_by_claim(const Bucket& bucket) const;
  void count_passed_over(const Bucket& placed);
  void pass_over(BucketId id);
  void drop_hopeless_claim();
  void drop_claim();

  void enter(BucketId id);
  void leave(BucketId id);
  void rekey(BucketId id);
  void park(BucketId id, QueueId queue);
  void looked_at(BucketId id, bool came_back);
  void wake(QueueId queue);
  void wake_next(QueueId queue, PoolId pool);
  void give_back(const Hold& hold);
  void wake_rooms();
  [[nodiscard]] Placement placement(const Bucket& bucket, WorkerId worker, bool ahead) const;

  LockTable locks_;
  LockTable claims_;  ///< by the same numbers; nobody who claims is in another's way
  std::vector<Bucket> buckets_;
  std::vector<Pool> pools_;
  std::vector<AgentClass> classes_;
  std::map<std::string, ClassId> class_numbers_;
  std::vector<Resource> resources_;
  std::map<std::string, ResourceId> resource_numbers_;
  std::map<RunId, RunQueue> runs_;
  std::map<WorkerId, Worker> workers_;
  std::map<QueueId, std::map<PoolId, Line>> queues_;
  std::optional<BucketId> claimant_;
  std::vector<std::pair<AttemptRef, std::uint32_t>> blocked_;
  std::vector<BucketId> unused_buckets_;  ///< of runs that were removed
  std::vector<PoolId> unused_pools_;
};

}  // namespace headway
