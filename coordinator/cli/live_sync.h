#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/tickets/compare_life.h"

namespace headway::cli {

/// Which files of tickets a run keeps up to date.
struct LiveSyncSource {
  std::string folder;  ///< of the tickets
  /// Tickets whose commands are told where their file is: it stays there until they have succeeded
  /// or were given up, for one that failed may be tried again. None: that is so for all.
  std::optional<std::set<std::string>> told;
};

/// Writes what happens in a run into the files of its tickets while it happens: `status`,
/// `started_at`, `completed_at`, and the folder where folders are named after statuses. It belongs
/// to a command that stays with the run, and is called from its only thread; what happens while no
/// command is there, `settle` catches up with. A file to which a person gave another status
/// meanwhile is theirs from then on: this never writes it again.
///
/// Nothing that goes wrong with a file is an error of the run: the calls give warnings, one for a
/// ticket.
class LiveSync {
 public:
  /// Reads the folder. `in_run` are the ids of the run's tickets, where they are known. Errors: the
  /// folder cannot be read, is a plan, or has no file of these tickets.
  static Result<LiveSync> open(LiveSyncSource source, const std::set<std::string>& in_run);

  /// Of the tickets, as it was given.
  [[nodiscard]] const std::string& folder() const { return source_.folder; }

  /// What one would want to know before the run starts: tickets without a file, and such as are
  /// closed in theirs.
  [[nodiscard]] std::vector<std::string> notes() const;

  /// Events of the run, in their order. Of several of one ticket only the last is written.
  std::vector<std::string> follow(const std::vector<EventView>& events);
  /// Reads the folder again and brings every file up to date: at the end, or after being away.
  std::vector<std::string> settle(const std::vector<TicketView>& tickets);

 private:
  struct File {
    std::string path;
    std::string relative;
    std::optional<TicketStatus> known;  ///< in its front matter, when it was read or written last
    TicketStatus status =
        TicketStatus::kPending;          ///< what counts: it may be the folder that says it
    std::optional<WallTime> started_at;  ///< of the ticket's last attempt
    bool theirs = false;                 ///< a person has decided about it
    bool warned = false;
  };

  explicit LiveSync(LiveSyncSource source) : source_(std::move(source)) {}

  Result<void> read();
  void write(const std::string& id, File& file, TicketState state, const TicketLife& life,
             std::vector<std::string>& warnings);
  static void warn(const std::string& id, File& file, const std::string& words,
                   std::vector<std::string>& warnings);
  [[nodiscard]] FolderMove may_move(const std::string& id, TicketState state) const;

  LiveSyncSource source_;
  std::map<std::string, File> files_;  ///< by the ticket's id
  std::set<std::string> in_run_;
};

}  // namespace headway::cli
