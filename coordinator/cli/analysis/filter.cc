#include "coordinator/cli/analysis/filter.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/path_pattern.h"
#include "common/plan/words.h"
#include "coordinator/tickets/ticket_names.h"

namespace headway::cli {

namespace {

constexpr std::uint32_t kMostAgents = 1'000'000;

std::vector<std::string> words_of(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    for (std::string_view rest = list;;) {
      std::string_view word = rest.substr(0, rest.find(','));
      const bool last = word.size() == rest.size();
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      while (word.starts_with(' ')) word.remove_prefix(1);
      while (word.ends_with(' ')) word.remove_suffix(1);
      if (!word.empty()) words.emplace_back(word);
      if (last) break;
    }
  }
  return words;
}

bool in_scope(const std::string& scope, const Ticket& ticket, const std::string& file) {
  if (matches_pattern(ticket.id, scope)) return true;
  // A folder's name covers what is in it.
  if (!file.empty() && normalized_patterns_overlap(file, normalize_pattern(scope))) return true;
  return std::any_of(ticket.affected_files.begin(), ticket.affected_files.end(),
                     [&](const std::string& path) { return patterns_overlap(path, scope); });
}

bool passes(const TicketFilter& filter, const Ticket& ticket, const TicketOrigin& origin) {
  const auto has = [](const auto& list, const auto& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  if (!has(filter.categories, ticket.category) || !has(filter.priorities, ticket.priority))
    return false;
  return filter.scopes.empty() ||
         std::any_of(filter.scopes.begin(), filter.scopes.end(), [&](const std::string& scope) {
           return in_scope(scope, ticket, origin.relative);
         });
}

std::optional<std::uint32_t> count_of(std::string_view word) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (error != std::errc{} || end != word.data() + word.size() || count == 0 ||
      count > kMostAgents) {
    return std::nullopt;
  }
  return count;
}

}  // namespace

Result<TicketFilter> make_filter(const std::vector<std::string>& scopes,
                                 const std::vector<std::string>& categories,
                                 const std::vector<std::string>& priorities) {
  TicketFilter filter;
  filter.scopes = words_of(scopes);
  filter.categories = words_of(categories);
  if (std::find(filter.scopes.begin(), filter.scopes.end(), "all") != filter.scopes.end())
    filter.scopes.clear();
  for (const std::string& word : words_of(priorities)) {
    const std::optional<Priority> priority = priority_of(word);
    if (!priority) {
      return Error{ErrorKind::kUsage,
                   fmt::format("--priority takes critical, high, medium, low or background, or "
                               "several of them between commas, not `{}`",
                               printable(word))};
    }
    filter.priorities.push_back(*priority);
  }
  return filter;
}

Filtered apply_filter(const TicketFilter& filter, ReadTickets& read) {
  Filtered left_out;
  if (filter.empty()) return left_out;
  std::unordered_set<std::string> gone;
  std::vector<Ticket> tickets;
  std::vector<TicketOrigin> origins;
  for (std::size_t i = 0; i < read.plan.tickets.size(); ++i) {
    if (!passes(filter, read.plan.tickets[i], read.origins[i])) {
      gone.insert(read.plan.tickets[i].id);
      continue;
    }
    tickets.push_back(std::move(read.plan.tickets[i]));
    origins.push_back(std::move(read.origins[i]));
  }
  left_out.tickets = gone.size();
  for (Ticket& ticket : tickets) {
    Dependencies& lists = ticket.dependencies;
    for (auto* list : {&lists.blocking, &lists.sequential, &lists.soft, &lists.file_conflicts,
                       &lists.resource_conflicts}) {
      left_out.dependencies +=
          std::erase_if(*list, [&](const std::string& id) { return gone.contains(id); });
    }
  }
  read.plan.tickets = std::move(tickets);
  read.origins = std::move(origins);
  read.plan.execution_plan.reset();
  return left_out;
}

Result<Crew> parse_crew(const std::string& word) {
  Crew crew;
  if (const auto count = count_of(word)) {
    crew.agents = *count;
    return crew;
  }
  for (const std::string& part : words_of({word})) {
    const std::size_t sign = part.rfind('=');
    const auto count = sign == std::string::npos
                           ? std::nullopt
                           : count_of(std::string_view(part).substr(sign + 1));
    if (!count || sign == 0) {
      return Error{ErrorKind::kUsage,
                   fmt::format("--agents takes a number, or labels with numbers as in "
                               "builder=2,writer=1, not `{}`",
                               printable(word))};
    }
    crew.by_label.emplace_back(part.substr(0, sign), *count);
  }
  return crew;
}

}  // namespace headway::cli
