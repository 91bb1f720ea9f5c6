#include "coordinator/tickets/compare_life.h"

#include <algorithm>
#include <set>

#include "common/base/units.h"

namespace headway {

namespace {

/// Times of a file are to the second.
std::string time_text(std::optional<WallTime> at) {
  return at ? format_time(std::chrono::floor<std::chrono::seconds>(*at)) : std::string();
}

/// What is to be done about one ticket's file; none: they agree.
std::optional<Disagreement> compare(const std::string& id, const TicketOrigin& origin,
                                    const RegistryTicket& known) {
  std::optional<TicketLife> life = life_of(known);
  // Nothing has happened to it yet; that somebody closed it is a disagreement none the less.
  if (!life && is_closed(origin.status)) life.emplace();
  if (!life) return std::nullopt;
  Disagreement found;
  found.id = id;
  found.relative = origin.relative;
  found.written = origin.written;
  found.in_file = origin.status;
  found.state = known.state;
  found.life = *life;
  if (origin.status != life->status) {
    found.kind = is_closed(origin.status) ? DisagreementKind::kTheirs : DisagreementKind::kStatus;
    return found;
  }
  if (!origin.folder || *origin.folder == life->status) return std::nullopt;
  found.kind = DisagreementKind::kFolder;
  return found;
}

}  // namespace

std::optional<TicketLife> life_of(const RegistryTicket& known) {
  const std::optional<TicketStatus> status = status_for(known.state);
  if (!status) return std::nullopt;
  TicketLife life{.status = *status, .started_at = {}, .completed_at = {}};
  if (*status != TicketStatus::kPending) life.started_at = time_text(known.started_at);
  if (*status == TicketStatus::kCompleted) life.completed_at = time_text(known.finished_at);
  return life;
}

std::vector<Disagreement> compare_life(const ReadTickets& read,
                                       const std::map<std::string, RegistryTicket>& registry) {
  struct Entry {
    const std::string* id;
    const TicketOrigin* origin;
  };
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < read.plan.tickets.size(); ++i)
    entries.push_back({&read.plan.tickets[i].id, &read.origins[i]});
  for (const ClosedTicket& each : read.closed) entries.push_back({&each.ticket.id, &each.origin});
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.origin->file < b.origin->file; });
  std::vector<Disagreement> result;
  std::set<std::string> with_file;
  for (const auto& [id, origin] : entries) {
    with_file.insert(*id);
    const auto known = registry.find(*id);
    if (known == registry.end()) continue;
    if (auto found = compare(*id, *origin, known->second)) {
      found->path = read.sources.files()[origin->file].path;
      result.push_back(std::move(*found));
    }
  }
  for (const auto& [id, known] : registry) {
    if (with_file.contains(id)) continue;
    Disagreement found;
    found.kind = DisagreementKind::kNoFile;
    found.id = id;
    found.state = known.state;
    result.push_back(std::move(found));
  }
  return result;
}

}  // namespace headway
