#include "coordinator/planner/search/network.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "common/base/check.h"

namespace headway::planner {

namespace {

/// A lock with more users than this is worth a lane: its list would be long to search.
constexpr std::size_t kFewUsers = 24;

/// A resource in the smallest numbers that mean the same.
struct Amounts {
  std::int64_t capacity = 0;
  std::int64_t unit = 1;
  std::size_t users = 0;
  bool matters = false;  ///< not all users can run at once
};

std::vector<Amounts> measure(const Problem& problem) {
  std::vector<Amounts> amounts(problem.resources.size());
  std::vector<std::int64_t> units(problem.resources.size(), 0);
  std::vector<double> sums(problem.resources.size(), 0);
  for (const Demand demand : problem.demands.values) {
    units[demand.resource] = std::gcd(units[demand.resource], demand.amount);
    sums[demand.resource] += static_cast<double>(demand.amount);
    ++amounts[demand.resource].users;
  }
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    amounts[i].unit = std::max<std::int64_t>(1, units[i]);
    amounts[i].capacity = problem.resources[i].capacity / amounts[i].unit;
    amounts[i].matters = sums[i] > static_cast<double>(problem.resources[i].capacity) * 0.999999;
  }
  return amounts;
}

/// Gives lanes to resources, the first that fits.
class Lanes {
 public:
  struct Place {
    std::uint32_t word = 0;
    unsigned shift = 0;
    bool given = false;
  };

  Place add(std::int64_t capacity) {
    const auto bits =
        static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(capacity))) + 1;
    std::uint32_t word = 0;
    while (word < used_.size() && used_[word] + bits > 64) ++word;
    if (word == used_.size()) used_.push_back(0);
    const Place place{word, used_[word], true};
    used_[word] += bits;
    return place;
  }
  [[nodiscard]] std::uint32_t words() const { return static_cast<std::uint32_t>(used_.size()); }

 private:
  std::vector<unsigned> used_;
};

void add_resources(const Problem& problem, Network& network) {
  const std::vector<Amounts> amounts = measure(problem);
  std::vector<Lanes::Place> places(amounts.size());
  std::vector<std::uint32_t> lock_numbers(amounts.size(), kNoNumber);
  Lanes lanes;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (!amounts[i].matters) continue;
    if (problem.resources[i].kind == ResourceKind::kLock && amounts[i].users <= kFewUsers) {
      lock_numbers[i] = static_cast<std::uint32_t>(network.lock_capacities.size());
      network.lock_capacities.push_back(problem.resources[i].capacity);
    } else {
      places[i] = lanes.add(amounts[i].capacity);
    }
  }
  network.words = std::max(1U, lanes.words());
  network.full.assign(network.words, 0);
  network.guards.assign(network.words, 0);
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (!places[i].given) continue;
    const auto capacity = static_cast<std::uint64_t>(amounts[i].capacity);
    const std::uint64_t guard = std::uint64_t{1} << static_cast<unsigned>(std::bit_width(capacity));
    network.guards[places[i].word] |= guard << places[i].shift;
    network.full[places[i].word] |= (guard | capacity) << places[i].shift;
  }
  network.demands.assign(std::size_t{network.size} * network.words, 0);
  for (std::uint32_t activity = 0; activity < network.size; ++activity) {
    for (const Demand demand : problem.demands[activity]) {
      const Lanes::Place place = places[demand.resource];
      if (place.given) {
        network.demands[std::size_t{activity} * network.words + place.word] |=
            static_cast<std::uint64_t>(demand.amount / amounts[demand.resource].unit)
            << place.shift;
      } else if (lock_numbers[demand.resource] != kNoNumber) {
        network.lock_uses.values.push_back({lock_numbers[demand.resource], demand.amount});
      }
    }
    network.lock_uses.end_row();
  }
}

/// Agents that fewer tickets compete for come first, so that those whom others need stay idle.
void add_agents(const Problem& problem, Network& network) {
  std::vector<double> wanted(problem.agent_count, 0);
  bool any = false;
  for (std::uint32_t i = 0; i < network.size; ++i) {
    if (!problem.chooses_agent(i)) continue;
    any = true;
    const AgentSet& set = problem.agent_sets[problem.agent_set_of[i]];
    for (const std::uint32_t agent : set) {
      wanted[agent] += static_cast<double>(network.durations[i]) / static_cast<double>(set.size());
    }
  }
  if (!any) return;
  network.agent_words = (problem.agent_count + 63) / 64;
  network.agent_of_bit.resize(problem.agent_count);
  std::iota(network.agent_of_bit.begin(), network.agent_of_bit.end(), 0U);
  std::stable_sort(network.agent_of_bit.begin(), network.agent_of_bit.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return wanted[a] < wanted[b]; });
  network.bit_of_agent.resize(problem.agent_count);
  for (std::uint32_t bit = 0; bit < problem.agent_count; ++bit) {
    network.bit_of_agent[network.agent_of_bit[bit]] = bit;
  }
  network.agent_masks.assign(std::size_t{network.size} * network.agent_words, 0);
  for (std::uint32_t i = 0; i < network.size; ++i) {
    if (!problem.chooses_agent(i)) continue;
    for (const std::uint32_t agent : problem.agent_sets[problem.agent_set_of[i]]) {
      const std::uint32_t bit = network.bit_of_agent[agent];
      network.agent_masks[std::size_t{i} * network.agent_words + bit / 64] |= std::uint64_t{1}
                                                                              << (bit % 64);
    }
  }
}

}  // namespace

Network make_network(const Problem& problem) {
  Network network;
  network.size = problem.size();
  network.durations = problem.durations;
  network.before = problem.predecessors;
  network.after = problem.successors;
  network.total = std::accumulate(problem.durations.begin(), problem.durations.end(), Ticks{0});
  add_resources(problem, network);
  add_agents(problem, network);
  return network;
}

}  // namespace headway::planner
