#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "common/base/result.h"

namespace headway::soak {

/// Names an attempt on both sides: in the ledger and in the registry.
struct AttemptKey {
  std::string plan;
  std::string ticket;
  std::uint64_t run = 0;
  unsigned attempt = 0;  ///< of the ticket, from 1

  friend auto operator<=>(const AttemptKey&, const AttemptKey&) = default;
};

/// What an attempt's processes wrote. Times in nanoseconds.
struct LedgerAttempt {
  unsigned begins = 0;
  unsigned ends = 0;   ///< its side effect was done
  unsigned fails = 0;  ///< it failed as planned
  std::int64_t first_steady = 0;
  std::int64_t last_steady = 0;  ///< of all its processes
  std::int64_t last_wall = 0;
};

struct Ledger {
  std::map<AttemptKey, LedgerAttempt> attempts;
  std::uint64_t lines = 0;
  std::uint64_t bad_lines = 0;  ///< that are not as the ticket program writes them

  void add_line(std::string_view line);
};

/// Reads what the ticket programs wrote, line by line; a ledger of a long run is large.
Result<Ledger> read_ledger(const std::string& path);

}  // namespace headway::soak
