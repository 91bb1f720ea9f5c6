#include "coordinator/core/status.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/plan/words.h"
#include "coordinator/core/doubt.h"

namespace headway {

namespace {

/// Tickets named in "waiting for"; the rest is counted.
constexpr std::size_t kMostNamed = 20;
/// Gates of the plan that a summary names as failing.
constexpr std::size_t kMostFailingGates = 20;
/// Bytes of one page: with what a single entry may have more, it stays within a frame.
constexpr std::size_t kMaxPageBytes = 512U << 10U;
/// Of an entry's names of fields and numbers.
constexpr std::size_t kEntryBytes = 350;

std::size_t size_of(const TicketView& view) {
  std::size_t bytes = kEntryBytes + view.id.size() + view.title.size() + view.detail.size() +
                      view.progress_message.size() + view.step.size() + view.category.size() +
                      view.created.size();
  for (const std::string& what : view.waiting_for) bytes += what.size() + 5;
  return bytes;
}

std::vector<std::string> names_of_failing_gates(const Run& run) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < run.plan_gates.size() && names.size() < kMostFailingGates; ++i) {
    if (run.plan_gates[i].failing) names.push_back(run.plan().plan_gates[i].name);
  }
  return names;
}

}  // namespace

std::string run_name(RunId run) { return fmt::format("r{}", run.number()); }

std::string shown_lock(const Run& run, const std::string& lock) {
  const std::string folder = run.source->options.plan_folder + "/";
  return lock.starts_with(folder) ? lock.substr(folder.size()) : lock;
}

// ---- Runs

std::uint32_t Status::agent_count() const {
  if (core_ != nullptr) return state_.joined_slots;
  std::uint32_t slots = 0;
  for (const auto& [id, worker] : state_.workers) slots += worker.slots;
  return slots;
}

RunSummary Status::summary(const Run& run) const {
  RunSummary summary;
  summary.id = run.id;
  summary.name = run.source->name;
  summary.state = run.state;
  summary.started_at = known(run.submitted_at);
  summary.finished_at = known(run.finished_at);
  summary.groups.total = static_cast<std::uint32_t>(run.group_left.size());
  std::vector<bool> active(run.group_left.size());
  if (run.alive() > 0) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      if (is_alive(run.tickets[i].state)) active[run.graph().group(TicketIndex{i})] = true;
    }
  }
  summary.groups.active = static_cast<std::uint32_t>(std::ranges::count(active, true));
  summary.agents.active = run.running();
  // What a worker ran that is not joined any more may be alive still.
  summary.agents.total = std::max(agent_count(), summary.agents.active);
  summary.plan_version = run.source->version;
  summary.total = run.planned();
  summary.waiting = run.count(TicketState::kWaiting);
  summary.ready = run.count(TicketState::kReady);
  summary.alive = run.alive();
  summary.succeeded = run.count_planned(TicketState::kSucceeded);
  summary.failed = run.count_planned(TicketState::kFailed);
  summary.aborted = run.count_planned(TicketState::kAborted);
  summary.cancelled = run.count_planned(TicketState::kCancelled);
  summary.failures_allowed =
      run.totals.failures_allowed - (run.count(TicketState::kFailed) - summary.failed);
  summary.undone = run.count_planned(TicketState::kUndone);
  summary.in_review = run.count(TicketState::kReview);
  summary.assigned = run.count(TicketState::kAssigned);
  for (const TicketIndex ticket : run.rollbacks) {
    const bool failed = run.tickets[ticket.index()].rollback == RollbackState::kFailed;
    ++(failed ? summary.rollbacks_failed : summary.rollbacks_planned);
  }
  summary.failing_gates = names_of_failing_gates(run);
  const std::uint32_t ended =
      summary.succeeded + summary.failed + summary.aborted + summary.cancelled + summary.undone;
  summary.completion_rate = summary.total == 0 ? 1.0 : static_cast<double>(ended) / summary.total;
  if (core_ != nullptr && !is_final(run.state) && state_.runs.contains(run.id)) {
    summary.active_conflicts = core_->scheduler().active_conflicts(run.id);
  }
  summary.local_agents = run.source->options.local_agents;
  summary.plan_file = run.source->options.plan_file;
  return summary;
}

StatusAnswer Status::status(const Run& run, const StatusRequest& request) const {
  StatusAnswer answer;
  answer.run = summary(run);
  answer.metrics = metrics(run);
  if (request.summary_only) return answer;
  const auto count = static_cast<std::uint32_t>(run.tickets.size());
  std::uint32_t next = request.first_ticket;
  std::size_t bytes = 0;
  while (next < count && answer.tickets.size() < kStatusPageTickets && bytes < kMaxPageBytes) {
    answer.tickets.push_back(ticket(run, TicketIndex{next++}));
    bytes += size_of(answer.tickets.back());
  }
  if (next < count) answer.next_ticket = next;
  return answer;
}

// ---- Tickets

