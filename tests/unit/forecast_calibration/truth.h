#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/core/state.h"

namespace headway::test {

/// What really happens when a plan is executed, which nobody knows before.
struct Truth {
  std::vector<Duration> takes;          ///< each attempt, by ticket
  std::vector<std::uint32_t> failures;  ///< attempts that fail before one succeeds, by ticket
};

/// A plan whose tickets a person has estimated, what it really takes, and who executes it.
struct Case {
  std::string set;  ///< what its figures are added up under
  std::string name;
  Plan plan;
  Truth truth;
  std::vector<std::uint32_t> slots;  ///< of each worker
  std::uint64_t seed = 0;            ///< that it was made of
};

/// How a person comes to estimates.
enum class Estimator : std::uint8_t {
  kMedians,  ///< knows what each category takes, in round figures
  kGuesses,  ///< guesses for each category, off by a factor that is theirs and the person's; and
             ///< has no idea of some tickets
  kEach,     ///< looks at each ticket, and errs each time
};

/// Gives the plan estimates of what its tickets really take.
void estimate(Plan& plan, const Truth& truth, Estimator estimator, std::uint64_t seed);

/// Recorded workflows, on few and on many agents, estimated in each way; none: the data is missing.
std::vector<Case> recorded_cases(std::uint64_t seed);

/// Random plans with dependencies, locks, a counted resource, and attempts that fail. Their
/// tickets' times do not all come from the family of distributions that a forecast takes for true.
std::vector<Case> synthetic_cases(std::uint64_t seed, std::size_t count);

}  // namespace headway::test
