#include "coordinator/planner/simulate_schedule.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <tuple>

#include "common/base/check.h"
#include "coordinator/core/lock_table.h"

namespace headway {

namespace {

constexpr Duration kNever = Duration::max();

Duration add_saturating(Duration a, Duration b) { return a > kNever - b ? kNever : a + b; }

/// A ticket that is alive, the one that ends first on top.
struct Alive {
  Duration finish{};
  std::uint32_t agent = 0;
  TicketIndex ticket;
  friend bool operator>(const Alive& a, const Alive& b) {
    return std::tie(a.finish, a.agent) > std::tie(b.finish, b.agent);
  }
};

/// One simulation. A ticket that could start but for a lock or a resource is set aside with what it
/// waits for, and looked at again only when that is given back: a thousand tickets that want one
/// lock are not tried a thousand times each.
class Simulation {
 public:
  Simulation(const Plan& plan, const PlanGraph& graph, const SimulationOptions& options)
      : plan_(plan), graph_(graph), unmet_(graph.size(), 0), chosen_(graph.size(), true) {
    const std::int32_t limit = options.max_parallel.value_or(
        plan.most_alive().value_or(std::numeric_limits<std::int32_t>::max()));
    limit_ = std::min<std::uint32_t>(std::max(1U, options.agents),
                                     static_cast<std::uint32_t>(std::max(1, limit)));
    for (std::uint32_t agent = 1; agent <= limit_; ++agent) idle_.insert(agent);
    for (const ResourceAmount& capacity : plan.resources)
      free_[capacity.name] = capacity.thousandths;
    for (std::uint32_t i = 0; i < graph.lock_names().size(); ++i) {
      HW_CHECK(locks_.intern(graph.lock_names()[i]) == i, "two locks of a plan have one name");
    }
    choose(options.groups);
    count_unmet();
  }

  SimulatedSchedule run() {
    open_groups();
    start_what_can();
    while (!alive_.empty()) {
      now_ = alive_.top().finish;
      while (!alive_.empty() && alive_.top().finish == now_) {
        const Alive ended = alive_.top();
        alive_.pop();
        end(ended);
      }
      open_groups();
      start_what_can();
    }
    HW_CHECK(schedule_.tickets.size() == wanted_, "the simulation of a valid plan got stuck");
    schedule_.total = now_;
    return std::move(schedule_);
  }

 private:
  void choose(const std::vector<std::uint32_t>& groups) {
    if (groups.empty()) {
      wanted_ = graph_.size();
      return;
    }
    for (std::uint32_t i = 0; i < graph_.size(); ++i) {
      const std::uint32_t group = graph_.group(TicketIndex{i}) + 1;
      chosen_[i] = std::find(groups.begin(), groups.end(), group) != groups.end();
      if (chosen_[i]) ++wanted_;
    }
  }

  void count_unmet() {
    for (std::uint32_t i = 0; i < graph_.size(); ++i) {
      if (!chosen_[i]) continue;
      for (const Edge edge : graph_.dependencies(TicketIndex{i})) {
        if (edge.kind != EdgeKind::kSoft && chosen_[edge.ticket.index()]) ++unmet_[i];
      }
      ++left_in_group_[graph_.group(TicketIndex{i})];
      if (plan_.barriers) {
        ++unmet_[i];
        behind_barrier_[graph_.group(TicketIndex{i})].push_back(TicketIndex{i});
      } else if (unmet_[i] == 0) {
        make_ready(TicketIndex{i});
      }
    }
  }

  /// With barriers: lets the first group that is not finished begin.
  void open_groups() {
    while (!behind_barrier_.empty()) {
      const auto first = behind_barrier_.begin();
      const auto unfinished = left_in_group_.begin();
      if (unfinished->first < first->first) return;
      for (const TicketIndex ticket : first->second) meet(ticket);
      behind_barrier_.erase(first);
    }
  }

  void make_ready(TicketIndex ticket) { ready_.emplace(graph_.rank(ticket), ticket); }

  void meet(TicketIndex ticket) {
    if (--unmet_[ticket.index()] == 0) make_ready(ticket);
  }

