#include "coordinator/tickets/resolve_dependencies.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "common/plan_file/reading.h"
#include "coordinator/tickets/ticket_names.h"

namespace headway {

namespace {

constexpr std::size_t kLongestId = 64;

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// `[MOD-012](mod-012.md)`, `[[MOD-012]]`, `` `MOD-012` ``, `#12`.
std::string_view without_markup(std::string_view word) {
  constexpr std::string_view kMarks = "[`#\"'( ";
  const std::size_t begin = std::min(word.find_first_not_of(kMarks), word.size());
  word.remove_prefix(begin);
  if (begin > 0) word = word.substr(0, word.find_first_of("]`\"')"));
  while (word.ends_with(' ') || word.ends_with('.') || word.ends_with(',')) word.remove_suffix(1);
  return word;
}

/// The words of a text, without what is around them.
std::vector<std::string_view> parts_of(std::string_view text) {
  constexpr std::string_view kOfIds =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  std::vector<std::string_view> parts;
  while (true) {
    text.remove_prefix(std::min(text.find_first_of(kOfIds), text.size()));
    if (text.empty()) return parts;
    std::string_view part = text.substr(0, text.find_first_not_of(kOfIds));
    text.remove_prefix(part.size());
    while (part.ends_with('.')) part.remove_suffix(1);
    parts.push_back(part);
  }
}

}  // namespace

DependencyResolver::DependencyResolver(const std::vector<TicketFromFile>& tickets) {
  for (const TicketFromFile& each : tickets) {
    status_of_.emplace(each.ticket.id, each.origin.status);
    id_of_file_.emplace(std::string(file_name(each.origin.relative)), each.ticket.id);
    words_are_ids_ = words_are_ids_ || !has_digit(each.ticket.id);
  }
}

std::vector<std::string> DependencyResolver::ids_meant(std::string_view word) const {
  if (is_known(word)) return {std::string(word)};
  const std::string_view plain = without_markup(word);
  if (is_known(plain)) return {std::string(plain)};
  if (const auto file = id_of_file_.find(std::string(file_name(plain))); file != id_of_file_.end())
    return {file->second};
  // `MOD-012 and MOD-013`; words that are no numbered ids are too often just words.
  std::vector<std::string> named;
  for (const std::string_view part : parts_of(word)) {
    if (has_digit(part) && is_known(part)) named.emplace_back(part);
  }
  if (!named.empty()) return named;
  const std::string leading = id_of_name(plain);
  if (leading.empty()) {
    // `clean (first)`.
    const std::string_view first = plain.substr(0, plain.find_first_of(" :("));
    return is_known(first) ? std::vector{std::string(first)} : std::vector<std::string>{};
  }
  const std::string_view after = plain.substr(leading.size());
  // One that nobody knows is meant as an id where it is set apart from the words that follow.
  const bool set_apart = after.empty() || after.front() == ':' || after.starts_with(" (") ||
                         after.starts_with(" -") || after.starts_with(" \xe2\x80");
  return set_apart ? std::vector{leading} : std::vector<std::string>{};
}

bool DependencyResolver::looks_like_id(std::string_view word) const {
  if (word.size() > kLongestId || word.find_first_of(" /*\\") != std::string_view::npos)
    return false;
  // `index.md`, `deploy.yaml` are files.
  const std::size_t dot = word.rfind('.');
  if (dot != std::string_view::npos && dot + 1 < word.size() && !has_digit(word.substr(dot + 1)))
    return false;
  return words_are_ids_ || has_digit(word);
}

bool DependencyResolver::stays(const Ticket& ticket, const std::string& id, SourceMark mark,
                               Kind kind) {
  const auto found = status_of_.find(id);
  if (found == status_of_.end()) return true;
  if (found->second == TicketStatus::kCompleted) {
    if (kind != Kind::kOther) ++satisfied;
    return false;
  }
  if (found->second != TicketStatus::kCancelled) return true;
  if (kind == Kind::kWaits) {
    warnings.push_back(
        {Severity::kWarning,
         mark,
         fmt::format("`{}` waits for `{}`, which is cancelled; it no longer waits", ticket.id, id),
         "take the dependency out, or reopen that ticket",
         {}});
  }
  return false;
}

void DependencyResolver::resolve_list(const Ticket& ticket, std::vector<std::string>& ids,
                                      ListMarks& marks, Kind kind) {
  std::vector<std::string> kept;
  ListMarks places;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const SourceMark mark = i < marks.size() ? marks[i] : ticket.mark;
    std::vector<std::string> meant = ids_meant(ids[i]);
    if (meant.empty() && looks_like_id(ids[i])) meant.push_back(ids[i]);
    if (meant.empty()) {
      warnings.push_back({Severity::kWarning,
                          mark,
                          fmt::format("{} is no ticket id; it is passed over", quoted(ids[i])),
                          "dependencies are ids of other tickets",
                          {}});
    } else if (meant.size() > 1 || meant.front() != ids[i]) {
      std::vector<std::string> shown;
      shown.reserve(meant.size());
      for (const std::string& id : meant) shown.push_back(fmt::format("`{}`", id));
      warnings.push_back(
          {Severity::kWarning,
           mark,
           fmt::format("{} is read as {}", quoted(ids[i]), join_words(shown)),
           meant.size() > 1 ? "write the ids alone, as a list" : "write the id alone",
           {}});
    }
    for (std::string& id : meant) {
      if (!stays(ticket, id, mark, kind)) continue;
      kept.push_back(std::move(id));
      places.push_back(mark);
    }
  }
  ids = std::move(kept);
  marks = std::move(places);
}

void DependencyResolver::resolve(TicketFromFile& each) {
  Dependencies& lists = each.ticket.dependencies;
  TicketMarks& marks = each.marks;
  resolve_list(each.ticket, lists.blocking, marks.blocking, Kind::kWaits);
  resolve_list(each.ticket, lists.sequential, marks.sequential, Kind::kSequential);
  resolve_list(each.ticket, lists.soft, marks.soft, Kind::kOther);
  resolve_list(each.ticket, lists.file_conflicts, marks.file_conflicts, Kind::kOther);
  resolve_list(each.ticket, lists.resource_conflicts, marks.resource_conflicts, Kind::kOther);
}

}  // namespace headway
