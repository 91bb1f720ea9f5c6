#pragma once

#include <string>

#include "common/base/result.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"
#include "coordinator/tickets/read_tickets.h"

namespace headway::cli {

/// Where the tickets are: `--tickets` (or the positional PATH, where the verb has one), else the
/// configured folder, else `tickets` in this folder. Errors (kUsage): there is none of these, or
/// both of the first.
Result<std::string> ticket_path(const Arguments& arguments, const Environment& environment);

/// The same for a verb whose positionals are no tickets.
Result<std::string> ticket_folder(const Arguments& arguments, const Environment& environment);

/// Reads them, and tells on standard error what is wrong with them; warnings not when the verb is
/// to be quiet.
Result<ReadTickets> load_tickets(const std::string& path, const Environment& environment);

/// What `execution_plan.source_hash` says of the tickets that a plan is made of: the SHA-256 of all
/// that planning and executing them could see.
std::string source_hash(const Plan& plan);

}  // namespace headway::cli
