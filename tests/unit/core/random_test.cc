#include <cstdlib>

#include <gtest/gtest.h>

#include "random_world.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// HEADWAY_SEEDS says how many worlds are played (more for a night's work), HEADWAY_FIRST_SEED with
/// which the first begins: a failure is repeated with HEADWAY_FIRST_SEED=<it> HEADWAY_SEEDS=1.
TEST(RandomWorlds, KeepTheirPromisesThroughFaultsAndEndOnceTheseEnd) {
  const std::uint64_t first = number_from("HEADWAY_FIRST_SEED", 1);
  const std::uint64_t count = number_from("HEADWAY_SEEDS", test::scaled(5000));
  std::size_t failures = 0;
  std::size_t facts = 0;
  for (std::uint64_t seed = first; seed < first + count && failures < 5; ++seed) {
    RandomWorld world(seed);
    const std::vector<std::string> problems = world.play();
    facts += world.facts();
    if (problems.empty()) continue;
    ++failures;
    for (const std::string& problem : problems) {
      ADD_FAILURE() << "seed " << seed << ", " << problem
                    << "\n  repeat: HEADWAY_FIRST_SEED=" << seed << " HEADWAY_SEEDS=1";
    }
  }
  RecordProperty("facts", std::to_string(facts));
}

}  // namespace
}  // namespace headway
