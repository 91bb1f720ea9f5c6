#include "coordinator/planner/simulate_schedule.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <utility>

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

/// What keeps a ticket from starting: a lock that is held, or more of a resource than is free.
struct Obstacle {
  std::string resource;  ///< empty: a lock
  std::int64_t amount = 0;
  std::uint32_t lock = 0;
  friend auto operator<=>(const Obstacle&, const Obstacle&) = default;
};

/// One simulation. A ticket that could start but for a lock or a resource is set aside with what it
/// waits for. When that is given back the first of those is looked at, and the next only when there
/// is still something left for it: ten thousand tickets that want one lock are not tried ten
/// thousand times each.
class Simulation {
 public:
  Simulation(const Plan& plan, const PlanGraph& graph, const SimulationOptions& options)
      : plan_(plan),
        graph_(graph),
        unmet_(graph.size(), 0),
        chosen_(graph.size(), true),
        woken_from_(graph.size()) {
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
      const std::pair<std::uint32_t, TicketIndex> place = *next;
      const TicketIndex ticket = place.second;
      ready_.erase(next);
      const std::optional<Obstacle> woken_from =
          std::exchange(woken_from_[ticket.index()], std::nullopt);
      std::optional<Obstacle> obstacle = obstacle_of(ticket);
      if (obstacle) {
        aside_[std::move(*obstacle)].insert(place);
      } else {
        start(ticket);
      }
      if (woken_from && is_open(*woken_from)) wake(*woken_from, {place.first + 1, {}});
      next = ready_.upper_bound(place);
    }
  }

  /// Whether the next of those that wait for this may be able to start.
  [[nodiscard]] bool is_open(const Obstacle& obstacle) const {
    if (obstacle.resource.empty()) return !locks_.is_written(obstacle.lock);
    return free_.at(obstacle.resource) >= obstacle.amount;
  }

  /// What stands in a ticket's way.
  [[nodiscard]] std::optional<Obstacle> obstacle_of(TicketIndex ticket) const {
    if (const auto lock = locks_.blocker(graph_.locks(ticket))) return Obstacle{{}, 0, *lock};
    for (const ResourceAmount& amount : plan_.tickets[ticket.index()].resources) {
      const auto free = free_.find(amount.name);
      if (free != free_.end() && free->second < amount.thousandths) {
        return Obstacle{amount.name, amount.thousandths, 0};
      }
    }
    return std::nullopt;
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
    for (const LockUse use : graph_.locks(ended.ticket)) wake({{}, 0, use.lock});
    for (const ResourceAmount& amount : plan_.tickets[ended.ticket.index()].resources) {
      const auto free = free_.find(amount.name);
      if (free != free_.end()) free->second += amount.thousandths;
      wake_for(amount.name);
    }
    const std::uint32_t group = graph_.group(ended.ticket);
    if (--left_in_group_[group] == 0) left_in_group_.erase(group);
    for (const Edge edge : graph_.dependents(ended.ticket)) {
      if (edge.kind != EdgeKind::kSoft && chosen_[edge.ticket.index()]) meet(edge.ticket);
    }
  }

  /// Lets the first of those try again that wait for this and come `after` a place in the order.
  void wake(const Obstacle& obstacle, std::pair<std::uint32_t, TicketIndex> after = {}) {
    const auto found = aside_.find(obstacle);
    if (found == aside_.end()) return;
    const auto next = found->second.lower_bound(after);
    if (next == found->second.end()) return;
    woken_from_[next->second.index()] = obstacle;
    ready_.insert(*next);
    found->second.erase(next);
    if (found->second.empty()) aside_.erase(found);
  }

  /// The same for each amount of a resource that somebody waits for.
  void wake_for(const std::string& resource) {
    std::vector<Obstacle> wanted;
    for (auto at = aside_.lower_bound({resource, 0, 0});
         at != aside_.end() && at->first.resource == resource; ++at) {
      wanted.push_back(at->first);
    }
    for (const Obstacle& obstacle : wanted) wake(obstacle);
  }

  const Plan& plan_;
  const PlanGraph& graph_;
  LockTable locks_;  ///< its numbers are the graph's: all names are interned in their order
  std::uint32_t limit_ = 1;
  std::size_t wanted_ = 0;
  std::vector<std::uint32_t> unmet_;  ///< dependencies that have not ended, and a closed barrier
  std::vector<bool> chosen_;
  std::set<std::pair<std::uint32_t, TicketIndex>> ready_;  ///< by rank
  std::map<Obstacle, std::set<std::pair<std::uint32_t, TicketIndex>>> aside_;
  std::vector<std::optional<Obstacle>> woken_from_;  ///< of tickets that try again: what for
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