TicketView Status::ticket(const Run& run, TicketIndex index) const {
  const TicketRecord& record = run.tickets[index.index()];
  const Ticket& definition = run.ticket(index);
  TicketView view;
  view.id = definition.id;
  view.title = definition.title;
  view.state = record.state;
  view.group = run.graph().group(index) + 1;
  view.attempt = record.attempts;
  view.agent = state_.agent_name(record.worker, record.slot);
  view.eta = ticket_eta(run, index);
  view.started_at = known(record.started_at);
  if (is_final(record.state)) view.finished_at = known(record.ended_at);
  if (view.started_at && !run.at_worker(index)) view.took = record.elapsed;
  const Duration rest = record.rest(now_.wall);
  if (record.state == TicketState::kReady && rest > Duration{}) view.rest = rest;
  view.outcome = record.outcome;
  view.exit_code = record.exit_code;
  view.detail = record.detail;
  if (const AttemptNote* noted = note(record.token); noted != nullptr && is_alive(record.state)) {
    view.progress = noted->progress;
    view.progress_message = noted->progress_message;
  }
  if (record.state == TicketState::kSucceeded) view.progress = 1;
  view.waiting_for = waiting_for(run, index);
  show_validation(run, index, view);
  view.priority = to_text(run.priority(index));
  view.category = definition.category;
  view.estimate = definition.estimate;
  view.created = definition.created;
  return view;
}

std::optional<Duration> Status::ticket_eta(const Run& run, TicketIndex index) const {
  if (run.tickets[index.index()].state != TicketState::kRunning) return std::nullopt;
  if (is_in_doubt(core_, run, index, now_)) return std::nullopt;
  return expectations_.try_emplace(run.id, run, core_, now_).first->second.left(index);
}

std::vector<TicketIndex> Status::unmet(const Run& run, TicketIndex index) const {
  std::vector<TicketIndex> found;
  for (const Edge edge : run.graph().dependencies(index)) {
    if (!run.met(edge)) found.push_back(edge.ticket);
  }
  return found;
}

std::vector<std::string> Status::waiting_for(const Run& run, TicketIndex index) const {
  std::vector<std::string> what;
  const TicketRecord& record = run.tickets[index.index()];
  if (record.state == TicketState::kWaiting) {
    for (const TicketIndex dependency : unmet(run, index)) {
      if (what.size() == kMostNamed) break;
      what.push_back(run.ticket(dependency).id);
    }
    if (run.graph().group(index) >= run.open_groups) {
      what.push_back(fmt::format("group {}", run.open_groups));
    }
  }
  if (core_ == nullptr) return what;
  if (record.state == TicketState::kValidating && has_waiting_gate(run, index)) {
    what.emplace_back("agent");
  }
  if (record.state != TicketState::kReady) return what;
  const Hindrance hindrance = core_->scheduler().hindrance({run.id, index});
  switch (hindrance.kind) {
    case Hindrance::Kind::kNone:
    case Hindrance::Kind::kRunNotOpen:
      break;
    case Hindrance::Kind::kLock:
      what.push_back("lock " + shown_lock(run, hindrance.name));
      break;
    case Hindrance::Kind::kResource:
      what.push_back("resource " + hindrance.name);
      break;
    case Hindrance::Kind::kNoAgent:
    case Hindrance::Kind::kAgentsBusy:
    case Hindrance::Kind::kRoom:
      what.emplace_back("agent");
      break;
    case Hindrance::Kind::kClaim:
      what.emplace_back("a ticket that was passed over");
      break;
    case Hindrance::Kind::kLimit:
      what.emplace_back("max_parallel");
      break;
  }
  return what;
}

// ---- Facts

EventView Status::event(const Fact& fact) const {
  EventView view;
  view.sequence = fact.sequence;
  view.at = fact.at;
  view.run = fact.run;
  view.token = fact.token;
  view.slot = fact.slot;
  view.kind = to_text(fact.kind);
  view.outcome = fact.outcome;
  view.exit_code = fact.exit_code;
  view.elapsed = fact.elapsed;
  view.number = fact.number;
  view.detail = fact.detail;
  if (fact.ticket_state) view.state = to_text(*fact.ticket_state);
  if (fact.run_state) view.state = to_text(*fact.run_state);
  if (fact.kind == FactKind::kTicketAssigned) view.state = to_text(TicketState::kAssigned);
  if (fact.kind == FactKind::kAttemptStarted) view.state = to_text(TicketState::kRunning);
  if (from_text<CheckKind>(fact.digest)) view.check = fact.digest;
  view.delay = fact.delay;
  if (from_text<CheckKind>(fact.digest)) view.check = fact.digest;
  if (const auto attempt = state_.attempts.find(fact.token); attempt != state_.attempts.end()) {
    view.attempt = attempt->second.number;
  }
  const auto worker = state_.workers.find(fact.worker);
  if (worker != state_.workers.end()) view.worker = worker->second.name;
  const Run* run = state_.find_run(fact.run);
  if (run != nullptr && fact.ticket && fact.ticket->index() < run->tickets.size()) {
    view.ticket = run->ticket(*fact.ticket).id;
  }
  return view;
}

}  // namespace headway
