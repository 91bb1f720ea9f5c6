#include "coordinator/cli/verbs/report_page.h"

#include <algorithm>

#include "coordinator/cli/output_end.h"
#include "coordinator/cli/report/html/page.h"
#include "coordinator/cli/show/output_text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kMostTails = 20;
constexpr std::size_t kTailLines = 20;
constexpr std::size_t kTailColumns = 300;

Result<std::vector<OutputTail>> output_tails(Answers& answers, const RegistryReport& report) {
  std::vector<OutputTail> tails;
  for (std::size_t i = 0; i < report.tickets.size() && tails.size() < kMostTails; ++i) {
    const TicketView& ticket = report.tickets[i].view;
    if (ticket.state != TicketState::kFailed) continue;
    const Result<std::string> output = end_of_output(answers, report.run.id, ticket.id);
    if (!output) return output.error();
    tails.push_back({i, last_lines(*output, kTailLines, kTailColumns)});
  }
  return tails;
}

/// Until when the page tells: now where something may still happen, else the last that did.
WallTime as_of(const Answers& answers, const RunSummary& run, const std::vector<EventView>& events,
               WallTime now) {
  const bool goes_on = answers.live() && !has_come_to_rest(run.state);
  if (goes_on || events.empty()) return now;
  return std::ranges::max_element(events, {}, &EventView::at)->at;
}

}  // namespace

Result<std::string> report_page(Answers& answers, const RegistryReport& report, WallTime now) {
  const Result<std::vector<EventView>> events = all_events(answers, report.run.id);
  if (!events) return events.error();
  Result<std::vector<DependencyView>> dependencies = all_dependencies(answers, report.run.id);
  if (!dependencies) return dependencies.error();
  Result<std::vector<OutputTail>> outputs = output_tails(answers, report);
  if (!outputs) return outputs.error();
  PageContent content;
  content.as_of = as_of(answers, report.run, *events, now);
  content.report = report;
  content.timeline = make_timeline(*events, content.as_of);
  content.dependencies = std::move(*dependencies);
  content.outputs = std::move(*outputs);
  return html_page(content);
}

}  // namespace headway::cli
