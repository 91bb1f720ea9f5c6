#pragma once

#include <cstdint>
#include <vector>

#include "common/base/random_numbers.h"

namespace headway {

/// Where a logarithm lies, and how far it scatters around that (a standard deviation).
struct Spread {
  double centre = 0;
  double scatter = 0;
};

/// What is taken for true of a quantity's logarithm before anything was observed.
struct PriorSpread {
  double centre = 0;   ///< over all categories
  double unsure = 0;   ///< of that centre: a standard deviation
  double between = 0;  ///< categories around it
  double within = 0;   ///< tickets around their category's centre
  double most = 0;     ///< no category is taken to scatter more, unless it was seen to
};

/// The logarithm of a quantity that tickets have, normal around a centre that each category has of
/// its own; the categories' centres are normal around a common one. What was observed in one
/// category says much about it and a little about the others; with few observations the prior
/// holds (partial pooling: Gelman and others, Bayesian Data Analysis, 2013, chapter 5).
class CategoryModel {
 public:
  CategoryModel(std::size_t categories, PriorSpread prior);

  /// `weight`: 1 for an observation; less for what says less.
  void observe(std::uint32_t category, double logarithm, double weight = 1);
  [[nodiscard]] double observed(std::uint32_t category) const { return groups_[category].weight; }

  /// What is most plausible.
  [[nodiscard]] std::vector<Spread> best() const;
  /// What may be just as well: drawn from what is plausible after the observations.
  [[nodiscard]] std::vector<Spread> draw(RandomNumbers& random) const;

 private:
  /// The observations of one category, added up (Welford 1962).
  struct Group {
    double weight = 0;
    double mean = 0;
    double squares = 0;  ///< sum of squared deviations from the mean
  };
  struct Common;
  [[nodiscard]] Common common() const;
  void find_centre(Common& all) const;

  PriorSpread prior_;
  std::vector<Group> groups_;
};

}  // namespace headway
