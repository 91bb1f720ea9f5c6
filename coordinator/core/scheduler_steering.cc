#include "common/base/check.h"
#include "coordinator/core/scheduler.h"

/// How the scheduler follows what a person changes in a run that goes on.

namespace headway {

void Scheduler::set_limit(const Run& run) { runs_.at(run.id).max_parallel = run.most_alive(); }

void Scheduler::set_resources(const Run& run) {
  RunQueue& queue = runs_.at(run.id);
  for (const auto& [name, thousandths] : run.cluster_resources()) {
    queue.resources[intern_resource(name)] = thousandths;
  }
  refresh_capacities();
}

/// New ranks for all tickets: those that wait stand where they did, in another order.
void Scheduler::set_priorities(const Run& run) {
  RunQueue& queue = runs_.at(run.id);
  const std::vector<TicketIndex> ticket_at = queue.ticket_at;
  order_tickets(queue, run);
  for (const BucketId id : queue.buckets) {
    Bucket& bucket = buckets_[id];
    if (bucket.ranks.empty()) continue;
    std::set<std::uint32_t> ranks;
    for (const std::uint32_t rank : bucket.ranks) {
      ranks.insert(queue.rank_of[ticket_at[rank].index()]);
    }
    // It leaves under its old key and comes back under the new one, to be looked at afresh.
    leave(id);
    looked_at(id, false);
    bucket.ranks = std::move(ranks);
    bucket.passed_over = 0;
    enter(id);
  }
  drop_claim();
}

void Scheduler::set_pin(const Run& run, TicketIndex ticket) {
  RunQueue& queue = runs_.at(run.id);
  const BucketId from = queue.bucket_of[ticket.index()];
  const std::uint32_t rank = queue.rank_of[ticket.index()];
  const bool waits = buckets_[from].ranks.contains(rank);
  if (waits) unready({run.id, ticket});
  Bucket wanted;
  wanted.pool = intern_pool(queue, run.id, class_for(run, ticket));
  wanted.locks = buckets_[from].locks;
  wanted.cluster = buckets_[from].cluster;
  wanted.per_worker = buckets_[from].per_worker;
  std::optional<BucketId> to;
  for (const BucketId id : queue.buckets) {
    if (buckets_[id].alike(wanted)) to = id;
  }
  if (!to) {
    to = new_bucket(std::move(wanted));
    queue.buckets.push_back(*to);
  }
  queue.bucket_of[ticket.index()] = *to;
  if (waits) ready({run.id, ticket});
}

}  // namespace headway
