#pragma once

#include <memory>
#include <random>

#include "coordinator/core/state.h"

namespace headway {

using Random = std::mt19937_64;

/// True once in `n`.
inline bool one_in(Random& random, std::uint64_t n) { return random() % n == 0; }
/// A number from 0 to `n` - 1; 0 where `n` is 0.
inline std::uint64_t below(Random& random, std::uint64_t n) { return n == 0 ? 0 : random() % n; }

/// Capacities that all random plans agree on, so that a later run never takes away what an earlier
/// one uses.
inline constexpr std::int64_t kLicenses = 3;
/// What every random worker offers of the resource `cpus`.
inline constexpr std::int64_t kCpus = 4;

/// A small plan with something of everything: dependencies of each kind, locks, overlapping paths,
/// resources, barriers, isolation, retries, agents; `with_proof`: tickets that wait for proof, too.
std::shared_ptr<const RunPlan> random_plan(Random& random, bool with_proof);

}  // namespace headway
