#include "coordinator/cli/answers.h"

#include <algorithm>
#include <iterator>

namespace headway::cli {

Result<StatusAnswer> whole_status(Answers& answers, RunId run) {
  Result<StatusAnswer> first =
      answers.status({.run = run, .first_ticket = 0, .summary_only = false});
  if (!first) return first;
  StatusAnswer whole = std::move(*first);
  while (whole.next_ticket != 0) {
    Result<StatusAnswer> page = answers.status(
        {.run = whole.run.id, .first_ticket = whole.next_ticket, .summary_only = false});
    if (!page) return page;
    // A page that does not go on would be asked for without end.
    const bool goes_on = page->next_ticket == 0 || page->next_ticket > whole.next_ticket;
    whole.next_ticket = goes_on ? page->next_ticket : 0;
    std::move(page->tickets.begin(), page->tickets.end(), std::back_inserter(whole.tickets));
  }
  return whole;
}

Result<std::vector<AgentView>> all_agents(Answers& answers) {
  std::vector<AgentView> result;
  std::uint32_t next = 0;
  do {
    Result<AgentsAnswer> page = answers.agents({.first_agent = next});
    if (!page) return page.error();
    std::move(page->agents.begin(), page->agents.end(), std::back_inserter(result));
    next = page->next_agent > next ? page->next_agent : 0;
  } while (next != 0);
  return result;
}

Result<std::vector<RunSummary>> list_runs(Answers& answers, std::size_t most) {
  std::vector<RunSummary> result;
  RunId before;
  do {
    Result<RunsAnswer> page = answers.runs({.before = before});
    if (!page) return page.error();
    std::move(page->runs.begin(), page->runs.end(), std::back_inserter(result));
    const bool goes_on = page->next != RunId{} && (before == RunId{} || page->next < before);
    before = goes_on ? page->next : RunId{};
  } while (before != RunId{} && result.size() < most);
  if (result.size() > most) result.resize(most);
  return result;
}

namespace {

/// Takes a run's events page by page, the oldest first; gives the number of the last.
template <class Take>
Result<Sequence> read_events(Answers& answers, RunId run, Take take) {
  EventsRequest request{.run = run, .after = {}, .most = 1000, .wait = {}};
  while (true) {
    Result<EventsAnswer> page = answers.events(request);
    if (!page) return page.error();
    if (page->events.empty()) return request.after;
    take(std::move(page->events));
    request.after = std::max(page->last, request.after);
  }
}

}  // namespace

Result<std::vector<DependencyView>> all_dependencies(Answers& answers, RunId run) {
  std::vector<DependencyView> result;
  std::uint32_t next = 0;
  do {
    Result<GraphAnswer> page = answers.graph({.run = run, .first_dependency = next});
    if (!page) return page.error();
    std::move(page->dependencies.begin(), page->dependencies.end(), std::back_inserter(result));
    next = page->next_dependency > next ? page->next_dependency : 0;
  } while (next != 0);
  return result;
}

Result<std::vector<EventView>> all_events(Answers& answers, RunId run) {
  std::vector<EventView> all;
  const Result<Sequence> read = read_events(answers, run, [&](std::vector<EventView> page) {
    std::move(page.begin(), page.end(), std::back_inserter(all));
  });
  if (!read) return read.error();
  return all;
}

Result<Sequence> last_event(Answers& answers, RunId run) {
  return read_events(answers, run, [](const std::vector<EventView>& /*page*/) {});
}

}  // namespace headway::cli
