#include <algorithm>
#include <numeric>

#include "common/base/check.h"
#include "common/plan/ranking.h"
#include "coordinator/core/scheduler.h"

/// The scheduler's knowledge of runs and workers: buckets of tickets that are alike, classes of
/// agents that they want.

namespace headway {

void Scheduler::add_run(const Run& run) {
  RunQueue& queue = runs_[run.id];
  queue.source = run.source;
  set_limit(run);
  set_resources(run);
  order_tickets(queue, run);

  std::vector<std::uint32_t> lock_numbers;
  for (std::uint32_t lock = 0; lock < run.graph().lock_names().size(); ++lock) {
    lock_numbers.push_back(intern_lock(*run.source, lock));
  }
  std::map<std::string, BucketId> alike;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    Bucket bucket = describe(queue, run, TicketIndex{i}, lock_numbers);
    std::string demand = std::to_string(bucket.pool);
    for (const LockUse use : bucket.locks) {
      demand += (use.mode == LockMode::kWrite ? 'w' : 'r') + std::to_string(use.lock);
    }
    for (const Amounts* amounts : {&bucket.cluster, &bucket.per_worker}) {
      demand += '|';
      for (const auto& [resource, amount] : *amounts) {
        demand += std::to_string(resource) + '=' + std::to_string(amount) + ',';
      }
    }
    const auto [known, added] = alike.try_emplace(std::move(demand), 0);
    if (added) {
      known->second = new_bucket(std::move(bucket));
      queue.buckets.push_back(known->second);
    }
    queue.bucket_of[i] = known->second;
  }
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketRecord& ticket = run.tickets[i];
    if (!is_alive(ticket.state)) continue;
    Hold hold = hold_by(queue, run.attempt_plan(TicketIndex{i}), TicketIndex{i});
    if (!run.at_worker(TicketIndex{i})) {
      hold.per_worker.clear();
      keep({run.id, TicketIndex{i}}, std::move(hold));
      continue;
    }
    hold.worker = ticket.worker;
    take({run.id, TicketIndex{i}}, std::move(hold));
    if (ticket.state != TicketState::kAssigned) started({run.id, TicketIndex{i}}, ticket.worker);
  }
}

/// Ranks, and the priority class by which runs are merged: along the ranks it never rises, so that
/// a ticket that goes first for another's sake does so across runs as well.
void Scheduler::order_tickets(RunQueue& queue, const Run& run) const {
  const std::size_t count = run.tickets.size();
  queue.bucket_of.resize(count);
  queue.rank_of.resize(count);
  queue.ticket_at.resize(count);
  queue.priority_at.resize(count);
  const bool as_planned = std::ranges::none_of(
      run.tickets, [](const TicketRecord& ticket) { return ticket.priority.has_value(); });
  if (as_planned) {
    for (std::uint32_t i = 0; i < count; ++i) queue.rank_of[i] = run.graph().rank(TicketIndex{i});
  } else {
    std::vector<Priority> priorities(count);
    for (std::uint32_t i = 0; i < count; ++i) priorities[i] = run.priority(TicketIndex{i});
    queue.rank_of = rank_tickets(run.plan(), run.graph(), priorities);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    queue.ticket_at[queue.rank_of[i]] = TicketIndex{i};
    queue.priority_at[queue.rank_of[i]] = run.priority(TicketIndex{i});
  }
  for (std::size_t rank = count; rank-- > 1;) {
    queue.priority_at[rank - 1] = std::min(queue.priority_at[rank - 1], queue.priority_at[rank]);
  }
  queue.next_rank.assign(count, kNoRank);
  for (std::uint32_t i = 0; i < count; ++i) {
    for (const Edge edge : run.graph().dependents(TicketIndex{i})) {
      if (edge.kind == EdgeKind::kSoft) continue;
      queue.next_rank[i] = std::min(queue.next_rank[i], queue.rank_of[edge.ticket.index()]);
    }
  }
}

Scheduler::Bucket Scheduler::describe(RunQueue& queue, const Run& run, TicketIndex ticket,
                                      const std::vector<std::uint32_t>& lock_numbers) {
  Bucket bucket;
  const Ticket& definition = run.ticket(ticket);
  bucket.pool = intern_pool(queue, run.id, class_for(run, ticket));
  for (const LockUse use : run.graph().locks(ticket)) {
    bucket.locks.push_back({lock_numbers[use.lock], use.mode});
  }
  std::ranges::sort(bucket.locks);
  for (const ResourceAmount& wanted : definition.resources) {
    if (wanted.thousandths == 0) continue;
    const ResourceId resource = intern_resource(wanted.name);
    (queue.resources.contains(resource) ? bucket.cluster : bucket.per_worker)
        .emplace_back(resource, wanted.thousandths);
  }
  std::ranges::sort(bucket.cluster);
  std::ranges::sort(bucket.per_worker);
  return bucket;
}

Scheduler::ClassId Scheduler::class_for(const Run& run, TicketIndex ticket) {
  AgentDemand demand = demand_of(run.ticket(ticket), run.source->options.agent_types,
                                 run.tickets[ticket.index()].pinned);
  if (run.source->options.validation != ValidationLevel::kStandard) demand.abilities = {kChecks};
  return intern_class(demand);
}

Scheduler::BucketId Scheduler::new_bucket(Bucket bucket) {
  if (unused_buckets_.empty()) {
    buckets_.push_back(std::move(bucket));
    return static_cast<BucketId>(buckets_.size() - 1);
  }
  const BucketId id = unused_buckets_.back();
  unused_buckets_.pop_back();
  buckets_[id] = std::move(bucket);
  return id;
}

