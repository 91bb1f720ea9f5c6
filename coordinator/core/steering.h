#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/core/state.h"

namespace headway {

/// What a person's changes to a run come to, before they are made: pure questions about one run.

/// Rows that name single tickets in an answer; the rest is counted.
constexpr std::size_t kMostChanges = 50;

/// `r3`'s limit in words.
std::string limit_words(std::optional<std::uint32_t> most);

struct PriorityChange {
  TicketIndex ticket;
  Priority priority = Priority::kMedium;
};
std::vector<Change> describe(const Run& run, const std::vector<PriorityChange>& changes);

/// Tickets that are to go to one worker, or to any.
struct Reassignment {
  WorkerId to;          ///< 0: any
  std::string to_name;  ///< `any worker` where that is meant
  std::vector<TicketIndex> tickets;
  bool restart = false;  ///< what runs elsewhere is stopped
};

/// A new limit of how many tickets of a run are alive at once.
struct LimitChange {
  std::uint32_t to = 0;  ///< 0: without a limit
};
/// The one that is asked for. `agents`: slots that there are, which limit a run that has no other
/// limit; `join`: the command by which there would be more. None: nothing would change, and `note`
/// says why.
std::optional<LimitChange> limit_after(const AdjustRequest& request,
                                       std::optional<std::uint32_t> now, std::uint32_t agents,
                                       const std::string& join, std::string& note);

/// Errors: a resource that the plan does not count for the whole cluster; a negative amount.
Result<std::vector<Change>> describe(const Run& run, const std::vector<ResourceSetting>& settings);

/// `state of MOD-012: running -> cancelled`, for so many tickets that a person wants to read.
std::vector<Change> state_changes(const Run& run, const std::vector<TicketIndex>& tickets,
                                  TicketState after);

}  // namespace headway
