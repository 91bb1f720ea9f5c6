#include "coordinator/planner/model/schedule.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

#include "common/base/check.h"

namespace headway::planner {

namespace {

/// Hands out the agents of one pool in the order of starts, always the idle one that comes first.
class Pool {
 public:
  explicit Pool(const AgentSet& agents) : idle_(agents.begin(), agents.end()) {
    HW_CHECK(!agents.empty(), "a pool has no agents");
    first_ = agents.front();
  }

  std::uint32_t take(Ticks start, Ticks finish) {
    while (!busy_.empty() && busy_.top().first <= start) {
      idle_.push(busy_.top().second);
      busy_.pop();
    }
    // Takes no time: anybody's name will do.
    if (start == finish) return idle_.empty() ? first_ : idle_.top();
    HW_CHECK(!idle_.empty(), "a schedule has more tickets alive than agents");
    const std::uint32_t agent = idle_.top();
    idle_.pop();
    busy_.emplace(finish, agent);
    return agent;
  }

 private:
  using Busy = std::pair<Ticks, std::uint32_t>;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> idle_;
  std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy_;
  std::uint32_t first_ = 0;
};

}  // namespace

std::vector<ScheduledTicket> scheduled_tickets(const Problem& problem, const Schedule& schedule) {
  HW_CHECK(schedule.starts.size() == problem.size(), "the schedule is of another problem");
  std::vector<std::uint32_t> by_start(problem.ticket_count);
  std::iota(by_start.begin(), by_start.end(), 0U);
  std::sort(by_start.begin(), by_start.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(schedule.starts[a], a) < std::pair(schedule.starts[b], b);
  });
  std::vector<Pool> pools;
  pools.reserve(problem.agent_sets.size());
  for (const AgentSet& set : problem.agent_sets) pools.emplace_back(set);

  std::vector<ScheduledTicket> tickets;
  tickets.reserve(by_start.size());
  for (const std::uint32_t activity : by_start) {
    const Ticks start = schedule.starts[activity];
    const Ticks finish = start + problem.durations[activity];
    const std::uint32_t set = problem.agent_set_of[activity];
    HW_CHECK(set != kNoNumber, "a ticket needs no agent");
    std::uint32_t agent = schedule.agents[activity];
    if (!problem.chooses_agent(activity)) agent = pools[set].take(start, finish);
    tickets.push_back({TicketIndex{activity}, agent, problem.time(start), problem.time(finish)});
  }
  return tickets;
}

}  // namespace headway::planner
