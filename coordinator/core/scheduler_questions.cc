#include <algorithm>

#include "coordinator/core/scheduler.h"

/// What others ask the scheduler: why a ticket waits, and who stands in line for what.

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

Hindrance Scheduler::hindrance(AttemptRef ticket) const {
  using Kind = Hindrance::Kind;
  const RunQueue& run = runs_.at(ticket.run);
  if (!run.open) return {Kind::kRunNotOpen, ""};
  std::string missing;
  if (!servable(ticket, &missing)) return {Kind::kNoAgent, missing};
  const Bucket& bucket = bucket_of(ticket);
  if (const auto lock = blocker(bucket)) return {Kind::kLock, locks_.name(*lock).name};
  if (const auto resource = short_of(bucket.cluster)) {
    return {Kind::kResource, resources_[*resource].name};
  }
  if (run.full()) return {Kind::kLimit, ""};
  if (classes_[pools_[bucket.pool].agent_class].free.empty()) return {Kind::kAgentsBusy, ""};
  if (!choose_worker(bucket, TrackRecord{})) return {Kind::kRoom, ""};
  const BucketId id = run.bucket_of[ticket.ticket.index()];
  if (claimant_ != id && denied_by_claim(bucket)) return {Kind::kClaim, ""};
  return {};
}

bool Scheduler::servable(AttemptRef ticket, std::string* why) const {
  const Bucket& bucket = bucket_of(ticket);
  for (const auto& [resource, amount] : bucket.cluster) {
    if (amount > resources_[resource].capacity.value_or(0)) {
      if (why != nullptr) *why = "resource " + resources_[resource].name;
      return false;
    }
  }
  const ClassId wanted = pools_[bucket.pool].agent_class;
  bool offered = false;
  for (const auto& [id, worker] : workers_) {
    if (!worker.open || !worker.serves[wanted]) continue;
    offered = true;
    if (ever_has_room(worker, bucket.per_worker)) return true;
  }
  if (why == nullptr) return false;
  if (offered) {
    *why = "enough of its resources on one worker";
    for (const auto& [resource, amount] : bucket.per_worker) {
      const Amounts alone{{resource, amount}};
      const bool somewhere = std::ranges::any_of(workers_, [&](const auto& entry) {
        const Worker& worker = entry.second;
        return worker.open && worker.serves[wanted] && ever_has_room(worker, alone);
      });
      if (!somewhere) {
        *why = "resource " + resources_[resource].name;
        break;
      }
    }
    return false;
  }
  const WorkerId only = classes_[wanted].demand.only;
  if (only != WorkerId{}) {
    const auto there = workers_.find(only);
    *why = there != workers_.end() && there->second.open
               ? "what it needs on the worker that it was given to"
               : "the worker that it was given to";
    return false;
  }
  *why = asked_words(classes_[wanted].demand);
  return false;
}

std::optional<std::string> Scheduler::unfit(AttemptRef ticket, WorkerId worker_id) const {
  const auto found = workers_.find(worker_id);
  if (found == workers_.end() || !found->second.open) return "it takes no tickets now";
  const Bucket& bucket = bucket_of(ticket);
  AgentDemand demand = classes_[pools_[bucket.pool].agent_class].demand;
  demand.only = {};
  if (!matches(demand, found->second.offer)) {
    return "it does not offer the type, labels and abilities";
  }
  if (!ever_has_room(found->second, bucket.per_worker)) return "it does not have the resources";
  return std::nullopt;
}

bool Scheduler::goes_before(RunId run, TicketIndex one, TicketIndex other) const {
  const std::vector<std::uint32_t>& ranks = runs_.at(run).rank_of;
  return ranks[one.index()] < ranks[other.index()];
}

std::uint32_t Scheduler::active_conflicts(RunId run) const {
  std::size_t waiting = 0;
  for (auto entry = queues_.begin();
       entry != queues_.end() && entry->first.kind == QueueId::Kind::kLock; ++entry) {
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
