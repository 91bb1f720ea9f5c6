#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/program/totals.h"

namespace headway::sim {

/// A seed whose world broke a promise, or in which the code itself gave up.
struct Failure {
  std::uint64_t seed = 0;
  std::string story;
};

/// Plays seeds `first` to `first + count - 1` in `jobs` processes of their own, so that a broken
/// invariant of the code (HW_CHECK) ends one of them and no more, and is told with its seed.
/// No further seed is begun after `most_failures`.
std::vector<Failure> play_seeds(std::uint64_t first, std::uint64_t count, unsigned jobs,
                                std::size_t most_failures, Totals& totals);

/// One play in a process of its own: what went wrong, in sentences; empty: nothing.
std::string play_apart(const std::function<std::vector<Problem>()>& play);

/// Problems in sentences, a line each.
std::string tell(const std::vector<Problem>& problems);

/// Memory that child processes share with this one.
Totals& shared_totals();

}  // namespace headway::sim
