#include <utility>

#include "coordinator/core/scheduler.h"

/// Where buckets of like tickets wait: in their pool while they may be placed, or parked in the
/// queue of what is wanting, until some of it is given back.

namespace headway {

namespace {

/// How many buckets of one queue are looked at in vain before the rest of it waits for the next
/// release.
constexpr std::uint32_t kLookAhead = 32;

}  // namespace

void Scheduler::enter(BucketId id) {
  Bucket& bucket = buckets_[id];
  Pool& pool = pools_[bucket.pool];
  const RunQueue& run = runs_.at(pool.run);
  const std::uint32_t rank = *bucket.ranks.begin();
  bucket.key = Key{run.priority_at[rank], pool.run, rank, id};
  bucket.place = Bucket::Place::kEligible;
  (bucket.light() ? pool.light : pool.heavy).insert(bucket.key);
}

void Scheduler::leave(BucketId id) {
  Bucket& bucket = buckets_[id];
  Pool& pool = pools_[bucket.pool];
  if (bucket.place == Bucket::Place::kEligible) {
    (bucket.light() ? pool.light : pool.heavy).erase(bucket.key);
  } else if (bucket.place == Bucket::Place::kParked) {
    const auto queue = queues_.find(bucket.queue);
    Line& line = queue->second.at(bucket.pool);
    line.parked.erase(bucket.key);
    if (line.parked.empty() && !line.probing) queue->second.erase(bucket.pool);
    if (queue->second.empty()) queues_.erase(queue);
  }
  bucket.place = Bucket::Place::kEmpty;
}

/// Its first ticket may have changed, and with it its place in the order.
void Scheduler::rekey(BucketId id) {
  Bucket& bucket = buckets_[id];
  if (bucket.key.rank == *bucket.ranks.begin()) return;
  const Bucket::Place place = bucket.place;
  const QueueId queue = bucket.queue;
  leave(id);
  enter(id);
  if (place != Bucket::Place::kParked) return;
  const std::optional<QueueId> woken_from = std::exchange(bucket.woken_from, std::nullopt);
  park(id, queue);
  bucket.woken_from = woken_from;
  // A round that is past its new place would miss it.
  Line& line = queues_.at(queue).at(bucket.pool);
  if (line.cursor && bucket.key <= *line.cursor) line.cursor.reset();
}

void Scheduler::park(BucketId id, QueueId queue) {
  Bucket& bucket = buckets_[id];
  const bool came_back = bucket.woken_from == queue;
  leave(id);
  const RunId run_id = pools_[bucket.pool].run;
  const std::uint32_t rank = *bucket.ranks.begin();
  bucket.key = Key{runs_.at(run_id).priority_at[rank], run_id, rank, id};
  bucket.place = Bucket::Place::kParked;
  bucket.queue = queue;
  queues_[queue][bucket.pool].parked.insert(bucket.key);
  looked_at(id, came_back);
}

/// Goes on with the round that this bucket was woken in. One that came back says that what its
/// queue waits for is still wanting, and so that another release will come: only then may the round
/// end early. For the hopeless none will.
void Scheduler::looked_at(BucketId id, bool came_back) {
  const std::optional<QueueId> queue = std::exchange(buckets_[id].woken_from, std::nullopt);
  if (!queue) return;
  const PoolId pool = buckets_[id].pool;
  Line& line = queues_[*queue][pool];
  line.probing = false;
  if (came_back && queue->kind != QueueId::Kind::kHopeless) {
    if (line.budget > 0) --line.budget;
    const bool written = queue->kind == QueueId::Kind::kLock &&
                         (locks_.is_written(queue->number) || claims_.is_written(queue->number));
    if (line.budget == 0 || written) return;
  }
  wake_next(*queue, pool);
}

/// Something of what this queue waits for was given back: a new round, from the best of each pool.
void Scheduler::wake(QueueId queue) {
  const auto found = queues_.find(queue);
  if (found == queues_.end()) return;
  std::vector<PoolId> pools;
  for (auto& [pool, line] : found->second) {
    line.cursor.reset();
    line.budget = kLookAhead;
    if (!line.probing) pools.push_back(pool);
  }
  for (const PoolId pool : pools) wake_next(queue, pool);
}

void Scheduler::wake_next(QueueId queue, PoolId pool) {
  const auto found = queues_.find(queue);
  if (found == queues_.end()) return;
  const auto entry = found->second.find(pool);
  if (entry == found->second.end()) return;
  Line& line = entry->second;
  const auto next = line.cursor ? line.parked.upper_bound(*line.cursor) : line.parked.begin();
  if (next == line.parked.end()) {
    if (line.parked.empty()) found->second.erase(entry);
    if (found->second.empty()) queues_.erase(found);
    return;
  }
  line.cursor = *next;
  line.probing = true;
  const BucketId id = next->bucket;
  leave(id);
  enter(id);
  buckets_[id].woken_from = queue;
}

void Scheduler::give_back(const Hold& hold) {
  for (const std::vector<LockUse>* given : {&hold.locks, &hold.claimed}) {
    for (const LockUse use : *given) {
      const bool is_free = !locks_.is_held(use.lock) && !claims_.is_held(use.lock);
      if (is_free) wake({QueueId::Kind::kLock, use.lock});
    }
  }
  for (const auto& [resource, amount] : hold.cluster) wake({QueueId::Kind::kResource, resource});
}

void Scheduler::wake_rooms() {
  std::vector<QueueId> rooms;
  for (auto entry = queues_.lower_bound({QueueId::Kind::kRoom, 0});
       entry != queues_.end() && entry->first.kind == QueueId::Kind::kRoom; ++entry) {
    rooms.push_back(entry->first);
  }
  for (const QueueId queue : rooms) wake(queue);
}

}  // namespace headway
