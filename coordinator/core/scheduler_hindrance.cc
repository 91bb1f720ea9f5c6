#include <algorithm>

#include "coordinator/core/scheduler.h"
#include "coordinator/core/spoken.h"

/// What others ask the scheduler: why a ticket waits, and whether anybody could ever run it.

namespace headway {

Hindrance Scheduler::hindrance(AttemptRef ticket) const {
  using Kind = Hindrance::Kind;
  const RunQueue& run = runs_.at(ticket.run);
  if (!run.open) return {Kind::kRunNotOpen, ""};
  std::string missing;
  if (!servable(ticket, &missing)) return {Kind::kNoAgent, missing};
  const Bucket& bucket = bucket_of(ticket);
  if (const auto found = found_wanting(bucket)) return *found;
  if (run.full()) return {Kind::kLimit, ""};
  if (classes_[pools_[bucket.pool].agent_class].free.empty()) return {Kind::kAgentsBusy, ""};
  return {};
}

/// What it is parked for, if that is still wanting; none: it has not been looked at since the limit
/// or the agents stopped the pass before it.
std::optional<Hindrance> Scheduler::found_wanting(const Bucket& bucket) const {
  using Kind = Hindrance::Kind;
  if (bucket.place != Bucket::Place::kParked) return std::nullopt;
  switch (bucket.queue.kind) {
    case QueueId::Kind::kLock:
      if (!is_kept(bucket.queue.number)) break;
      return Hindrance{Kind::kLock, locks_.name(bucket.queue.number).name};
    case QueueId::Kind::kResource:
      if (const auto resource = short_of(bucket.cluster)) {
        return Hindrance{Kind::kResource, resources_[*resource].name};
      }
      break;
    case QueueId::Kind::kRoom:
      if (classes_[bucket.queue.number].free.empty()) break;
      return Hindrance{Kind::kRoom, ""};
    case QueueId::Kind::kClaim:
      if (!denied_by_claim(bucket)) break;
      return Hindrance{Kind::kClaim, ""};
    case QueueId::Kind::kHopeless:
      break;
  }
  return std::nullopt;
}

bool Scheduler::servable(AttemptRef ticket, std::string* why) const {
  const Bucket& bucket = bucket_of(ticket);
  for (const auto& [resource, amount] : bucket.cluster) {
    if (amount > resources_[resource].capacity.value_or(0)) {
      if (why != nullptr) {
        *why = too_little(resources_[resource].name, resources_[resource].capacity.value_or(0),
                          amount);
      }
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
    *why = too_little_on(wanted, bucket.per_worker);
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

/// Of what no worker of a class has enough: the first such resource, else that it is all together.
std::string Scheduler::too_little_on(ClassId agents, const Amounts& amounts) const {
  for (const auto& [resource, amount] : amounts) {
    std::optional<std::int64_t> most;
    for (const auto& [id, worker] : workers_) {
      if (!worker.open || !worker.serves[agents]) continue;
      const auto offered = worker.capacity.find(resource);
      if (offered != worker.capacity.end()) most = std::max(most.value_or(0), offered->second);
    }
    if (!most) return "resource " + resources_[resource].name;
    if (*most < amount) return too_little(resources_[resource].name, *most, amount);
  }
  return "enough of its resources on one worker";
}

std::optional<std::string> Scheduler::unfit(AttemptRef ticket, WorkerId worker_id) const {
  const auto found = workers_.find(worker_id);
  if (found == workers_.end() || !found->second.open) return "it takes no tickets now";
  const Worker& worker = found->second;
  const Bucket& bucket = bucket_of(ticket);
  AgentDemand demand = classes_[pools_[bucket.pool].agent_class].demand;
  demand.only = {};
  if (is_excluded(demand, worker.offer)) return "its plan excludes that worker";
  if (!matches(demand, worker.offer)) {
    return "it does not offer " + asked_words(unoffered(demand, worker.offer));
  }
  for (const auto& [resource, amount] : bucket.per_worker) {
    const auto offered = worker.capacity.find(resource);
    const std::string& name = resources_[resource].name;
    if (offered == worker.capacity.end()) return "it does not offer resource " + name;
    if (amount > offered->second) {
      return "it does not offer " + too_little(name, offered->second, amount);
    }
  }
  return std::nullopt;
}

}  // namespace headway
