#include "coordinator/cli/verbs/category_history.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/plan/graph.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway::cli {

namespace {

/// Runs that are looked at; the latest tell most of what the next will be like.
constexpr std::size_t kMostRuns = 50;

/// The lower one of the two in the middle, to the millisecond.
Duration median_of(std::vector<Duration> durations) {
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>((durations.size() - 1) / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  const auto millis = std::chrono::round<std::chrono::milliseconds>(*middle);
  return std::max<Duration>(millis, std::chrono::milliseconds{1});
}

}  // namespace

Result<Histories> category_histories(Answers& answers) {
  const Result<std::vector<RunSummary>> runs = list_runs(answers, kMostRuns);
  if (!runs) return runs.error();
  std::map<std::string, std::vector<Duration>> durations;
  std::size_t seen = 0;
  for (const RunSummary& run : *runs) {
    if (seen >= kMostHistory) break;
    const Result<StatusAnswer> status = whole_status(answers, run.id);
    if (!status) return status.error();
    seen += status->tickets.size();
    for (const TicketView& ticket : status->tickets) {
      if (ticket.state != TicketState::kSucceeded || ticket.category.empty()) continue;
      if (const auto took = time_taken(ticket, {})) durations[ticket.category].push_back(*took);
    }
  }
  Histories histories;
  for (auto& [category, took] : durations) {
    const std::size_t count = took.size();
    histories[category] = {median_of(std::move(took)), count};
  }
  return histories;
}

std::string fill_estimates(const Histories& histories, Plan& plan) {
  std::size_t without = 0;
  std::size_t filled = 0;
  std::set<std::string> used;
  for (Ticket& ticket : plan.tickets) {
    if (ticket.estimate) continue;
    ++without;
    const auto history = histories.find(ticket.category);
    if (history == histories.end()) continue;
    ticket.estimate = history->second.median;
    used.insert(ticket.category);
    ++filled;
  }
  if (without == 0) return {};
  std::string text =
      fmt::format("{} ticket{} no estimate: ", without, without == 1 ? " has" : "s have");
  if (filled == 0) return text + format_duration(kDefaultEstimate) + " assumed for each";
  std::vector<std::string> categories;
  for (const std::string& category : used) {
    const CategoryHistory& history = histories.at(category);
    categories.push_back(fmt::format("`{}` {} (of {})", printable(category),
                                     rough_duration(history.median), history.tickets));
  }
  text += fmt::format("{} reckoned with the median of what their category took before, {}", filled,
                      join_words(categories));
  if (filled < without) {
    text += fmt::format("; {} assumed for the other {}", format_duration(kDefaultEstimate),
                        without - filled);
  }
  return text;
}

}  // namespace headway::cli
