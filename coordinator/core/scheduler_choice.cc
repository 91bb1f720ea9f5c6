#include "coordinator/core/scheduler_choice.h"

#include <algorithm>

#include "coordinator/core/scheduler.h"

/// Which of the workers that could take a ticket gets it: one with a free slot before a busy one
/// where it waits ahead.

namespace headway {

std::string_view Scheduler::category_at(RunId run, std::uint32_t rank) const {
  const RunQueue& queue = runs_.at(run);
  return queue.source->plan.tickets[queue.ticket_at[rank].index()].category;
}

bool Scheduler::has_room(const Worker& worker, const Amounts& amounts) const {
  return std::ranges::all_of(amounts, [&](const auto& wanted) {
    const auto capacity = worker.capacity.find(wanted.first);
    if (capacity == worker.capacity.end()) return false;
    const auto used = worker.used.find(wanted.first);
    const std::int64_t taken = used == worker.used.end() ? 0 : used->second;
    return taken + wanted.second <= capacity->second;
  });
}

bool Scheduler::ever_has_room(const Worker& worker, const Amounts& amounts) const {
  return std::ranges::all_of(amounts, [&](const auto& wanted) {
    const auto capacity = worker.capacity.find(wanted.first);
    return capacity != worker.capacity.end() && wanted.second <= capacity->second;
  });
}

/// Somebody with a free slot and enough of what is counted on each worker.
std::optional<WorkerId> Scheduler::choose_worker(const Bucket& bucket,
                                                 const TrackRecord& record) const {
  const Pool& pool = pools_[bucket.pool];
  return choose_among(
      classes_[pool.agent_class].free, record,
      [&] { return category_at(pool.run, *bucket.ranks.begin()); },
      [&](WorkerId id) { return has_room(workers_.at(id), bucket.per_worker); });
}

std::optional<WorkerId> Scheduler::place_check(const AgentDemand& demand, WorkerId preferred) {
  const auto known = workers_.find(preferred);
  if (known != workers_.end() && known->second.open && matches(demand, known->second.offer)) {
    if (known->second.held >= 2 * known->second.offer.slots) return std::nullopt;
    return preferred;
  }
  const AgentClass& agents = classes_[intern_class(demand)];
  for (const WorkersByLoad* workers : {&agents.free, &agents.ahead}) {
    if (!workers->empty()) return workers->begin()->second;
  }
  return std::nullopt;
}

// ---- Ahead

/// A ticket that needs no lock and no counted resource may wait at a busy worker, so that its slot
/// never waits for a round trip. But not where a better one that cannot wait there would run as
/// soon as a slot is free, which it would never see; or once something that runs there has ended:
/// that slot is its own.
std::optional<Placement> Scheduler::place_ahead(const TrackRecord& record) {
  const std::map<ClassId, Key> waiting = waiting_for_slots();
  const Key* best = nullptr;
  WorkerId worker;
  for (const auto& [id, run] : runs_) {
    if (!run.open || run.full()) continue;
    for (const auto& [agent_class, number] : run.pools) {
      const Pool& pool = pools_[number];
      if (pool.light.empty()) continue;
      const Key& key = *pool.light.begin();
      if (best != nullptr && !(key < *best)) continue;
      const std::optional<WorkerId> taker = worker_ahead(agent_class, key, waiting, record);
      if (!taker) continue;
      best = &key;
      worker = *taker;
    }
  }
  if (best == nullptr) return std::nullopt;
  return placement(buckets_[best->bucket], worker, true);
}

/// The best bucket of each class of agents that only a slot is missing for.
std::map<Scheduler::ClassId, Scheduler::Key> Scheduler::waiting_for_slots() {
  std::map<ClassId, Key> waiting;
  for (const auto& [id, run] : runs_) {
    if (!run.open || run.full()) continue;
    for (const auto& [agent_class, number] : run.pools) {
      if (classes_[agent_class].ahead.empty()) continue;
      const std::set<Key>& heavy = pools_[number].heavy;
      while (!heavy.empty() && set_aside(heavy.begin()->bucket)) continue;
      if (heavy.empty()) continue;
      const auto entry = waiting.try_emplace(agent_class, *heavy.begin()).first;
      entry->second = std::min(entry->second, *heavy.begin());
    }
  }
  return waiting;
}

/// The one that may take a ticket ahead and that nothing better waits for.
std::optional<WorkerId> Scheduler::worker_ahead(ClassId agent_class, const Key& light,
                                                const std::map<ClassId, Key>& waiting,
                                                const TrackRecord& record) const {
  // Mostly the better one is of the same class, and then none of them will do.
  const auto same = waiting.find(agent_class);
  if (same != waiting.end() && same->second < light) return std::nullopt;
  const auto unwanted = [&](WorkerId id) {
    const Worker& worker = workers_.at(id);
    const bool waited_for = std::ranges::any_of(waiting, [&](const auto& entry) {
      return worker.serves[entry.first] && entry.second < light;
    });
    return !waited_for && !lets_better_go(worker, light);
  };
  return choose_among(
      classes_[agent_class].ahead, record, [&] { return category_at(light.run, light.rank); },
      unwanted);
}

/// Whether the end of something that this worker has lets a ticket go that is better than `light`
/// and that the worker could run: by a dependency, whatever else that waits for, by a lock or by a
/// counted resource.
bool Scheduler::lets_better_go(const Worker& worker, const Key& light) const {
  const auto would_go = [&](const Key& key, PoolId pool) {
    return key < light && worker.serves[pools_[pool].agent_class] && runs_.at(key.run).open;
  };
  const auto is_awaited = [&](QueueId queue) {
    const auto found = queues_.find(queue);
    return found != queues_.end() && std::ranges::any_of(found->second, [&](const auto& entry) {
             const auto& [pool, line] = entry;
             return !line.parked.empty() && would_go(*line.parked.begin(), pool);
           });
  };
  return std::ranges::any_of(worker.alive, [&](const AttemptRef& ticket) {
    const RunQueue& run = runs_.at(ticket.run);
    if (const std::uint32_t rank = run.next_rank[ticket.ticket.index()]; rank != kNoRank) {
      const BucketId next = run.bucket_of[run.ticket_at[rank].index()];
      if (would_go({run.priority_at[rank], ticket.run, rank, next}, buckets_[next].pool)) {
        return true;
      }
    }
    const Hold& hold = run.holds.at(ticket.ticket);
    return std::ranges::any_of(hold.locks,
                               [&](const LockUse use) {
                                 return is_awaited({QueueId::Kind::kLock, use.lock});
                               }) ||
           std::ranges::any_of(hold.cluster, [&](const auto& amount) {
             return is_awaited({QueueId::Kind::kResource, amount.first});
           });
  });
}

}  // namespace headway
