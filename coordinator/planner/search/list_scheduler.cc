#include "coordinator/planner/search/list_scheduler.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/check.h"

namespace headway::planner {

ListScheduler::ListScheduler(const Problem& problem) : problem_(problem) {
  number_kinds();
  number_agents();
}

void ListScheduler::number_kinds() {
  const std::uint32_t size = problem_.size();
  std::vector<std::uint32_t> sorted(size);
  std::iota(sorted.begin(), sorted.end(), 0U);
  const auto set_of = [&](std::uint32_t i) {
    return problem_.chooses_agent(i) ? problem_.agent_set_of[i] : kNoNumber;
  };
  const auto compare = [&](std::uint32_t a, std::uint32_t b) {
    if (set_of(a) != set_of(b)) return set_of(a) < set_of(b) ? -1 : 1;
    const auto of_a = problem_.demands[a];
    const auto of_b = problem_.demands[b];
    if (of_a.size() != of_b.size()) return of_a.size() < of_b.size() ? -1 : 1;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
      const std::pair x(of_a[i].resource, of_a[i].amount);
      const std::pair y(of_b[i].resource, of_b[i].amount);
      if (x != y) return x < y ? -1 : 1;
    }
    return 0;
  };
  std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = compare(a, b);
    return order != 0 ? order < 0 : a < b;
  });
  kinds_.assign(size, 0);
  for (std::uint32_t i = 0; i < size; ++i) {
    if (i > 0 && compare(sorted[i - 1], sorted[i]) != 0) ++kind_count_;
    kinds_[sorted[i]] = kind_count_;
  }
  if (size > 0) ++kind_count_;
}

void ListScheduler::number_agents() {
  std::vector<double> wanted(problem_.agent_count, 0);
  std::vector<std::vector<std::uint32_t>> sets(problem_.agent_count);
  for (std::uint32_t set = 0; set < problem_.agent_sets.size(); ++set) {
    if (problem_.pool_of_set[set] != kNoNumber) continue;
    for (const std::uint32_t agent : problem_.agent_sets[set]) sets[agent].push_back(set);
  }
  std::vector<double> work(problem_.agent_sets.size(), 0);
  for (std::uint32_t i = 0; i < problem_.size(); ++i) {
    if (problem_.chooses_agent(i)) {
      work[problem_.agent_set_of[i]] += static_cast<double>(problem_.durations[i]);
    }
  }
  for (std::uint32_t agent = 0; agent < problem_.agent_count; ++agent) {
    for (const std::uint32_t set : sets[agent]) {
      wanted[agent] += work[set] / static_cast<double>(problem_.agent_sets[set].size());
      sets_of_agent_.values.push_back(set);
    }
    sets_of_agent_.end_row();
  }
  std::vector<std::uint32_t> sorted(problem_.agent_count);
  std::iota(sorted.begin(), sorted.end(), 0U);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return wanted[a] < wanted[b]; });
  std::vector<std::uint32_t> place(problem_.agent_count);
  for (std::uint32_t i = 0; i < sorted.size(); ++i) place[sorted[i]] = i;
  sets_ = problem_.agent_sets;
  for (AgentSet& set : sets_) {
    std::sort(set.begin(), set.end(),
              [&](std::uint32_t a, std::uint32_t b) { return place[a] < place[b]; });
  }
}

void ListScheduler::reset(const Rows<std::uint32_t>& before) {
  now_ = 0;
  free_.clear();
  for (const Resource& resource : problem_.resources) free_.push_back(resource.capacity);
  const std::size_t sets = problem_.agent_sets.size();
  idle_count_.assign(sets, 0);
  is_busy_.assign(problem_.agent_count, false);
  for (std::uint32_t agent = 0; agent < problem_.agent_count; ++agent) {
    for (const std::uint32_t set : sets_of_agent_[agent]) {
      ++idle_count_[set];
    }
  }
  waiting_for_.resize(problem_.size());
  ready_.assign(kind_count_, {});
  is_queued_.assign(kind_count_, false);
  woken_from_.assign(kind_count_, kNoNumber);
  lacking_.assign(problem_.resources.size() + sets, {});
  is_back_.assign(lacking_.size(), false);
  for (std::uint32_t i = 0; i < problem_.size(); ++i) {
    waiting_for_[i] = static_cast<std::uint32_t>(before[i].size());
  }
  for (std::uint32_t i = 0; i < problem_.size(); ++i) {
    if (waiting_for_[i] == 0) make_ready(i);
  }
}

void ListScheduler::make_ready(std::uint32_t activity) {
  const std::uint32_t kind = kinds_[activity];
  const std::uint32_t rank = ranks_[activity];
  RankHeap& ready = ready_[kind];
  // A kind that waits under a later rank than its new first one may keep its place: it is only
  // looked at a little later than it could be.
  ready.emplace(rank, activity);
  if (!is_queued_[kind]) {
    is_queued_[kind] = true;
    open_.emplace(rank, kind);
  }
}

