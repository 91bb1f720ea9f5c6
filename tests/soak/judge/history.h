#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace headway::soak {

/// A row of the registry's table `facts`, with the columns that the judge reads, in the words of
/// schemas/registry.sql. Zero and empty: NULL.
struct FactRow {
  std::int64_t sequence = 0;
  std::int64_t at_millis = 0;
  std::string kind;
  std::uint64_t run = 0;
  std::int64_t ticket = -1;
  std::uint64_t token = 0;
  std::string ticket_state;
  std::string outcome;
  std::int64_t number = 0;
  std::string digest{};
  std::string detail{};
};

struct RunRow {
  std::uint64_t run = 0;
  std::string name;
  std::string state;
  std::vector<std::string> tickets;  ///< ids, by number
};

/// What a registry says has happened. Read with SQL of its own, so that a fault of the program's
/// own reading is not read in the same way here.
struct History {
  std::vector<RunRow> runs;
  std::vector<FactRow> facts;
  std::string integrity;  ///< `ok`, or what PRAGMA integrity_check found
};

/// The states of one run's tickets by their ids.
Result<std::map<std::string, std::string>> read_ticket_states(const std::string& registry,
                                                              std::uint64_t run);

Result<History> read_history(const std::string& registry);

/// The runs alone, without their tickets; cheap enough to be asked often. A registry that does not
/// exist yet has none.
Result<std::vector<RunRow>> read_runs(const std::string& registry);

}  // namespace headway::soak
