#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "played_run.h"
#include "tests/support/scale/scale.h"

namespace headway::test {
namespace {

const std::vector<double> kShares = {0, 0.1, 0.25, 0.5, 0.75};

/// HEADWAY_SEED, else 1: the figures are to hold for every seed.
std::uint64_t base_seed() {
  const char* seed = std::getenv("HEADWAY_SEED");
  return seed != nullptr ? std::strtoull(seed, nullptr, 10) : 1;
}

/// How often what was forecast held.
struct Held {
  std::size_t looks = 0, middle = 0, late = 0;

  void add(const Look& look) {
    ++looks;
    if (look.left <= look.forecast.left->middle) ++middle;
    if (look.left <= look.forecast.left->late) ++late;
  }
  [[nodiscard]] double share(std::size_t of) const {
    return 100.0 * static_cast<double>(of) / static_cast<double>(looks);
  }
};

/// By set of cases, and by how far the runs were.
using Figures = std::map<std::string, Held>;

Held look_at(const std::vector<Case>& cases, Figures& figures) {
  Held all;
  for (const Case& one : cases) {
    for (const Look& look : play(one, kShares)) {
      EXPECT_TRUE(look.forecast.left.has_value()) << one.name << ", seed " << one.seed;
      if (!look.forecast.left) continue;
      figures[one.set].add(look);
      figures[fmt::format("at {:2.0f} %", 100 * look.share)].add(look);
      all.add(look);
    }
  }
  figures["all"] = all;
  return all;
}

void show(const Figures& figures) {
  for (const auto& [name, held] : figures) {
    std::cout << fmt::format("{:20} {:5} forecasts, P50 held in {:4.1f} %, P90 in {:4.1f} %\n",
                             name, held.looks, held.share(held.middle), held.share(held.late));
  }
}

/// Under the sanitizers there are too few runs to say how often something holds.
void expect_calibrated(const Held& held) {
  if (kAddressSanitizer) return;
  EXPECT_GE(held.share(held.late), 85) << "seed " << base_seed();
  EXPECT_LE(held.share(held.late), 95) << "seed " << base_seed();
  EXPECT_GE(held.share(held.middle), 40) << "seed " << base_seed();
  EXPECT_LE(held.share(held.middle), 60) << "seed " << base_seed();
}

TEST(Calibration, HoldsForRecordedWorkflows) {
  std::vector<Case> cases = recorded_cases(base_seed() * 1000);
  if (cases.empty()) GTEST_SKIP() << "no recorded workflows (set HEADWAY_DATA)";
  cases.resize(scaled(cases.size()));
  Figures figures;
  const Held all = look_at(cases, figures);
  show(figures);
  expect_calibrated(all);
}

TEST(Calibration, HoldsForSyntheticRuns) {
  Figures figures;
  const Held all = look_at(synthetic_cases(base_seed(), scaled(std::size_t{150})), figures);
  show(figures);
  expect_calibrated(all);
}

}  // namespace
}  // namespace headway::test
