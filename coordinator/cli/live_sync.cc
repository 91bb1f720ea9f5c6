#include "coordinator/cli/live_sync.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

Result<ReadTickets> read_folder(const std::string& folder) {
  Result<ReadTickets> read = read_tickets(folder);
  if (read && read->from_plan) {
    return Error{ErrorKind::kUsage,
                 fmt::format("{} is a plan; files are kept up to date in a folder of tickets",
                             printable(folder))};
  }
  return read;
}

/// The ticket's state after an event that its file is to tell of.
std::optional<TicketState> state_after(const EventView& event) {
  const bool tells = event.kind == "attempt started" || event.kind == "attempt ended" ||
                     event.kind == "ticket ended" || event.kind == "rollback ended";
  return tells ? from_text<TicketState>(event.state) : std::nullopt;
}

}  // namespace

Result<LiveSync> LiveSync::open(LiveSyncSource source, const std::set<std::string>& in_run) {
  LiveSync sync(std::move(source));
  sync.in_run_ = in_run;
  if (Result<void> read = sync.read(); !read) return read.error();
  if (sync.files_.empty() && !in_run.empty()) {
    return Error{ErrorKind::kUsage, fmt::format("no ticket of the plan has a file in {}: name the "
                                                "folder of its tickets with --tickets",
                                                printable(sync.source_.folder))};
  }
  return sync;
}

Result<void> LiveSync::read() {
  const Result<ReadTickets> read = read_folder(source_.folder);
  if (!read) return read.error();
  const auto take = [&](const std::string& id, const TicketOrigin& origin) {
    if (!in_run_.empty() && !in_run_.contains(id)) return;
    File& file = files_[id];
    file.path = read->sources.files()[origin.file].path;
    file.relative = origin.relative;
    file.known = origin.written;
    file.status = origin.status;
  };
  for (std::size_t i = 0; i < read->plan.tickets.size(); ++i)
    take(read->plan.tickets[i].id, read->origins[i]);
  for (const ClosedTicket& each : read->closed) {
    take(each.ticket.id, each.origin);
    const auto found = files_.find(each.ticket.id);
    if (found != files_.end()) found->second.theirs = true;
  }
  return {};
}

std::vector<std::string> LiveSync::notes() const {
  std::vector<std::string> without;
  for (const std::string& id : in_run_) {
    if (!files_.contains(id)) without.push_back(id);
  }
  std::vector<std::string> closed;
  for (const auto& [id, file] : files_) {
    if (file.theirs) closed.push_back(id);
  }
  std::vector<std::string> notes;
  if (!without.empty()) {
    notes.push_back(fmt::format("{} ha{} no file in {}", some_of(without),
                                without.size() == 1 ? "s" : "ve", printable(source_.folder)));
  }
  if (!closed.empty()) {
    notes.push_back(fmt::format("{} {} completed or cancelled in the file{} already, which stay{}",
                                some_of(closed), closed.size() == 1 ? "is" : "are",
                                closed.size() == 1 ? "" : "s", closed.size() == 1 ? "s" : ""));
  }
  return notes;
}

std::vector<std::string> LiveSync::follow(const std::vector<EventView>& events) {
  std::map<std::string, RegistryTicket> changed;
  for (const EventView& event : events) {
    const auto found = files_.find(event.ticket);
    const std::optional<TicketState> state = state_after(event);
    if (found == files_.end() || found->second.theirs || !state) continue;
    if (event.kind == "attempt started") found->second.started_at = event.at;
    changed[event.ticket] = {*state, found->second.started_at, event.at};
  }
  std::vector<std::string> warnings;
  for (const auto& [id, now] : changed) {
    if (const std::optional<TicketLife> life = life_of(now))
      write(id, files_.at(id), now.state, *life, warnings);
  }
  return warnings;
}

std::vector<std::string> LiveSync::settle(const std::vector<TicketView>& tickets) {
  std::vector<std::string> warnings;
  const Result<ReadTickets> read = read_folder(source_.folder);
  if (!read) {
    warnings.push_back(read.error().message);
    return warnings;
  }
  std::map<std::string, RegistryTicket> registry;
  for (const TicketView& ticket : tickets)
    registry[ticket.id] = {ticket.state, ticket.started_at, ticket.finished_at};
  for (const Disagreement& found : compare_life(*read, registry)) {
    if (found.kind == DisagreementKind::kNoFile) continue;
    const auto [entry, appeared] = files_.try_emplace(found.id);
    File& file = entry->second;
    if (appeared) {
      file.known = found.written;
      file.status = found.in_file;
      file.theirs = found.kind == DisagreementKind::kTheirs;
    }
    if (file.theirs) continue;
    file.path = found.path;  // a person may have moved it
    file.relative = found.relative;
    write(found.id, file, found.state, found.life, warnings);
  }
  return warnings;
}

FolderMove LiveSync::may_move(const std::string& id, TicketState state) const {
  const bool over = state == TicketState::kSucceeded || state == TicketState::kCancelled;
  const bool told = !source_.told || source_.told->contains(id);
  return over || !told ? FolderMove::kAllowed : FolderMove::kNotNow;
}

void LiveSync::write(const std::string& id, File& file, TicketState state, const TicketLife& life,
                     std::vector<std::string>& warnings) {
  // An aborted ticket is pending as before: a file that does not say so need not begin to.
  if (life.status == TicketStatus::kPending && file.status == life.status) return;
  const Result<SyncResult> result =
      sync_ticket_file(file.path, file.relative, file.known, life, may_move(id, state));
  if (!result) return warn(id, file, result.error().message, warnings);
  if (result->outcome == SyncOutcome::kChangedMeanwhile) {
    file.theirs = true;
    return warn(id, file,
                fmt::format("{} was given another status by somebody; it stays as they made it",
                            printable(file.path)),
                warnings);
  }
  file.path = result->path;
  file.relative = result->relative;
  file.known = life.status;
  file.status = life.status;
}

void LiveSync::warn(const std::string& id, File& file, const std::string& words,
                    std::vector<std::string>& warnings) {
  if (file.warned) return;
  file.warned = true;
  warnings.push_back(fmt::format("warning: {}: {}", printable(id), words));
}

}  // namespace headway::cli
