#include <algorithm>

#include "coordinator/core/scheduler.h"

/// What others ask the scheduler: who has what, and who stands in line for it.

namespace headway {

const Scheduler::Bucket& Scheduler::bucket_of(AttemptRef ticket) const {
  return buckets_[runs_.at(ticket.run).bucket_of[ticket.ticket.index()]];
}

std::vector<LockUse> Scheduler::locks_of(AttemptRef ticket) const {
  const RunQueue& run = runs_.at(ticket.run);
  if (const auto held = run.holds.find(ticket.ticket); held != run.holds.end()) {
    std::vector<LockUse> kept = held->second.locks;
    kept.insert(kept.end(), held->second.claimed.begin(), held->second.claimed.end());
    return kept;
  }
  const auto claimed = run.claims.find(ticket.ticket);
  return claimed == run.claims.end() ? bucket_of(ticket).locks : claimed->second;
}

std::optional<std::string> Scheduler::kept_lock(AttemptRef ticket) const {
  const auto lock = blocker(bucket_of(ticket));
  return lock ? std::optional(locks_.name(*lock).name) : std::nullopt;
}

Scheduler::ResourceUse Scheduler::use_of(const std::string& resource) const {
  ResourceUse use;
  const auto known = resource_numbers_.find(resource);
  if (known == resource_numbers_.end()) return use;
  use.capacity = resources_[known->second].capacity.value_or(0);
  use.used = resources_[known->second].used;
  for (const auto& [id, run] : runs_) {
    for (const auto& [ticket, hold] : run.holds) {
      for (const auto& [number, amount] : hold.cluster) {
        if (number == known->second) use.holders.emplace_back(AttemptRef{id, ticket}, amount);
      }
    }
  }
  return use;
}

bool Scheduler::goes_before(RunId run, TicketIndex one, TicketIndex other) const {
  const std::vector<std::uint32_t>& ranks = runs_.at(run).rank_of;
  return ranks[one.index()] < ranks[other.index()];
}

std::uint32_t Scheduler::active_conflicts(RunId run) const {
  std::size_t waiting = 0;
  for (auto entry = queues_.begin();
       entry != queues_.end() && entry->first.kind == QueueId::Kind::kLock; ++entry) {
    if (!is_kept(entry->first.number)) continue;
    for (const auto& [pool, line] : entry->second) {
      if (pools_[pool].run != run) continue;
      for (const Key& key : line.parked) waiting += buckets_[key.bucket].ranks.size();
    }
  }
  return static_cast<std::uint32_t>(waiting);
}

std::uint32_t Scheduler::slots() const {
  std::uint32_t total = 0;
  for (const auto& [id, worker] : workers_) {
    if (worker.open) total += worker.offer.slots;
  }
  return total;
}

std::vector<WorkerOffer> Scheduler::offers() const {
  std::vector<WorkerOffer> open;
  for (const auto& [id, worker] : workers_) {
    if (worker.open) open.push_back(worker.offer);
  }
  return open;
}

/// The best of every demand in a line, merged: who of them comes next depends on ranks alone.
std::map<std::uint32_t, Scheduler::LockLine> Scheduler::lock_lines(std::size_t most) const {
  std::map<std::uint32_t, std::vector<Key>> candidates;
  std::map<std::uint32_t, LockLine> lines;
  for (auto entry = queues_.begin();
       entry != queues_.end() && entry->first.kind == QueueId::Kind::kLock; ++entry) {
    const std::uint32_t lock = entry->first.number;
    if (!is_kept(lock)) continue;
    for (const auto& [pool, line] : entry->second) {
      for (const Key& parked : line.parked) {
        const Bucket& bucket = buckets_[parked.bucket];
        const RunQueue& run = runs_.at(parked.run);
        lines[lock].in_all += static_cast<std::uint32_t>(bucket.ranks.size());
        std::size_t taken = 0;
        for (const std::uint32_t rank : bucket.ranks) {
          if (taken++ == most) break;
          candidates[lock].push_back({run.priority_at[rank], parked.run, rank, parked.bucket});
        }
      }
    }
  }
  for (auto& [lock, keys] : candidates) {
    std::ranges::sort(keys);
    if (keys.size() > most) keys.resize(most);
    for (const Key& key : keys) {
      lines[lock].first.push_back({key.run, runs_.at(key.run).ticket_at[key.rank]});
    }
  }
  return lines;
}

bool Scheduler::holds_conflicting_lock(AttemptRef holder, AttemptRef waiter) const {
  for (const LockUse held : locks_of(holder)) {
    for (const LockUse wanted : bucket_of(waiter).locks) {
      if (locks_.conflict(held, wanted)) return true;
    }
  }
  return false;
}

}  // namespace headway
