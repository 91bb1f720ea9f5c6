#include "coordinator/control/registry_view.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/control/replay.h"
#include "coordinator/core/lock_report.h"
#include "coordinator/core/run_graph.h"
#include "coordinator/core/status.h"
#include "coordinator/core/watch.h"
#include "coordinator/forecast/what_if.h"

namespace headway {

namespace {

constexpr std::uint32_t kRunsPage = 100;
/// Facts of one ticket in an explanation: how it began, and how it came to be where it is.
constexpr std::size_t kFirstHistory = 20;
constexpr std::size_t kLatestHistory = 80;
constexpr std::uint32_t kMostEvents = 1000;
/// Bytes of one page of events, and of one event beside its texts: a page stays within a frame.
constexpr std::size_t kMaxPageBytes = 512U << 10U;
constexpr std::size_t kEventBytes = 300;

/// What the list of runs says of one that is not in memory.
RunSummary summary_of(const ListedRun& run) {
  RunSummary summary;
  summary.id = run.id;
  summary.name = run.name;
  summary.state = run.state;
  summary.started_at = run.submitted_at;
  summary.finished_at = run.finished_at;
  summary.total = run.tickets;
  summary.succeeded = run.succeeded;
  summary.failed = run.failed;
  summary.aborted = run.aborted;
  summary.cancelled = run.cancelled;
  std::uint32_t ended = run.succeeded + run.failed + run.aborted + run.cancelled;
  if (is_final(run.state)) {
    summary.undone = run.tickets - std::min(ended, run.tickets);
    ended = run.tickets;
  }
  summary.completion_rate = run.tickets == 0 ? 1.0 : static_cast<double>(ended) / run.tickets;
  summary.local_agents = run.options.local_agents;
  summary.plan_file = run.plan_file;
  summary.plan_version = run.plan_version;
  return summary;
}

}  // namespace

// ---- Where a run is

/// The newest first.
Result<std::vector<ListedRun>> RegistryView::unfinished() const {
  if (core_ == nullptr) {
    RunFilter filter;
    filter.unfinished_only = true;
    return registry_.list_runs(filter);
  }
  std::vector<ListedRun> runs;
  for (const auto& [id, run] : core_->state().runs) {
    ListedRun listed;
    listed.id = id;
    listed.name = run.source->name;
    listed.state = run.state;
    runs.push_back(std::move(listed));
  }
  std::ranges::reverse(runs);
  return runs;
}

Result<RunId> RegistryView::choose(RunId named) const {
  if (named != RunId{}) return named;
  const Result<std::vector<ListedRun>> candidates = unfinished();
  if (!candidates) return candidates.error();
  if (candidates->size() == 1) return candidates->front().id;
  if (candidates->size() > 1) {
    std::string text = "several runs are unfinished; name one of them:";
    for (const ListedRun& run : *candidates) {
      text +=
          fmt::format("\n  {}  {}  {}", run_name(run.id), to_text(run.state), printable(run.name));
    }
    return Error{ErrorKind::kUsage, text};
  }
  RunFilter filter;
  filter.most = 1;
  const Result<std::vector<ListedRun>> latest = registry_.list_runs(filter);
  if (!latest) return latest.error();
  if (latest->empty()) return Error{ErrorKind::kNotFound, "there is no run yet (headway run PLAN)"};
  return latest->front().id;
}

bool RegistryView::at_hand(RunId named) const {
  if (core_ == nullptr) return false;
  const Result<RunId> chosen = choose(named);
  return !chosen || *chosen > core_->state().last_run ||
         core_->state().find_run(*chosen) != nullptr;
}

Result<RegistryView::Source> RegistryView::source_of(RunId named) {
  const Result<RunId> chosen = choose(named);
  if (!chosen) return chosen.error();
  if (core_ != nullptr) {
    const Run* run = core_->state().find_run(*chosen);
    if (run != nullptr) return Source{&core_->state(), core_, run};
    return Error{ErrorKind::kNotFound, fmt::format("there is no run {}", run_name(*chosen))};
  }
  const Result<Sequence> last = registry_.last_fact_of(*chosen);
  if (!last) return last.error();
  if (!folded_ || folded_run_ != *chosen || folded_at_ != *last) {
    folded_.reset();  // two at a time would take twice the memory
    Result<State> state = replay_run(registry_, *chosen, give_up_);
    if (!state) return state.error();
    folded_ = std::move(*state);
    folded_run_ = *chosen;
    folded_at_ = *last;
  }
  return Source{&*folded_, nullptr, folded_->find_run(*chosen)};
}

Result<const State*> RegistryView::any_state() {
  if (core_ != nullptr) return &core_->state();
  const Result<Source> source = source_of(RunId{});
  if (source) return source->state;
  if (source.error().kind != ErrorKind::kNotFound && source.error().kind != ErrorKind::kUsage) {
    return source.error();
  }
  Result<State> state = replay_unfinished(registry_);
  if (!state) return state.error();
  folded_ = std::move(*state);
  folded_run_ = {};
  return &*folded_;
}

Result<TicketIndex> RegistryView::find_ticket(const Run& run, const std::string& id) const {
  if (const TicketIndex* found = run.graph().find(id)) return *found;
  std::vector<std::string_view> ids;
  for (const Ticket& ticket : run.plan().tickets) ids.emplace_back(ticket.id);
  const std::vector<std::string> near = nearest(id, ids);
  return Error{
      ErrorKind::kNotFound,
      fmt::format("run {} has no ticket {}{}", run_name(run.id), printable(id),
                  near.empty() ? "" : fmt::format("; did you mean {}?", join_words(near, "or")))};
}

// ---- Answers

Result<StatusAnswer> RegistryView::status(const StatusRequest& request, Now now) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  StatusAnswer answer = Status(*source->state, source->core, now).status(*source->run, request);
  show_eta(answer.run, now);
  return answer;
}

