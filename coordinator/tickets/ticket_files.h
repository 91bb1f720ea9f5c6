#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/plan/plan.h"
#include "coordinator/tickets/read_tickets.h"
#include "coordinator/tickets/ticket_walk.h"

namespace headway {

/// Bytes of a ticket's prose that a command may get: an argument or a variable of a process has at
/// most 128 KiB (execve(2), MAX_ARG_STRLEN).
inline constexpr std::size_t kMaxBodyBytes = 100U << 10U;

/// Names in each ticket's environment the file that it is from, as `HEADWAY_TICKET_FILE`, relative
/// to the folder that the plan will be in; absolute where it is not below. Of tickets for which
/// `wants_body` holds, the prose too, as `HEADWAY_BODY`. Agent types' commands get both as
/// `{ticket_file}` and `{body}`. Errors: a file that cannot be read, or is too long for this.
Result<void> name_ticket_files(ReadTickets& read, const std::string& plan_folder,
                               const std::function<bool(const Ticket&)>& wants_body);

/// Where a plan's tickets are from, by what `name_ticket_files` wrote into it.
struct NamedTicketFiles {
  std::string folder;         ///< absolute: the one above all of them that no status is the name of
  std::set<std::string> ids;  ///< of the tickets that name their file
  std::vector<std::string> relative;  ///< the files, to the folder, as they were named

  /// Where they may be by now: there, or in the folder of another status. Those that exist.
  [[nodiscard]] std::vector<FoundFile> present() const;
};

/// None: no ticket of the plan names its file. `plan_folder`: absolute; the files need not be there
/// any more.
std::optional<NamedTicketFiles> named_ticket_files(const Plan& plan,
                                                   const std::string& plan_folder);

}  // namespace headway
