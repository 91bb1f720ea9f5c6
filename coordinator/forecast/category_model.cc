#include "coordinator/forecast/category_model.h"

#include <algorithm>
#include <cmath>

#include "coordinator/forecast/draws.h"

namespace headway {

namespace {

/// As how many deviations the prior counts: of tickets from their category, of categories from the
/// common centre, and, for one category's scatter, what all scatter alike. In recorded workflows
/// that differs by a factor of fifty between categories, and so others say little.
constexpr double kFreedomWithin = 4;
constexpr double kFreedomBetween = 8;
constexpr double kFreedomOfOne = 2;
/// One category says no more than so many deviations about how others scatter.
constexpr double kMostFromOne = 20;
/// Squares of deviations are no smaller, where their logarithms are added up.
constexpr double kLeastSquare = 1e-4;

double square(double x) { return x * x; }

}  // namespace

/// What all categories have in common, by what was observed.
struct CategoryModel::Common {
  double within_freedom = 0, within_square = 0;    ///< of tickets around their category
  double between_freedom = 0, between_square = 0;  ///< of categories around the centre
  double centre = 0;
  double weight = 0;  ///< of how many categories the centre is the mean, the prior's among them
};

CategoryModel::CategoryModel(std::size_t categories, PriorSpread prior)
    : prior_(prior), groups_(categories) {}

void CategoryModel::observe(std::uint32_t category, double logarithm, double weight) {
  Group& group = groups_[category];
  group.weight += weight;
  const double off = logarithm - group.mean;
  group.mean += off * weight / group.weight;
  group.squares += weight * off * (logarithm - group.mean);
}

CategoryModel::Common CategoryModel::common() const {
  Common all;
  all.within_freedom = kFreedomWithin;
  double logarithms = kFreedomWithin * std::log(square(prior_.within));
  for (const Group& group : groups_) {
    if (group.weight <= 1) continue;
    const double freedom = std::min(group.weight - 1, kMostFromOne);
    logarithms += freedom * std::log(std::max(group.squares / (group.weight - 1), kLeastSquare));
    all.within_freedom += freedom;
  }
  // Their geometric mean: one that scatters widely does not speak for the others.
  all.within_square = std::exp(logarithms / all.within_freedom);
  find_centre(all);
  return all;
}

/// The mean of the categories' centres. One of which little is known stands for less than one.
void CategoryModel::find_centre(Common& all) const {
  const double few = all.within_square / square(prior_.between);
  const auto known = [&](const Group& group) { return group.weight / (group.weight + few); };
  all.weight = square(prior_.between / prior_.unsure);
  double sum = all.weight * prior_.centre;
  for (const Group& group : groups_) {
    sum += known(group) * group.mean;
    all.weight += known(group);
  }
  all.centre = sum / all.weight;
  all.between_freedom = kFreedomBetween;
  double squares = kFreedomBetween * square(prior_.between);
  for (const Group& group : groups_) {
    squares += known(group) * square(group.mean - all.centre);
    all.between_freedom += known(group);
  }
  all.between_square = squares / all.between_freedom;
}

std::vector<Spread> CategoryModel::best() const {
  const Common all = common();
  std::vector<Spread> spreads;
  spreads.reserve(groups_.size());
  for (const Group& group : groups_) {
    const double freedom = kFreedomOfOne + std::max(0.0, group.weight - 1);
    const double variance = (kFreedomOfOne * all.within_square + group.squares) / freedom;
    const double few = variance / all.between_square;
    spreads.push_back({(few * all.centre + group.weight * group.mean) / (few + group.weight),
                       std::sqrt(variance)});
  }
  return spreads;
}

std::vector<Spread> CategoryModel::draw(RandomNumbers& random) const {
  const Common all = common();
  const double within = draw_variance(all.within_freedom, all.within_square, random);
  const double between = draw_variance(all.between_freedom, all.between_square, random);
  const double centre = all.centre + draw_normal(random) * std::sqrt(between / all.weight);
  std::vector<Spread> spreads;
  spreads.reserve(groups_.size());
  for (const Group& group : groups_) {
    const double freedom = kFreedomOfOne + std::max(0.0, group.weight - 1);
    const double likely = (kFreedomOfOne * within + group.squares) / freedom;
    const double variance =
        std::min(draw_variance(freedom, likely, random), std::max(square(prior_.most), 2 * likely));
    const double few = variance / between;
    const double mean = (few * centre + group.weight * group.mean) / (few + group.weight);
    const double unsure = std::sqrt(variance / (few + group.weight));
    spreads.push_back({mean + draw_normal(random) * unsure, std::sqrt(variance)});
  }
  return spreads;
}

}  // namespace headway
