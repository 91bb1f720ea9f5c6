#include "tests/sim/world/world.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/sim/program/shrink.h"
#include "tests/sim/world/plans.h"
#include "tests/support/scale/scale.h"

namespace headway::sim {
namespace {

TEST(World, PlaysTheSameTwiceFromTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= test::scaled(20U); ++seed) {
    const Scenario scenario = draw_scenario(seed);
    const Verdict first = World(scenario, false).play();
    const Verdict second = World(scenario, false).play();
    EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
    EXPECT_EQ(first.events, second.events) << "seed " << seed;
    EXPECT_EQ(first.facts, second.facts) << "seed " << seed;
  }
}

TEST(World, PlaysAnotherWorldFromAnotherSeed) {
  EXPECT_NE(World(draw_scenario(1), false).play().trace,
            World(draw_scenario(2), false).play().trace);
}

TEST(World, BringsAboutEveryKindOfFault) {
  FaultCounts counts{};
  const auto is_missing = [&] {
    return std::ranges::any_of(counts, [](std::uint64_t count) { return count == 0; });
  };
  for (std::uint64_t seed = 1; seed <= 600 && is_missing(); ++seed) {
    const Verdict verdict = World(draw_scenario(seed), false).play();
    for (std::size_t i = 0; i < kFaults; ++i) counts[i] += verdict.faults[i];
  }
  for (std::size_t i = 0; i < kFaults; ++i) {
    EXPECT_GT(counts[i], 0) << to_text(static_cast<Fault>(i)) << " never happens";
  }
}

TEST(Scenario, LeavesOutNamedPartsAndKeepsTheNamesOfTheOthers) {
  const Scenario scenario = draw_scenario(3);
  const std::vector<std::string> parts = parts_of(scenario);
  const Scenario less = without(scenario, {"p0", "t0.0"});
  EXPECT_EQ(less.wishes.size(), scenario.wishes.size());
  EXPECT_EQ(less.wishes[0].at, Duration::max());
  EXPECT_EQ(less.plans[0].tickets.size() + 1, scenario.plans[0].tickets.size());
  EXPECT_EQ(parts_of(without(scenario, {"no such part"})), parts);
}

TEST(Scenario, CanDoWithoutAnything) {
  for (std::uint64_t seed = 1; seed <= test::scaled(20U); ++seed) {
    const Scenario scenario = draw_scenario(seed);
    const Verdict verdict = World(without(scenario, parts_of(scenario)), false).play();
    EXPECT_TRUE(verdict.problems.empty()) << "seed " << seed;
  }
}

TEST(Plans, HaveEveryKindOfDependencyAndNeed) {
  Random random(7);
  Dependencies all;
  bool barriers = false, fail_fast = false, limited = false, isolated = false, proof = false;
  for (int i = 0; i < 300; ++i) {
    const Plan plan = draw_plan(random, true, i % 10 == 0);
    ASSERT_NE(prepare(plan), nullptr);
    barriers = barriers || plan.barriers;
    fail_fast = fail_fast || plan.on_failure == OnFailure::kFailFast;
    limited = limited || plan.max_parallel.has_value();
    for (const Ticket& ticket : plan.tickets) {
      isolated = isolated || ticket.isolation == Isolation::kIsolated;
      proof = proof || ticket.reassign == Reassign::kOnProof;
      const Dependencies& one = ticket.dependencies;
      if (!one.blocking.empty()) all.blocking = one.blocking;
      if (!one.sequential.empty()) all.sequential = one.sequential;
      if (!one.soft.empty()) all.soft = one.soft;
      if (!one.file_conflicts.empty()) all.file_conflicts = one.file_conflicts;
      if (!one.resource_conflicts.empty()) all.resource_conflicts = one.resource_conflicts;
    }
  }
  EXPECT_TRUE(barriers && fail_fast && limited && isolated && proof);
  EXPECT_FALSE(all.blocking.empty() || all.sequential.empty() || all.soft.empty() ||
               all.file_conflicts.empty() || all.resource_conflicts.empty());
}

}  // namespace
}  // namespace headway::sim