Scheduler::PoolId Scheduler::intern_pool(RunQueue& queue, RunId run, ClassId agent_class) {
  const auto known = queue.pools.find(agent_class);
  if (known != queue.pools.end()) return known->second;
  PoolId id = static_cast<PoolId>(pools_.size());
  if (unused_pools_.empty()) {
    pools_.emplace_back();
  } else {
    id = unused_pools_.back();
    unused_pools_.pop_back();
  }
  pools_[id] = Pool{run, agent_class, {}, {}};
  queue.pools.emplace(agent_class, id);
  return id;
}

Scheduler::ClassId Scheduler::intern_class(const AgentDemand& demand) {
  const auto [known, added] =
      class_numbers_.try_emplace(text_of(demand), static_cast<ClassId>(classes_.size()));
  if (!added) return known->second;
  const ClassId id = known->second;
  classes_.push_back(AgentClass{demand, {}, {}});
  for (auto& [number, worker] : workers_) {
    index_worker(worker, false);
    worker.serves.push_back(matches(demand, worker.offer));
    index_worker(worker, true);
  }
  return id;
}

Scheduler::ResourceId Scheduler::intern_resource(const std::string& name) {
  const auto [known, added] =
      resource_numbers_.try_emplace(name, static_cast<ResourceId>(resources_.size()));
  if (added) resources_.push_back(Resource{name, 0, std::nullopt});
  return known->second;
}

/// Two runs that count the same thing share it; where they disagree on how much there is, the
/// smaller number holds.
void Scheduler::refresh_capacities() {
  for (Resource& resource : resources_) resource.capacity.reset();
  for (const auto& [id, run] : runs_) {
    for (const auto& [number, capacity] : run.resources) {
      Resource& resource = resources_[number];
      resource.capacity = std::min(resource.capacity.value_or(capacity), capacity);
    }
  }
  drop_hopeless_claim();
  for (ResourceId id = 0; id < resources_.size(); ++id) wake({QueueId::Kind::kResource, id});
  wake({QueueId::Kind::kHopeless, 0});
}

void Scheduler::remove_run(RunId run) {
  RunQueue& queue = runs_.at(run);
  HW_CHECK(queue.alive == 0, "a run was removed while attempts of it are alive");
  HW_CHECK(queue.claims.empty(), "a run was removed while tickets of it are to be put back");
  if (claimant_ && pools_[buckets_[*claimant_].pool].run == run) drop_claim();
  for (const BucketId id : queue.buckets) {
    leave(id);
    buckets_[id] = Bucket{};
    unused_buckets_.push_back(id);
  }
  for (const auto& [agent_class, pool] : queue.pools) {
    for (auto entry = queues_.begin(); entry != queues_.end();) {
      entry->second.erase(pool);
      entry = entry->second.empty() ? queues_.erase(entry) : std::next(entry);
    }
    pools_[pool] = Pool{};
    unused_pools_.push_back(pool);
  }
  runs_.erase(run);
  refresh_capacities();
}

// ---- Workers

void Scheduler::offer(const WorkerOffer& offer) {
  Worker& worker = workers_[offer.id];
  index_worker(worker, false);
  worker.offer = offer;
  worker.open = true;
  worker.recalled.clear();  // it may have been asked over a connection that broke
  worker.capacity.clear();
  for (const auto& [name, amount] : offer.resources) {
    worker.capacity[intern_resource(name)] = amount;
  }
  worker.serves.clear();
  for (const AgentClass& agents : classes_) {
    worker.serves.push_back(matches(agents.demand, offer));
  }
  index_worker(worker, true);
  drop_hopeless_claim();
  wake_rooms();
  wake({QueueId::Kind::kHopeless, 0});
}

void Scheduler::withdraw(WorkerId id) {
  const auto found = workers_.find(id);
  if (found == workers_.end()) return;
  index_worker(found->second, false);
  found->second.open = false;
  drop_hopeless_claim();
}

/// Puts a worker into the lists of those that have a slot for each class that it serves, or takes
/// it out.
void Scheduler::index_worker(Worker& worker, bool in) {
  if (!worker.open || worker.held >= 2 * worker.offer.slots) return;
  const bool has_slot = worker.held < worker.offer.slots;
  const std::pair entry{worker.load(), worker.offer.id};
  for (ClassId id = 0; id < worker.serves.size(); ++id) {
    if (!worker.serves[id]) continue;
    auto& list = has_slot ? classes_[id].free : classes_[id].ahead;
    if (in) {
      list.insert(entry);
    } else {
      list.erase(entry);
    }
  }
}

std::vector<AttemptRef> Scheduler::recalls() {
  std::uint32_t idle = 0;
  for (const auto& [id, worker] : workers_) {
    if (worker.open && worker.held < worker.offer.slots) idle += worker.offer.slots - worker.held;
  }
  std::vector<AttemptRef> recalled;
  for (auto& [id, worker] : workers_) {
    const std::size_t coming = worker.offer.slots + worker.recalled.size();
    std::size_t beyond = worker.held > coming ? worker.held - coming : 0;
    for (auto last = worker.not_started.rbegin();
         last != worker.not_started.rend() && beyond > 0 && idle > 0; ++last) {
      const ClassId wanted = pools_[bucket_of(*last).pool].agent_class;
      if (classes_[wanted].free.empty() || worker.recalled.contains(*last)) continue;
      worker.recalled.insert(*last);
      recalled.push_back(*last);
      --beyond;
      --idle;
    }
  }
  return recalled;
}

std::vector<AttemptRef> Scheduler::not_started(RunId run) const {
  std::vector<AttemptRef> found;
  for (const auto& [id, worker] : workers_) {
    for (const AttemptRef& ticket : worker.not_started) {
      if (ticket.run == run) found.push_back(ticket);
    }
  }
  return found;
}

}  // namespace headway
