#include "coordinator/core/scheduler.h"

#include <algorithm>

#include "common/base/check.h"

namespace headway {

namespace {

/// How often others may take what a ticket waits for before it is kept for that ticket.
constexpr std::uint32_t kPatience = 16;

}  // namespace

// ---- What happens outside

void Scheduler::ready(AttemptRef ticket) {
  RunQueue& run = runs_.at(ticket.run);
  const BucketId id = run.bucket_of[ticket.ticket.index()];
  buckets_[id].ranks.insert(run.rank_of[ticket.ticket.index()]);
  buckets_[id].place == Bucket::Place::kEmpty ? enter(id) : rekey(id);
}

void Scheduler::unready(AttemptRef ticket) {
  RunQueue& run = runs_.at(ticket.run);
  const BucketId id = run.bucket_of[ticket.ticket.index()];
  Bucket& bucket = buckets_[id];
  // A ticket whose backoff runs is ready in the state and not in here.
  if (bucket.ranks.erase(run.rank_of[ticket.ticket.index()]) == 0) return;
  if (!bucket.ranks.empty()) return rekey(id);
  leave(id);
  looked_at(id, false);
  if (claimant_ == id) drop_claim();
}

void Scheduler::occupy(AttemptRef ticket, WorkerId worker_id) {
  RunQueue& run = runs_.at(ticket.run);
  const Bucket& bucket = buckets_[run.bucket_of[ticket.ticket.index()]];
  take(ticket, {worker_id, bucket.locks, bucket.cluster, bucket.per_worker});
}

void Scheduler::take(AttemptRef ticket, Hold hold) {
  RunQueue& run = runs_.at(ticket.run);
  ++run.alive;
  Worker& worker = workers_[hold.worker];
  worker.offer.id = hold.worker;
  index_worker(worker, false);
  ++worker.held;
  worker.not_started.push_back(ticket);
  worker.alive.insert(ticket);
  for (const auto& [resource, amount] : hold.per_worker) worker.used[resource] += amount;
  index_worker(worker, true);
  keep(ticket, std::move(hold));
}

void Scheduler::started(AttemptRef ticket, WorkerId worker_id) {
  Worker& worker = workers_.at(worker_id);
  std::erase(worker.not_started, ticket);
  worker.recalled.erase(ticket);
}

void Scheduler::vacate(AttemptRef ticket, WorkerId worker_id) {
  leave_slot(ticket, worker_id);
  let_go(ticket);
}

void Scheduler::leave_slot(AttemptRef ticket, WorkerId worker_id) {
  RunQueue& run = runs_.at(ticket.run);
  Hold& hold = run.holds.at(ticket.ticket);
  HW_CHECK(run.alive > 0, "a run gave back more than it held");
  --run.alive;
  Worker& worker = workers_.at(worker_id);
  index_worker(worker, false);
  --worker.held;
  std::erase(worker.not_started, ticket);
  worker.recalled.erase(ticket);
  worker.alive.erase(ticket);
  for (const auto& [resource, amount] : hold.per_worker) worker.used[resource] -= amount;
  index_worker(worker, true);
  hold.per_worker.clear();
  hold.worker = {};
  // Everything that waits for room may fit now, on whatever class that worker serves.
  wake_rooms();
}

void Scheduler::keep(AttemptRef ticket, Hold hold) {
  HW_CHECK(!locks_.blocker(hold.locks), "a lock was taken that another attempt holds");
  locks_.take(hold.locks);
  for (const auto& [resource, amount] : hold.cluster) resources_[resource].used += amount;
  runs_.at(ticket.run).holds[ticket.ticket] = std::move(hold);
}

void Scheduler::let_go(AttemptRef ticket) {
  RunQueue& run = runs_.at(ticket.run);
  const auto held = run.holds.find(ticket.ticket);
  HW_CHECK(held != run.holds.end(), "a ticket gave back more than it held");
  const Hold hold = std::move(held->second);
  run.holds.erase(held);
  locks_.release(hold.locks);
  claims_.release(hold.claimed);
  for (const auto& [resource, amount] : hold.cluster) resources_[resource].used -= amount;
  give_back(hold);
}

void Scheduler::occupy_slot(WorkerId id) {
  Worker& worker = workers_[id];
  worker.offer.id = id;
  index_worker(worker, false);
  ++worker.held;
  index_worker(worker, true);
}

void Scheduler::vacate_slot(WorkerId id) {
  Worker& worker = workers_.at(id);
  index_worker(worker, false);
  --worker.held;
  index_worker(worker, true);
  wake_rooms();
}

void Scheduler::set_open(RunId run, bool open) {
  runs_.at(run).open = open;
  if (!open && claimant_ && pools_[buckets_[*claimant_].pool].run == run) drop_claim();
}

// ---- Placing

std::optional<Placement> Scheduler::next(const TrackRecord& record) {
  if (claimant_ && buckets_[*claimant_].place != Bucket::Place::kEmpty) {
    const Pool& pool = pools_[buckets_[*claimant_].pool];
    const RunQueue& run = runs_.at(pool.run);
    if (run.open && !run.full() && !classes_[pool.agent_class].free.empty()) {
      if (auto placed = try_place(*claimant_, record)) return placed;
    }
  }
  while (const auto best = best_eligible()) {
    if (auto placed = try_place(*best, record)) return placed;
  }
  return place_ahead(record);
}

std::optional<Scheduler::BucketId> Scheduler::best_eligible() const {
  const Key* best = nullptr;
  for (const auto& [id, run] : runs_) {
    if (!run.open || run.full()) continue;
    for (const auto& [agent_class, number] : run.pools) {
      const Pool& pool = pools_[number];
      if (classes_[agent_class].free.empty()) continue;
      for (const std::set<Key>* keys : {&pool.light, &pool.heavy}) {
        if (!keys->empty() && (best == nullptr || *keys->begin() < *best)) best = &*keys->begin();
      }
    }
  }
  if (best == nullptr) return std::nullopt;
  return best->bucket;
}

/// Parks the bucket if it lacks something that no worker could give it.
bool Scheduler::set_aside(BucketId id) {
  const Bucket& bucket = buckets_[id];
  if (const auto lock = blocker(bucket)) {
    blocked_.emplace_back(placement(bucket, {}, false).ticket, *lock);
    // The lock that it waited for is free, and another stands in its way now: somebody was faster.
    const bool overtaken = bucket.woken_from && bucket.woken_from->kind == QueueId::Kind::kLock &&
                           bucket.woken_from->number != *lock;
    if (overtaken) pass_over(id);
    park(id, {QueueId::Kind::kLock, *lock});
    return true;
  }
  if (claimant_ != id && denied_by_claim(bucket)) {
    park(id, {QueueId::Kind::kClaim, 0});
    return true;
  }
  if (const auto resource = short_of(bucket.cluster)) {
    park(id, satisfiable(bucket) ? QueueId{QueueId::Kind::kResource, *resource}
                                 : QueueId{QueueId::Kind::kHopeless, 0});
    return true;
  }
  return false;
}

/// Places the bucket's first ticket, or parks the bucket for what it lacks.
std::optional<Placement> Scheduler::try_place(BucketId id, const TrackRecord& record) {
  if (set_aside(id)) return std::nullopt;
  Bucket& bucket = buckets_[id];
  const std::optional<WorkerId> worker = choose_worker(bucket, record);
  if (!worker) {
    park(id, satisfiable(bucket) ? QueueId{QueueId::Kind::kRoom, pools_[bucket.pool].agent_class}
                                 : QueueId{QueueId::Kind::kHopeless, 0});
    return std::nullopt;
  }
  const Placement placed = placement(bucket, *worker, false);
  bucket.passed_over = 0;
  if (claimant_ == id) {
    drop_claim();
  } else if (!bucket.light()) {
    count_passed_over(bucket);
  }
  // Eligible again with its next ticket, whatever it was parked for before.
  if (bucket.place == Bucket::Place::kParked) {
    leave(id);
    enter(id);
  }
  looked_at(id, false);
  return placed;
}

Placement Scheduler::placement(const Bucket& bucket, WorkerId worker, bool ahead) const {
  const RunId run = pools_[bucket.pool].run;
  return {{run, runs_.at(run).ticket_at[*bucket.ranks.begin()]}, worker, ahead};
}

std::optional<Scheduler::ResourceId> Scheduler::short_of(const Amounts& amounts) const {
  for (const auto& [resource, amount] : amounts) {
    const Resource& counted = resources_[resource];
    if (counted.used + amount > counted.capacity.value_or(0)) return resource;
  }
  return std::nullopt;
}

// ---- Fairness

bool Scheduler::denied_by_claim(const Bucket& bucket) const {
  if (!claimant_) return false;
  const Bucket& claimant = buckets_[*claimant_];
  for (const LockUse wanted : bucket.locks) {
    for (const LockUse claimed : claimant.locks) {
      if (locks_.conflict(wanted, claimed)) return true;
    }
  }
  const auto shares = [](const Amounts& a, const Amounts& b) {
    return std::ranges::any_of(a, [&](const auto& one) {
      return std::ranges::any_of(b, [&](const auto& other) { return other.first == one.first; });
    });
  };
  return shares(bucket.cluster, claimant.cluster) || shares(bucket.per_worker, claimant.per_worker);
}

/// Those that stand before `placed` in the order and wait for something that it takes were passed
/// over once more.
void Scheduler::count_passed_over(const Bucket& placed) {
  const auto count = [&](QueueId queue) {
    const auto found = queues_.find(queue);
    if (found == queues_.end()) return;
    for (auto& [pool, line] : found->second) {
      if (line.parked.empty() || !(*line.parked.begin() < placed.key)) continue;
      pass_over(line.parked.begin()->bucket);
    }
  };
  for (const LockUse use : placed.locks) count({QueueId::Kind::kLock, use.lock});
  for (const auto& [resource, amount] : placed.cluster) {
    count({QueueId::Kind::kResource, resource});
  }
  if (!placed.per_worker.empty()) {
    count({QueueId::Kind::kRoom, pools_[placed.pool].agent_class});
  }
}

void Scheduler::pass_over(BucketId id) {
  Bucket& bucket = buckets_[id];
  // Nothing is kept for a run that hands out nothing: it may rest for as long as a person likes.
  if (!runs_.at(pools_[bucket.pool].run).open) return;
  if (++bucket.passed_over >= kPatience && !claimant_ && satisfiable(bucket)) claimant_ = id;
}

bool Scheduler::satisfiable(const Bucket& bucket) const {
  for (const auto& [resource, amount] : bucket.cluster) {
    if (amount > resources_[resource].capacity.value_or(0)) return false;
  }
  const ClassId agents = pools_[bucket.pool].agent_class;
  return std::ranges::any_of(workers_, [&](const auto& entry) {
    const Worker& worker = entry.second;
    return worker.open && worker.serves[agents] && ever_has_room(worker, bucket.per_worker);
  });
}

void Scheduler::drop_claim() {
  claimant_.reset();
  wake({QueueId::Kind::kClaim, 0});
}

/// Nothing is kept for a ticket that nobody could run any more.
void Scheduler::drop_hopeless_claim() {
  if (claimant_ && !satisfiable(buckets_[*claimant_])) drop_claim();
}

}  // namespace headway