std::uint32_t ListScheduler::lacking(std::uint32_t activity) const {
  for (const Demand demand : problem_.demands[activity]) {
    if (free_[demand.resource] < demand.amount) return demand.resource;
  }
  if (problem_.chooses_agent(activity) && idle_count_[problem_.agent_set_of[activity]] == 0) {
    return static_cast<std::uint32_t>(problem_.resources.size()) + problem_.agent_set_of[activity];
  }
  return kNoNumber;
}

void ListScheduler::start(std::uint32_t activity, std::span<Ticks> starts,
                          std::span<std::uint32_t> agents) {
  starts[activity] = now_;
  for (const Demand demand : problem_.demands[activity]) free_[demand.resource] -= demand.amount;
  agents[activity] = kNoNumber;
  if (problem_.chooses_agent(activity)) {
    const AgentSet& set = sets_[problem_.agent_set_of[activity]];
    const std::uint32_t agent =
        *std::find_if(set.begin(), set.end(), [&](std::uint32_t one) { return !is_busy_[one]; });
    is_busy_[agent] = true;
    agents[activity] = agent;
    for (const std::uint32_t of : sets_of_agent_[agent]) --idle_count_[of];
  }
  alive_.push({now_ + problem_.durations[activity], activity});
}

void ListScheduler::come_back(std::uint32_t thing) {
  if (is_back_[thing] || lacking_[thing].empty()) return;
  is_back_[thing] = true;
  back_.push_back(thing);
}

void ListScheduler::end(std::uint32_t activity, std::span<const std::uint32_t> agents,
                        const Rows<std::uint32_t>& after) {
  for (const Demand demand : problem_.demands[activity]) {
    free_[demand.resource] += demand.amount;
    come_back(demand.resource);
  }
  if (const std::uint32_t agent = agents[activity]; agent != kNoNumber) {
    is_busy_[agent] = false;
    for (const std::uint32_t set : sets_of_agent_[agent]) {
      ++idle_count_[set];
      come_back(static_cast<std::uint32_t>(problem_.resources.size()) + set);
    }
  }
  for (const std::uint32_t next : after[activity]) {
    if (--waiting_for_[next] == 0) make_ready(next);
  }
}

void ListScheduler::wake() {
  std::vector<std::uint32_t> things;
  things.swap(back_);
  for (const std::uint32_t thing : things) {
    is_back_[thing] = false;
    RankHeap& kinds = lacking_[thing];
    for (std::size_t i = 0; i < kWoken && !kinds.empty(); ++i) {
      woken_from_[kinds.top().second] = thing;
      open_.push(kinds.top());
      kinds.pop();
    }
  }
}

void ListScheduler::start_what_can(std::span<Ticks> starts, std::span<std::uint32_t> agents) {
  wake();
  while (!open_.empty()) {
    const std::uint32_t kind = open_.top().second;
    open_.pop();
    RankHeap& ready = ready_[kind];
    const auto [rank, activity] = ready.top();
    const std::uint32_t lack = lacking(activity);
    const std::uint32_t from = std::exchange(woken_from_[kind], kNoNumber);
    if (lack != kNoNumber) lacking_[lack].emplace(rank, kind);
    if (from != kNoNumber && from != lack) come_back(from);
    if (lack == kNoNumber) {
      start(activity, starts, agents);
      ready.pop();
      is_queued_[kind] = !ready.empty();
      if (!ready.empty()) open_.emplace(ready.top().first, kind);
    }
    if (open_.empty()) wake();
  }
}

Ticks ListScheduler::schedule(std::span<const std::uint32_t> ranks, Direction direction,
                              std::span<Ticks> starts, std::span<std::uint32_t> agents) {
  HW_CHECK(ranks.size() == problem_.size(), "a ranking of another problem");
  const bool forward = direction == Direction::kForward;
  const Rows<std::uint32_t>& after = forward ? problem_.successors : problem_.predecessors;
  ranks_ = ranks;
  reset(forward ? problem_.predecessors : problem_.successors);
  start_what_can(starts, agents);
  std::size_t ended = 0;
  while (!alive_.empty()) {
    now_ = alive_.top().when;
    while (!alive_.empty() && alive_.top().when == now_) {
      const std::uint32_t activity = alive_.top().activity;
      alive_.pop();
      end(activity, agents, after);
      ++ended;
    }
    start_what_can(starts, agents);
  }
  HW_CHECK(ended == problem_.size(), "list scheduling got stuck");
  return now_;
}

}  // namespace headway::planner
