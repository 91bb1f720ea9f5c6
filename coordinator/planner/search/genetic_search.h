#pragma once

#include <cstdint>
#include <vector>

#include "common/base/random_numbers.h"
#include "coordinator/planner/search/decoder.h"
#include "coordinator/planner/search/individual.h"
#include "coordinator/planner/search/justify.h"
#include "coordinator/planner/search/sampler.h"

namespace headway::planner {

/// A genetic search over activity lists with justification (Hartmann 1998; Valls, Ballestín and
/// Quintanilla 2008), in steady state: each step makes one child of two members by two-point
/// crossover, moves a few of its activities, decodes and justifies it.
///
/// Makespans are whole numbers with large plateaus, on which a population that keeps the best soon
/// consists of one schedule's relatives. So a child only competes with the nearer one of its
/// parents (crowding, Mahfoud 1995), by the distance of the starts, and replaces it when it is as
/// good. When nothing has become better for long the population begins anew.
///
/// Not thread-safe; the same for the same network, seed and number of steps.
class GeneticSearch {
 public:
  /// `first` are members to begin with, decoded. Network and decoder must outlive it.
  GeneticSearch(const Network& network, Decoder& decoder, std::uint64_t seed,
                const std::vector<Individual>& first);

  /// Makes and decodes one individual.
  void step();

  /// The best so far; after one step at the latest there is one.
  [[nodiscard]] const Individual& best() const { return best_; }
  [[nodiscard]] std::uint64_t schedules() const { return justifier_.schedules(); }

 private:
  void cross(const Individual& mother, const Individual& father, Individual& child);
  void move_some(Individual& one);
  void move_one(std::vector<std::uint32_t>& list);
  [[nodiscard]] bool is_before(std::uint32_t before, std::uint32_t activity) const;
  [[nodiscard]] std::uint32_t tournament();
  [[nodiscard]] Ticks distance(const Individual& a, const Individual& b) const;
  void compete(std::uint32_t mother, std::uint32_t father);

  const Network& network_;
  Justifier justifier_;
  RandomNumbers random_;
  Sampler sampler_;
  const std::uint32_t members_;  ///< a full population
  std::vector<Individual> population_;
  Individual child_;
  Individual best_;
  std::vector<char> is_taken_;
  std::uint64_t since_better_ = 0;  ///< steps since a member became better
};

}  // namespace headway::planner
