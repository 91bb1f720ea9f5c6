#include "coordinator/cli/report/registry_report.h"

#include <algorithm>
#include <map>

#include "common/base/states.h"
#include "common/plan/words.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

void add(TicketCount& count, const ReportedTicket& ticket) {
  ++count.tickets;
  if (ticket.view.state == TicketState::kSucceeded) ++count.succeeded;
  if (ticket.view.state == TicketState::kFailed) ++count.failed;
  count.estimated += ticket.view.estimate.value_or(Duration{});
  count.took += ticket.took.value_or(Duration{});
}

/// Counts by a number that says the order, and a word.
template <class Key, class KeyOf, class WordOf>
std::vector<TicketCount> count_by(const std::vector<ReportedTicket>& tickets, KeyOf key_of,
                                  WordOf word_of) {
  std::map<Key, TicketCount> counts;
  for (const ReportedTicket& ticket : tickets) {
    const Key key = key_of(ticket.view);
    TicketCount& count = counts[key];
    count.value = word_of(key);
    add(count, ticket);
  }
  std::vector<TicketCount> result;
  result.reserve(counts.size());
  for (auto& [key, count] : counts) result.push_back(std::move(count));
  return result;
}

}  // namespace

RegistryReport make_registry_report(StatusAnswer status, WallTime now) {
  RegistryReport report;
  report.run = std::move(status.run);
  report.metrics = status.metrics;
  report.tickets.reserve(status.tickets.size());
  for (TicketView& ticket : status.tickets) {
    const std::optional<Duration> time = time_taken(ticket, now);
    report.tickets.push_back({std::move(ticket), time});
  }
  report.by_status = count_by<TicketState>(
      report.tickets, [](const TicketView& ticket) { return ticket.state; },
      [](TicketState state) { return std::string(to_text(state)); });
  // A coordinator of another version may know priorities that this one does not: those come last.
  report.by_priority = count_by<std::pair<std::size_t, std::string>>(
      report.tickets,
      [](const TicketView& ticket) {
        const std::optional<Priority> known = from_text<Priority>(ticket.priority);
        const std::size_t rank =
            known ? static_cast<std::size_t>(*known) : EnumText<Priority>::kWords.size();
        return std::pair(rank, ticket.priority);
      },
      [](const std::pair<std::size_t, std::string>& key) { return key.second; });
  report.by_category = count_by<std::pair<bool, std::string>>(
      report.tickets,
      [](const TicketView& ticket) { return std::pair(ticket.category.empty(), ticket.category); },
      [](const std::pair<bool, std::string>& key) { return key.second; });
  return report;
}

}  // namespace headway::cli
