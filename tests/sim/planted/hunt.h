#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/sim/planted/bugs.h"

namespace headway::sim {

/// What came of looking for one bug. Lies in memory that processes share.
struct Find {
  static constexpr std::size_t kMostTold = 200;

  std::uint64_t seed = 0;              ///< the first that found it; 0: none did
  bool by_interleaving = false;        ///< of one ticket: one of all that there are found it
  double seconds = 0;                  ///< until then
  std::array<char, kMostTold> told{};  ///< what was found

  [[nodiscard]] bool found() const { return seed != 0 || by_interleaving; }
};

struct Hunt {
  std::uint64_t seeds = 4000;  ///< played for each bug, at most
  unsigned jobs = 1;
};

/// Looks for each bug in a process of its own, which has that bug and no other. A play that does
/// not end is a find as well: a process gets a bounded time.
std::vector<Find> hunt(const std::vector<Bug>& wanted, const Hunt& manner);

}  // namespace headway::sim
