#include <algorithm>
#include <numeric>

#include "common/base/check.h"
#include "coordinator/core/scheduler.h"

/// The scheduler's knowledge of runs and workers: buckets of tickets that are alike, classes of
/// agents that they want.

namespace headway {

namespace {

/// One text per kind of demand: tickets with the same one are alike.
void append_text(std::string& to, std::string_view text) {
  to += std::to_string(text.size());
  to += ':';
  to += text;
}

std::string class_name(const AgentRequirement& requirement) {
  std::string name;
  append_text(name, requirement.type);
  for (const auto* words : {&requirement.labels, &requirement.excluded}) {
    name += '|';
    std::vector<std::string> sorted = *words;
    std::ranges::sort(sorted);
    for (const std::string& word : sorted) append_text(name, word);
  }
  return name;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// What makes two runs mean the same file by the same path.
std::string absolute_pattern(const std::string& folder, const std::string& pattern) {
  return folder.empty() ? pattern : folder + "/" + pattern;
}

}  // namespace

void Scheduler::add_run(const Run& run) {
  RunQueue& queue = runs_[run.id];
  queue.source = run.source;
  queue.max_parallel =
      run.source->options.max_parallel ? run.source->options.max_parallel : run.plan().most_alive();
  for (const ResourceAmount& resource : run.plan().resources) {
    queue.resources[intern_resource(resource.name)] = resource.thousandths;
  }
  refresh_capacities();
  order_tickets(queue, run);

  std::vector<std::uint32_t> lock_numbers;
  for (LockName name : run.graph().lock_names()) {
    if (name.kind != LockKind::kName) {
      name.name = absolute_pattern(run.source->options.plan_folder, name.name);
    }
    lock_numbers.push_back(locks_.intern(name));
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
    occupy({run.id, TicketIndex{i}}, ticket.worker);
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
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t rank = run.graph().rank(TicketIndex{i});
    queue.rank_of[i] = rank;
    queue.ticket_at[rank] = TicketIndex{i};
    queue.priority_at[rank] = run.ticket(TicketIndex{i}).priority;
  }
  for (std::size_t rank = count; rank-- > 1;) {
    queue.priority_at[rank - 1] = std::min(queue.priority_at[rank - 1], queue.priority_at[rank]);
  }
}

Scheduler::Bucket Scheduler::describe(RunQueue& queue, const Run& run, TicketIndex ticket,
                                      const std::vector<std::uint32_t>& lock_numbers) {
  Bucket bucket;
  const Ticket& definition = run.ticket(ticket);
  AgentRequirement requirement = definition.agent;
  for (const AgentType& type : run.source->options.agent_types) {
    if (type.name != requirement.type) continue;
    for (const std::string& label : type.labels) {
      if (!contains(requirement.labels, label)) requirement.labels.push_back(label);
    }
  }
  bucket.pool = intern_pool(queue, run.id, intern_class(requirement));
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

Scheduler::ClassId Scheduler::intern_class(const AgentRequirement& requirement) {
  const auto [known, added] =
      class_numbers_.try_emplace(class_name(requirement), static_cast<ClassId>(classes_.size()));
  if (!added) return known->second;
  const ClassId id = known->second;
  classes_.push_back(AgentClass{requirement, {}, {}});
  for (auto& [number, worker] : workers_) {
    index_worker(worker, false);
    worker.serves.push_back(matches(requirement, worker.offer));
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

bool Scheduler::matches(const AgentRequirement& requirement, const WorkerOffer& offer) const {
  if (!requirement.type.empty() && !offer.every_type && !contains(offer.types, requirement.type)) {
    return false;
  }
  if (contains(requirement.excluded, offer.name)) return false;
  return std::ranges::all_of(
      requirement.labels, [&](const std::string& label) { return contains(offer.labels, label); });
}

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
    worker.serves.push_back(matches(agents.requirement, offer));
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

std::vector<std::pair<AttemptRef, WorkerId>> Scheduler::recalls() {
  std::uint32_t idle = 0;
  for (const auto& [id, worker] : workers_) {
    if (worker.open && worker.held < worker.offer.slots) idle += worker.offer.slots - worker.held;
  }
  std::vector<std::pair<AttemptRef, WorkerId>> recalled;
  for (auto& [id, worker] : workers_) {
    const std::size_t coming = worker.offer.slots + worker.recalled.size();
    std::size_t beyond = worker.held > coming ? worker.held - coming : 0;
    for (auto last = worker.not_started.rbegin();
         last != worker.not_started.rend() && beyond > 0 && idle > 0; ++last) {
      const ClassId wanted = pools_[bucket_of(*last).pool].agent_class;
      if (classes_[wanted].free.empty() || worker.recalled.contains(*last)) continue;
      worker.recalled.insert(*last);
      recalled.emplace_back(*last, id);
      --beyond;
      --idle;
    }
  }
  return recalled;
}

std::vector<std::pair<AttemptRef, WorkerId>> Scheduler::not_started(RunId run) const {
  std::vector<std::pair<AttemptRef, WorkerId>> found;
  for (const auto& [id, worker] : workers_) {
    for (const AttemptRef& ticket : worker.not_started) {
      if (ticket.run == run) found.emplace_back(ticket, id);
    }
  }
  return found;
}

// ---- Questions

const Scheduler::Bucket& Scheduler::bucket_of(AttemptRef ticket) const {
  return buckets_[runs_.at(ticket.run).bucket_of[ticket.ticket.index()]];
}

Hindrance Scheduler::hindrance(AttemptRef ticket) const {
  using Kind = Hindrance::Kind;
  const RunQueue& run = runs_.at(ticket.run);
  if (!run.open) return {Kind::kRunNotOpen, ""};
  std::string missing;
  if (!servable(ticket, &missing)) return {Kind::kNoAgent, missing};
  const Bucket& bucket = bucket_of(ticket);
  if (const auto lock = locks_.blocker(bucket.locks)) return {Kind::kLock, locks_.name(*lock).name};
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
  const AgentRequirement& requirement = classes_[wanted].requirement;
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
  *why = requirement.type.empty() ? "" : "type " + requirement.type;
  for (const std::string& label : requirement.labels) {
    *why += (why->empty() ? "label " : ", label ") + label;
  }
  if (why->empty()) *why = "an agent";
  return false;
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

bool Scheduler::holds_conflicting_lock(AttemptRef holder, AttemptRef waiter) const {
  for (const LockUse held : bucket_of(holder).locks) {
    for (const LockUse wanted : bucket_of(waiter).locks) {
      if (locks_.conflict(held, wanted)) return true;
    }
  }
  return false;
}

}  // namespace headway
