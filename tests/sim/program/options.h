#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace headway::sim {

struct Options {
  std::uint64_t seeds = 1000;
  std::uint64_t first = 1;
  unsigned jobs = 1;
  bool shrink = true;
  std::optional<std::uint64_t> interleavings;  ///< of all plans of so many tickets
  std::optional<std::uint64_t> replay;         ///< one seed, told event by event
  std::vector<std::string> drop;               ///< parts of it that are left out
  bool help = false;
};

Result<Options> read_options(const std::vector<std::string>& arguments);
std::string usage();

}  // namespace headway::sim
