#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace headway::soak {

/// Something that a ticket uses while it is alive: by one alone, or by several that only read.
struct Use {
  std::string key;  ///< the same for all tickets of all plans that use the same thing
  bool alone = true;
};

/// An attempt number that no ticket reaches: one that fails so often always fails.
inline constexpr unsigned kFailsAlways = 1'000'000;

/// What the soak knows about a ticket of its own, beside what Headway makes of it.
struct PlannedTicket {
  std::string id;
  std::vector<std::size_t> blocking;    ///< indices of earlier tickets
  std::vector<std::size_t> sequential;  ///< likewise
  std::vector<Use> uses;
  unsigned fails = 0;  ///< attempts that fail before one succeeds
  bool allow_failure = false;
  bool on_proof = false;  ///< finishes without a connection, and goes out again only on proof
};

struct Plan {
  std::string name;  ///< unique
  std::vector<PlannedTicket> tickets;
  bool acknowledged = false;  ///< the submission was answered: the run must exist
};

}  // namespace headway::soak