  void start_what_can() {
    for (auto next = ready_.begin(); next != ready_.end() && !idle_.empty();) {
      const TicketIndex ticket = next->second;
      next = ready_.erase(next);
      if (const auto lock = locks_.blocker(graph_.locks(ticket))) {
        behind_lock_[*lock].push_back(ticket);
      } else if (const std::string* resource = missing_resource(ticket)) {
        behind_resource_[*resource].push_back(ticket);
      } else {
        start(ticket);
      }
    }
  }

  const std::string* missing_resource(TicketIndex ticket) const {
    for (const ResourceAmount& amount : plan_.tickets[ticket.index()].resources) {
      const auto free = free_.find(amount.name);
      if (free != free_.end() && free->second < amount.thousandths) return &amount.name;
    }
    return nullptr;
  }

  void start(TicketIndex ticket) {
    const Ticket& what = plan_.tickets[ticket.index()];
    const std::uint32_t agent = *idle_.begin();
    idle_.erase(idle_.begin());
    locks_.take(graph_.locks(ticket));
    for (const ResourceAmount& amount : what.resources) {
      const auto free = free_.find(amount.name);
      if (free != free_.end()) free->second -= amount.thousandths;
    }
    const Duration takes = std::max(what.estimate.value_or(kDefaultEstimate), Duration::zero());
    const Duration finish = add_saturating(now_, takes);
    alive_.push({finish, agent, ticket});
    schedule_.tickets.push_back({ticket, agent, now_, finish});
    schedule_.sequential = add_saturating(schedule_.sequential, takes);
    if (!what.estimate) ++schedule_.without_estimate;
    schedule_.most_alive =
        std::max(schedule_.most_alive, static_cast<std::uint32_t>(alive_.size()));
  }

  void end(const Alive& ended) {
    idle_.insert(ended.agent);
    locks_.release(graph_.locks(ended.ticket));
    for (const LockUse use : graph_.locks(ended.ticket)) wake(behind_lock_, use.lock);
    for (const ResourceAmount& amount : plan_.tickets[ended.ticket.index()].resources) {
      const auto free = free_.find(amount.name);
      if (free != free_.end()) free->second += amount.thousandths;
      wake(behind_resource_, amount.name);
    }
    const std::uint32_t group = graph_.group(ended.ticket);
    if (--left_in_group_[group] == 0) left_in_group_.erase(group);
    for (const Edge edge : graph_.dependents(ended.ticket)) {
      if (edge.kind != EdgeKind::kSoft && chosen_[edge.ticket.index()]) meet(edge.ticket);
    }
  }

  template <class Key>
  void wake(std::map<Key, std::vector<TicketIndex>>& aside, const Key& key) {
    const auto found = aside.find(key);
    if (found == aside.end()) return;
    for (const TicketIndex ticket : found->second) make_ready(ticket);
    aside.erase(found);
  }

  const Plan& plan_;
  const PlanGraph& graph_;
  LockTable locks_;  ///< its numbers are the graph's: all names are interned in their order
  std::uint32_t limit_ = 1;
  std::size_t wanted_ = 0;
  std::vector<std::uint32_t> unmet_;  ///< dependencies that have not ended, and a closed barrier
  std::vector<bool> chosen_;
  std::set<std::pair<std::uint32_t, TicketIndex>> ready_;  ///< by rank
  std::map<std::uint32_t, std::vector<TicketIndex>> behind_lock_;
  std::map<std::string, std::vector<TicketIndex>> behind_resource_;
  std::map<std::uint32_t, std::vector<TicketIndex>> behind_barrier_;  ///< by group
  std::map<std::uint32_t, std::uint32_t> left_in_group_;
  std::map<std::string, std::int64_t> free_;
  std::set<std::uint32_t> idle_;
  std::priority_queue<Alive, std::vector<Alive>, std::greater<>> alive_;
  Duration now_{};
  SimulatedSchedule schedule_;
};

}  // namespace

SimulatedSchedule simulate_schedule(const Plan& plan, const PlanGraph& graph,
                                    const SimulationOptions& options) {
  HW_CHECK(plan.tickets.size() == graph.size(), "the graph is of another plan");
  return Simulation(plan, graph, options).run();
}

}  // namespace headway
