#pragma once

#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/base/states.h"
#include "common/plan/ticket.h"

namespace headway {

/// What a ticket's file is to say of its life. Empty times are left as they are in the file.
struct TicketLife {
  TicketStatus status = TicketStatus::kPending;
  std::string started_at;    ///< ISO 8601
  std::string completed_at;  ///< ISO 8601
};

/// The status that a state of a run means for a ticket's file: what failed is `blocked`, since it
/// needs a person. None where nothing has happened to it yet.
std::optional<TicketStatus> status_for(TicketState state);

/// The path in the folder of tickets `root`, which ends with a slash, at which a file with this
/// status belongs; the same where no folder above it is named after a status.
std::string place_for(const std::string& root, const std::string& relative, TicketStatus status);

enum class SyncOutcome {
  kUnchanged,        ///< the file says so already
  kWritten,          ///< status and times
  kMoved,            ///< the file is in another status folder now; what it says was written too
  kChangedMeanwhile  ///< a person gave it another status since it was read: theirs stays
};

/// Whether a file may go to the folder of its new status. While a command may be told where its
/// ticket's file is, it must be found there.
enum class FolderMove { kAllowed, kNotNow };

struct SyncResult {
  SyncOutcome outcome = SyncOutcome::kUnchanged;
  std::string path;      ///< where the file is now
  std::string relative;  ///< to the folder of tickets
};

/// Brings one ticket's file up to date. `path` ends with `relative`, its path in the folder of
/// tickets; `known` is the status that it had when it was read (none: its front matter had none).
/// Only the values of `status`, `started_at` and `completed_at` are changed, in whatever the file
/// contains by now: what a person edits meanwhile stays. A file in a folder whose name is a status
/// moves to the one beside it that has the new status, which is made where there is none. Errors
/// name the file: it is gone, cannot be edited or written, another is in its place.
Result<SyncResult> sync_ticket_file(const std::string& path, const std::string& relative,
                                    std::optional<TicketStatus> known, const TicketLife& life,
                                    FolderMove move = FolderMove::kAllowed);

}  // namespace headway
