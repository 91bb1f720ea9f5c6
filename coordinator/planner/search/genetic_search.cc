#include "coordinator/planner/search/genetic_search.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

namespace headway::planner {

namespace {

/// A population as large as a second or so is enough to make good use of.
std::uint32_t members_for(std::uint32_t size) {
  if (size <= 100) return 150;
  if (size <= 250) return 120;
  return size <= 1000 ? 60 : 30;
}

/// The chance that after one move of an activity another follows.
constexpr double kAnotherMove = 0.9;

/// Steps for each member without one becoming better after which a population is given up.
constexpr std::uint64_t kPatience = 400;

}  // namespace

GeneticSearch::GeneticSearch(const Network& network, Decoder& decoder, std::uint64_t seed,
                             const std::vector<Individual>& first)
    : network_(network),
      justifier_(network, decoder),
      random_(seed),
      sampler_(network),
      members_(members_for(network.size)),
      child_(network.size),
      best_(network.size),
      is_taken_(network.size) {
  best_.makespan = std::numeric_limits<Ticks>::max();
  population_.reserve(members_);
  for (const Individual& one : first) {
    population_.push_back(one);
    if (one.makespan < best_.makespan) best_ = one;
  }
}

void GeneticSearch::step() {
  if (population_.size() < members_) {
    sampler_.draw(random_, child_.list);
    std::fill(child_.agents.begin(), child_.agents.end(), kNoNumber);
    justifier_.decode(child_);
    if (child_.makespan < best_.makespan) best_ = child_;
    population_.push_back(child_);
    return;
  }
  const std::uint32_t mother = random_.below(members_);
  std::uint32_t father = tournament();
  if (father == mother) father = (father + 1) % members_;
  cross(population_[mother], population_[father], child_);
  move_some(child_);
  justifier_.decode(child_);
  if (child_.makespan < best_.makespan) best_ = child_;
  compete(mother, father);
  if (since_better_ > kPatience * members_) {
    population_.clear();
    since_better_ = 0;
  }
}

std::uint32_t GeneticSearch::tournament() {
  const std::uint32_t a = random_.below(members_);
  const std::uint32_t b = random_.below(members_);
  return population_[a].makespan <= population_[b].makespan ? a : b;
}

/// The child has the mother's order but between two places, where the father's order is kept.
void GeneticSearch::cross(const Individual& mother, const Individual& father, Individual& child) {
  const std::uint32_t size = network_.size;
  std::uint32_t first = random_.below(size + 1);
  std::uint32_t last = random_.below(size + 1);
  if (first > last) std::swap(first, last);
  char* const taken = is_taken_.data();
  std::fill_n(taken, size, char{0});
  std::uint32_t place = 0;
  std::uint32_t* const list = child.list.data();
  std::uint32_t* const agents = child.agents.data();
  const auto inherit = [&](const Individual& parent, std::uint32_t from, std::uint32_t until) {
    const std::uint32_t* const of_parent = parent.list.data();
    for (std::uint32_t i = from; i < size && place < until; ++i) {
      const std::uint32_t activity = of_parent[i];
      if (taken[activity] != 0) continue;
      taken[activity] = 1;
      list[place++] = activity;
      agents[activity] = parent.agents.data()[activity];
    }
  };
  inherit(mother, 0, first);
  inherit(father, 0, last);
  inherit(mother, first, size);
}

void GeneticSearch::move_some(Individual& one) {
  while (random_.share() < kAnotherMove) move_one(one.list);
}

bool GeneticSearch::is_before(std::uint32_t before, std::uint32_t activity) const {
  const std::uint32_t* const starts = network_.before.starts.data();
  const std::uint32_t* const values = network_.before.values.data();
  const std::uint32_t* const end = values + starts[activity + 1];
  return std::find(values + starts[activity], end, before) != end;
}

/// Moves an activity to anywhere between its last predecessor and its first successor, towards the
/// one or the other.
void GeneticSearch::move_one(std::vector<std::uint32_t>& list) {
  const std::uint32_t from = random_.below(network_.size);
  const std::uint32_t activity = list[from];
  if ((random_.next() >> 63U) != 0) {
    std::uint32_t low = from;
    while (low > 0 && !is_before(list[low - 1], activity)) --low;
    if (low == from) return;
    const std::uint32_t to = low + random_.below(from - low);
    std::move_backward(list.begin() + to, list.begin() + from, list.begin() + from + 1);
    list[to] = activity;
  } else {
    std::uint32_t high = from;
    while (high + 1 < network_.size && !is_before(activity, list[high + 1])) ++high;
    if (high == from) return;
    const std::uint32_t to = from + 1 + random_.below(high - from);
    std::move(list.begin() + from + 1, list.begin() + to + 1, list.begin() + from);
    list[to] = activity;
  }
}

Ticks GeneticSearch::distance(const Individual& a, const Individual& b) const {
  const Ticks* const of_a = a.starts.data();
  const Ticks* const of_b = b.starts.data();
  Ticks sum = 0;
  for (std::uint32_t i = 0; i < network_.size; ++i) sum += std::abs(of_a[i] - of_b[i]);
  return sum;
}

void GeneticSearch::compete(std::uint32_t mother, std::uint32_t father) {
  const bool is_mothers =
      distance(population_[mother], child_) <= distance(population_[father], child_);
  Individual& rival = population_[is_mothers ? mother : father];
  ++since_better_;
  if (child_.makespan > rival.makespan) return;
  if (child_.makespan < rival.makespan) since_better_ = 0;
  std::swap(rival, child_);
}

}  // namespace headway::planner
