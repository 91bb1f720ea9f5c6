#include "truth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>

namespace headway::test {

namespace {

/// People say 10 minutes, not 11.
Duration round_figure(double seconds) {
  static constexpr std::array<double, 27> kFigures = {
      0.1, 0.2, 0.5, 1,   2,   3,    5,    10,   15,   20,   30,   45,    60,   90,
      120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800, 14400};
  const auto off = [&](double figure) { return std::abs(std::log(seconds / figure)); };
  return from_seconds(*std::ranges::min_element(kFigures, {}, off));
}

std::map<std::string, double> medians(const Plan& plan, const Truth& truth) {
  std::map<std::string, std::vector<double>> times;
  for (std::size_t i = 0; i < plan.tickets.size(); ++i) {
    times[plan.tickets[i].category].push_back(to_seconds(truth.takes[i]));
  }
  std::map<std::string, double> result;
  for (auto& [category, list] : times) {
    std::ranges::sort(list);
    result[category] = std::max(list[list.size() / 2], 0.001);
  }
  return result;
}

}  // namespace

void estimate(Plan& plan, const Truth& truth, Estimator estimator, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  const double person = 0.1 + 0.3 * normal(random);  // mostly too low: what is forgotten takes time
  const std::map<std::string, double> middle = medians(plan, truth);
  std::map<std::string, double> said;
  for (const auto& [category, seconds] : middle) {
    said[category] = estimator == Estimator::kMedians
                         ? seconds
                         : seconds / std::exp(person + 0.4 * normal(random));
  }
  for (std::size_t i = 0; i < plan.tickets.size(); ++i) {
    Ticket& ticket = plan.tickets[i];
    if (estimator == Estimator::kEach) {
      const double seconds = std::max(to_seconds(truth.takes[i]), 0.001);
      ticket.estimate = round_figure(seconds / std::exp(person + 0.4 * normal(random)));
    } else {
      ticket.estimate = round_figure(said[ticket.category]);
      if (estimator == Estimator::kGuesses && random() % 6 == 0) ticket.estimate.reset();
    }
  }
}

namespace {

/// Makes one random plan with its truth.
class SyntheticPlan {
 public:
  explicit SyntheticPlan(std::uint64_t seed) : random_(seed) {}

  Case make(std::uint64_t seed) {
    Case made;
    made.seed = seed;
    made.set = "synthetic";
    made.name = "plan " + std::to_string(seed);
    const std::size_t categories = 1 + below(6);
    for (std::size_t i = 0; i < categories; ++i) {
      typical_.push_back(std::exp(std::log(60.0) + 1.2 * normal_(random_)));
      scatter_.push_back(0.05 + 0.7 * share());
      family_.push_back(below(3));
    }
    const std::size_t count = 15 + below(110);
    for (std::size_t i = 0; i < count; ++i) add_ticket(made);
    made.plan.resources = {{"licence", 3000}};
    if (below(4) == 0) made.plan.max_parallel = static_cast<std::int32_t>(2 + below(4));
    made.slots.push_back(static_cast<std::uint32_t>(1 + below(6)));
    if (below(2) == 0) made.slots.push_back(static_cast<std::uint32_t>(1 + below(6)));
    const auto estimator = static_cast<Estimator>(below(3));
    estimate(made.plan, made.truth, estimator, seed);
    return made;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  double share() { return std::uniform_real_distribution<double>()(random_); }

  /// Around 1, as one of three families has it.
  double factor(std::size_t category) {
    const double scatter = scatter_[category];
    switch (family_[category]) {
      case 0:
        return std::exp(scatter * normal_(random_));
      case 1:
        return 1 + scatter * (2 * share() - 1);
      default:
        return (1 - scatter / 2) - scatter * std::log(1 - share());  // a least time, and a tail
    }
  }

  void add_ticket(Case& made) {
    const std::size_t index = made.plan.tickets.size();
    const std::size_t category = below(typical_.size());
    Ticket ticket;
    ticket.id = "T" + std::to_string(index);
    ticket.category = "kind " + std::to_string(category);
    ticket.command.shell_line = "true";
    for (std::size_t wanted = below(3); wanted > 0 && index > 0; --wanted) {
      const std::string id =
          "T" + std::to_string(index - 1 - below(std::min<std::size_t>(index, 20)));
      if (std::ranges::find(ticket.dependencies.blocking, id) ==
          ticket.dependencies.blocking.end()) {
        ticket.dependencies.blocking.push_back(id);
      }
    }
    if (below(6) == 0) ticket.affected_files = {"src/" + std::to_string(below(4))};
    if (below(8) == 0) ticket.resources = {{"licence", 1000}};
    ticket.retry.max = 3;
    made.truth.takes.push_back(from_seconds(typical_[category] * factor(category)));
    std::uint32_t failures = 0;
    while (failures < 3 && below(20) == 0) ++failures;
    made.truth.failures.push_back(failures);
    made.plan.tickets.push_back(std::move(ticket));
  }

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::vector<double> typical_;  ///< seconds, by category
  std::vector<double> scatter_;
  std::vector<std::size_t> family_;
};

}  // namespace

std::vector<Case> synthetic_cases(std::uint64_t seed, std::size_t count) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t own = seed * 100'000 + i;
    cases.push_back(SyntheticPlan(own).make(own));
  }
  return cases;
}

}  // namespace headway::test
