#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "coordinator/planner/analysis/analysis.h"
#include "coordinator/tickets/read_tickets.h"

namespace headway::cli {

/// Which tickets are looked at: those that each of these lets pass; an empty one lets all.
struct TicketFilter {
  /// Patterns, of which one must match the ticket's id, its file, or a file that it changes.
  std::vector<std::string> scopes;
  std::vector<std::string> categories;
  std::vector<Priority> priorities;

  [[nodiscard]] bool empty() const {
    return scopes.empty() && categories.empty() && priorities.empty();
  }
};

/// Reads what was given as `--scope`, `--category` and `--priority`; each may name several between
/// commas. Errors (kUsage): a word that is no priority. The scope `all` is no filter.
Result<TicketFilter> make_filter(const std::vector<std::string>& scopes,
                                 const std::vector<std::string>& categories,
                                 const std::vector<std::string>& priorities);

/// Takes out the tickets that the filter does not let pass, and the dependencies on them.
struct Filtered {
  std::size_t tickets = 0;       ///< left out
  std::size_t dependencies = 0;  ///< on those that were left out
};
Filtered apply_filter(const TicketFilter& filter, ReadTickets& read);

/// Reads `4` or `builder=2,writer=1`.
Result<Crew> parse_crew(const std::string& word);

}  // namespace headway::cli
