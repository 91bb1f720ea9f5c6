#include "coordinator/planner/simulate_schedule.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <queue>
#include <set>
#include <utility>

#include "common/base/check.h"
#include "coordinator/forecast/simulation.h"
#include "coordinator/forecast/simulation_setup.h"

namespace headway {

namespace {

/// Lets every ticket take as long as its estimate says, and writes down what runs when, each on the
/// idle agent with the smallest number.
class AsEstimated : public Fate {
 public:
  AsEstimated(const Plan& plan, std::uint32_t agents) : plan_(plan) {
    for (std::uint32_t agent = 1; agent <= agents; ++agent) idle_.insert(agent);
  }

  SimulatedAttempt attempt(TicketIndex ticket, std::uint32_t /*number*/, Duration now) override {
    for (; !alive_.empty() && alive_.top().first <= now; alive_.pop()) {
      idle_.insert(alive_.top().second);
    }
    const std::uint32_t agent = *idle_.begin();
    idle_.erase(idle_.begin());
    const auto& estimate = plan_.tickets[ticket.index()].estimate;
    const Duration takes = std::max(estimate.value_or(kDefaultEstimate), Duration::zero());
    const Duration finish = add_saturating(now, takes);
    schedule_.tickets.push_back({ticket, agent, now, finish});
    schedule_.sequential = add_saturating(schedule_.sequential, takes);
    if (!estimate) ++schedule_.without_estimate;
    alive_.emplace(finish, agent);
    schedule_.most_alive =
        std::max(schedule_.most_alive, static_cast<std::uint32_t>(alive_.size()));
    return {takes, SimulatedAttempt::End::kSucceeded, {}};
  }

  SimulatedSchedule take_schedule() { return std::move(schedule_); }

 private:
  const Plan& plan_;
  std::set<std::uint32_t> idle_;
  using Ending = std::pair<Duration, std::uint32_t>;  ///< when, and on which agent
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> alive_;
  SimulatedSchedule schedule_;
};

/// A run that has not begun, on agents that can all do everything. What its groups need from others
/// counts as done.
Situation fresh_situation(const Plan& plan, const PlanGraph& graph,
                          const SimulationOptions& options, std::uint32_t agents) {
  Situation situation;
  situation.plan = std::shared_ptr<const Plan>(std::shared_ptr<void>{}, &plan);
  situation.graph = std::shared_ptr<const PlanGraph>(std::shared_ptr<void>{}, &graph);
  situation.tickets.resize(graph.size());
  for (const ResourceAmount& counted : plan.resources) {
    situation.resources[counted.name] = counted.thousandths;
  }
  situation.workforce.able = agents;
  for (std::uint32_t i = 0; !options.groups.empty() && i < graph.size(); ++i) {
    const std::uint32_t group = graph.group(TicketIndex{i}) + 1;
    if (std::ranges::find(options.groups, group) == options.groups.end()) {
      situation.tickets[i].standing = Standing::kSatisfied;
    }
  }
  return situation;
}

}  // namespace

SimulatedSchedule simulate_schedule(const Plan& plan, const PlanGraph& graph,
                                    const SimulationOptions& options) {
  HW_CHECK(plan.tickets.size() == graph.size(), "the graph is of another plan");
  std::uint32_t agents = std::max(1U, options.agents);
  const auto limit = options.max_parallel ? options.max_parallel : plan.most_alive();
  if (limit) agents = std::min(agents, static_cast<std::uint32_t>(std::max(1, *limit)));
  const Situation situation = fresh_situation(plan, graph, options, agents);
  const SimulationSetup setup(situation);
  AsEstimated fate(plan, agents);
  const Simulation::Outcome outcome = Simulation(setup).play(fate);
  HW_CHECK(outcome.stuck == 0, "the simulation of a valid plan got stuck");
  SimulatedSchedule schedule = fate.take_schedule();
  schedule.total = outcome.finish;
  return schedule;
}

}  // namespace headway