Result<RunSummary> RegistryView::summary(RunId run, Now now) {
  const Run* living = core_ == nullptr ? nullptr : core_->state().find_run(run);
  if (living != nullptr) {
    RunSummary shown = Status(core_->state(), core_, now).summary(*living);
    show_eta(shown, now);
    return shown;
  }
  RunFilter filter;
  filter.before = RunId{run.number() + 1};
  filter.most = 1;
  const Result<std::vector<ListedRun>> listed = registry_.list_runs(filter);
  if (!listed) return listed.error();
  if (listed->empty() || listed->front().id != run) {
    return Error{ErrorKind::kNotFound, fmt::format("there is no run {}", run_name(run))};
  }
  return summary_of(listed->front());
}

Result<ValidateAnswer> RegistryView::validated(RunId run, const StateValidation& validation) {
  ValidateAnswer answer{run, validation.checks, validation.missing};
  const Run* living = core_ == nullptr ? nullptr : core_->state().find_run(run);
  if (living == nullptr) {
    answer.checks.push_back({"memory", CheckVerdict::kSkipped, {"the run is not in memory"}});
    return answer;
  }
  const Result<Sequence> last_fact = registry_.last_fact_of(run);
  if (!last_fact) return last_fact.error();
  answer.checks.push_back(check_memory(validation, *living, *last_fact));
  answer.checks.push_back(check_agents(*core_, *living));
  return answer;
}

Result<AgentsAnswer> RegistryView::agents(const AgentsRequest& request, Now now) {
  const Result<const State*> state = any_state();
  if (!state) return state.error();
  return Status(**state, core_, now).agents(request);
}

Result<RunsAnswer> RegistryView::runs(const RunsRequest& request, Now now) {
  RunFilter filter;
  filter.before = request.before;
  filter.most = kRunsPage;
  const Result<std::vector<ListedRun>> listed = registry_.list_runs(filter);
  if (!listed) return listed.error();
  RunsAnswer answer;
  for (const ListedRun& run : *listed) {
    const Run* living = core_ == nullptr ? nullptr : core_->state().find_run(run.id);
    if (living != nullptr) {
      answer.runs.push_back(Status(core_->state(), core_, now).summary(*living));
      show_eta(answer.runs.back(), now);
      continue;
    }
    if (core_ == nullptr && !is_final(run.state)) {
      // The table counts what had ended when the run changed its state last.
      const Result<Source> source = source_of(run.id);
      if (!source) return source.error();
      answer.runs.push_back(Status(*source->state, nullptr, now).summary(*source->run));
      continue;
    }
    answer.runs.push_back(summary_of(run));
  }
  if (listed->size() == kRunsPage) answer.next = listed->back().id;
  return answer;
}

