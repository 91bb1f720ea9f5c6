#include "coordinator/core/known_files.h"

#include <utility>

#include "common/plan/path_pattern.h"

namespace headway {

namespace {

/// Calls `visit` for each known file that the ticket may change; it says whether the file stays.
template <class Visit>
void for_each_of(KnownFiles& files, const Ticket& ticket, Visit visit) {
  for (const auto* patterns : {&ticket.affected_files, &ticket.artifacts}) {
    for (const std::string& written : *patterns) {
      const std::string pattern = normalize_pattern(written);
      const std::string_view prefix = literal_prefix(pattern);
      auto file = files.lower_bound(std::string(prefix));
      while (file != files.end() && file->first.starts_with(prefix)) {
        const bool stays = !matches_pattern(file->first, pattern) || visit(file->second);
        file = stays ? std::next(file) : files.erase(file);
      }
    }
  }
}

}  // namespace

void begin_changing(KnownFiles& files, const Ticket& ticket, TicketIndex index) {
  if (files.empty()) return;
  for_each_of(files, ticket, [&](KnownFile& known) {
    known.changing = index;
    return true;
  });
}

void end_changing(KnownFiles& files, const Ticket& ticket, TicketIndex index, bool began) {
  if (files.empty()) return;
  for_each_of(files, ticket, [&](KnownFile& known) {
    if (known.changing != index) return true;
    known.changing.reset();
    return !began;
  });
}

void leave_file(KnownFiles& files, Artifact file, TicketIndex index) {
  std::string path = file.path;
  files[std::move(path)] = {std::move(file), index, std::nullopt};
}

void forget_files_of(KnownFiles& files, TicketIndex index) {
  std::erase_if(files, [&](const auto& known) { return known.second.left_by == index; });
}

}  // namespace headway
