#include <algorithm>
#include <map>
#include <utility>

#include "coordinator/planner/bounds/workload.h"

namespace headway::planner {

namespace {

class WorkloadMaker {
 public:
  WorkloadMaker(const Problem& problem, const Chains& chains)
      : problem_(problem), chains_(chains) {}

  std::vector<Workload> make() {
    add_resources();
    add_agent_sets();
    return std::move(loads_);
  }

 private:
  [[nodiscard]] WorkItem item(std::uint32_t activity, std::int64_t amount) const {
    return {activity, chains_.heads[activity], problem_.durations[activity],
            chains_.tails[activity], amount};
  }

  void add_resources() {
    std::vector<Workload> loads(problem_.resources.size());
    std::vector<double> asked(problem_.resources.size(), 0);
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      for (const Demand demand : problem_.demands[i]) {
        loads[demand.resource].items.push_back(item(i, demand.amount));
        asked[demand.resource] += static_cast<double>(demand.amount);
      }
    }
    for (std::size_t resource = 0; resource < loads.size(); ++resource) {
      const Resource& what = problem_.resources[resource];
      if (what.coarse || asked[resource] <= static_cast<double>(what.capacity)) continue;
      loads[resource].name = what.name;
      loads[resource].capacity = what.capacity;
      loads_.push_back(std::move(loads[resource]));
    }
  }

  void add_agent_sets() {
    for (std::uint32_t set = 0; set < problem_.agent_sets.size(); ++set) {
      if (problem_.pool_of_set[set] == kNoNumber) asked_.push_back(set);
    }
    if (asked_.empty()) return;
    work_.assign(problem_.agent_sets.size(), 0);
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      if (problem_.chooses_agent(i)) {
        work_[problem_.agent_set_of[i]] += static_cast<double>(problem_.durations[i]);
      }
    }
    for (const std::uint32_t first : asked_) grow(problem_.agent_sets[first]);
    std::vector<std::pair<double, AgentSet>> best;
    best.reserve(found_.size());
    for (auto& [agents, share] : found_) best.emplace_back(-share, agents);
    std::stable_sort(best.begin(), best.end());
    if (best.size() > kMostAgentSets) best.resize(kMostAgentSets);
    for (const auto& [share, agents] : best) add_load(agents);
  }

  [[nodiscard]] double work_within(const AgentSet& agents) const {
    double work = 0;
    for (const std::uint32_t set : asked_) {
      const AgentSet& wanted = problem_.agent_sets[set];
      if (std::includes(agents.begin(), agents.end(), wanted.begin(), wanted.end())) {
        work += work_[set];
      }
    }
    return work;
  }

  /// Notes `agents` and what it grows to. Stops where another start has been before.
  void grow(AgentSet agents) {
    while (found_.size() < kMostTried) {
      const double share = work_within(agents) / static_cast<double>(agents.size());
      if (!found_.emplace(agents, share).second) return;
      AgentSet best;
      double best_share = -1;
      for (const std::uint32_t set : asked_) {
        AgentSet larger;
        const AgentSet& added = problem_.agent_sets[set];
        std::set_union(agents.begin(), agents.end(), added.begin(), added.end(),
                       std::back_inserter(larger));
        if (larger.size() == agents.size()) continue;
        const double of_larger = work_within(larger) / static_cast<double>(larger.size());
        if (of_larger > best_share) {
          best_share = of_larger;
          best = std::move(larger);
        }
      }
      if (best.empty()) return;
      agents = std::move(best);
    }
  }

  void add_load(const AgentSet& agents) {
    Workload load;
    load.name = agents.size() == problem_.agent_count ? "all agents" : "some of the agents";
    load.capacity = static_cast<std::int64_t>(agents.size());
    std::vector<bool> is_within(problem_.agent_sets.size(), false);
    for (const std::uint32_t set : asked_) {
      const AgentSet& wanted = problem_.agent_sets[set];
      is_within[set] = std::includes(agents.begin(), agents.end(), wanted.begin(), wanted.end());
    }
    for (std::uint32_t i = 0; i < problem_.size(); ++i) {
      if (problem_.chooses_agent(i) && is_within[problem_.agent_set_of[i]]) {
        load.items.push_back(item(i, 1));
      }
    }
    if (!load.items.empty()) loads_.push_back(std::move(load));
  }

  /// Sets looked at in all; each costs the square of the number of sets asked for.
  static constexpr std::size_t kMostTried = 2000;

  const Problem& problem_;
  const Chains& chains_;
  std::vector<Workload> loads_;
  std::vector<std::uint32_t> asked_;  ///< sets that are not pools
  std::vector<double> work_;          ///< of the activities that ask for each set
  std::map<AgentSet, double> found_;
};

}  // namespace

std::vector<Workload> workloads(const Problem& problem, const Chains& chains) {
  return WorkloadMaker(problem, chains).make();
}

}  // namespace headway::planner