Result<EventsAnswer> RegistryView::events(const EventsRequest& request, Now now) {
  Registry::FactFilter filter;
  filter.run = request.run;
  filter.after = request.after;
  filter.most = std::clamp(request.most, 1U, kMostEvents);
  const Result<std::vector<Fact>> facts = registry_.load_facts(filter);
  if (!facts) return facts.error();
  EventsAnswer answer;
  std::size_t bytes = 0;
  answer.last = request.after;
  const State* state = nullptr;
  const Core* core = nullptr;
  if (request.run != RunId{}) {
    const Result<Source> source = source_of(request.run);
    if (!source) return source.error();
    state = source->state;
    core = source->core;
    answer.run_state = source->run->state;
  } else {
    const Result<const State*> any = any_state();
    if (!any) return any.error();
    state = *any;
  }
  for (const Fact& fact : *facts) {
    EventView view = Status(*state, core, now).event(fact);
    if (view.ticket.empty() && fact.ticket) {
      const Result<std::string> id = registry_.ticket_id(fact.run, *fact.ticket);
      if (id) view.ticket = *id;
    }
    bytes += kEventBytes + view.detail.size() + view.ticket.size() + view.worker.size();
    answer.events.push_back(std::move(view));
    answer.last = fact.sequence;
    if (bytes >= kMaxPageBytes) break;
  }
  return answer;
}

Result<ExplainAnswer> RegistryView::explain(const ExplainRequest& request, Now now) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  const Result<TicketIndex> index = find_ticket(*source->run, request.ticket);
  if (!index) return index.error();
  const Status status(*source->state, source->core, now);
  ExplainAnswer answer = status.explain(*source->run, *index);
  Registry::FactFilter filter;
  filter.run = source->run->id;
  filter.ticket = *index;
  filter.most = kFirstHistory;
  Result<std::vector<Fact>> facts = registry_.load_facts(filter);
  if (!facts) return facts.error();
  if (facts->size() == kFirstHistory) {
    filter.after = facts->back().sequence;
    const Result<std::uint64_t> behind = registry_.count_facts(filter);
    if (!behind) return behind.error();
    filter.most = kLatestHistory;
    filter.latest_first = true;
    const Result<std::vector<Fact>> latest = registry_.load_facts(filter);
    if (!latest) return latest.error();
    answer.left_out = *behind - latest->size();
    answer.left_out_after = kFirstHistory;
    facts->insert(facts->end(), latest->rbegin(), latest->rend());
  }
  for (const Fact& fact : *facts) answer.history.push_back(status.event(fact));
  return answer;
}

Result<GraphAnswer> RegistryView::graph(const GraphRequest& request) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  return run_graph(*source->run, request);
}

Result<WatchAnswer> RegistryView::watch(const WatchRequest& request, Now now) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  WatchAnswer answer = RunWatch(*source->state, source->core, now).answer(*source->run);
  show_eta(answer.run, now);
  show_output_ends(*source->run, answer);
  Registry::FactFilter filter;
  filter.run = source->run->id;
  filter.most = kWatchEvents;
  filter.latest_first = true;
  const Result<std::vector<Fact>> facts = registry_.load_facts(filter);
  if (!facts) return facts.error();
  const Status status(*source->state, source->core, now);
  for (const Fact& fact : *facts) answer.events.push_back(status.event(fact));
  return answer;
}

Result<WhatIfAnswer> RegistryView::what_if(const WhatIfRequest& request, Now now) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  if (is_final(source->run->state)) {
    return Error{ErrorKind::kUsage, fmt::format("run {} is over: it {}", run_name(source->run->id),
                                                to_text(source->run->state))};
  }
  WhatIfRequest changes = request;
  changes.run = source->run->id;
  return headway::what_if(source->core != nullptr ? situation_of(*source->core, *source->run, now)
                                                  : situation_of(*source->state, *source->run, now),
                          changes, give_up_);
}

Result<LocksAnswer> RegistryView::locks(const LocksRequest& request, Now now) const {
  if (core_ == nullptr) {
    return Error{ErrorKind::kUnreachable, "no coordinator is alive: nothing holds a lock"};
  }
  if (request.run != RunId{} && core_->state().find_run(request.run) == nullptr) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("there is no unfinished run {}", run_name(request.run))};
  }
  const std::optional<RunId> of =
      request.run == RunId{} ? std::nullopt : std::optional(request.run);
  return LockReport(*core_, now).answer(of, kMostLocks);
}

}  // namespace headway
