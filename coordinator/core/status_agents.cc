#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/check_order.h"
#include "coordinator/core/next_scheduled.h"
#include "coordinator/core/status.h"

/// The agent matrix.

namespace headway {

namespace {

constexpr std::uint32_t kAgentsPage = 500;
/// Bytes of one page: with what a single agent may have more, it stays within a frame.
constexpr std::size_t kMaxAgentsBytes = 512U << 10U;
/// Of an agent's names of fields and numbers.
constexpr std::size_t kAgentBytes = 700;

std::size_t bytes_of(const AgentView& view) {
  std::size_t bytes = kAgentBytes + view.id.size() + view.worker.size() + view.host.size();
  for (const auto* words : {&view.types, &view.labels}) {
    for (const std::string& word : *words) bytes += word.size() + 5;
  }
  return bytes;
}

/// What became of an agent's last ticket there; one that was stopped or lost has not failed.
std::string status_of_last(Outcome outcome) {
  if (outcome == Outcome::kSucceeded) return "completed";
  const bool other = outcome == Outcome::kCancelled || outcome == Outcome::kTakenBack ||
                     outcome == Outcome::kWorkerLost;
  return other ? std::string(to_text(outcome)) : "failed";
}

}  // namespace

AgentsAnswer Status::agents(const AgentsRequest& request) const {
  AgentsAnswer answer;
  const NextScheduled next(state_);
  std::uint32_t number = 0;
  std::size_t bytes = 0;
  for (const auto& [id, worker] : state_.workers) {
    for (std::uint32_t slot = 1; slot <= worker.slots; ++slot, ++number) {
      if (number < request.first_agent) continue;
      if (answer.agents.size() == kAgentsPage || bytes >= kMaxAgentsBytes) {
        answer.next_agent = number;
        return answer;
      }
      answer.agents.push_back(agent(id, SlotId{slot}));
      show_next(answer.agents.back(), next.of(answer.agents.back().id, number + 1));
      bytes += bytes_of(answer.agents.back());
    }
  }
  return answer;
}

AgentView Status::agent(WorkerId worker, SlotId slot) const {
  const WorkerRecord& record = state_.workers.at(worker);
  AgentView view;
  view.id = state_.agent_name(worker, slot);
  view.worker = record.name;
  view.state = AgentState::kOffline;
  view.done = record.done;
  view.failed = record.failed;
  view.mean_duration_s = mean_seconds(record.execution_time, record.done + record.failed);
  view.mean_estimate_s = mean_seconds(record.estimated_time, record.done + record.failed);
  if (const auto last = record.last.find(slot); last != record.last.end()) {
    view.run = last->second.run;
    view.ticket = last->second.ticket;
    view.ticket_status = status_of_last(last->second.outcome);
  }
  if (core_ != nullptr) show_link(view, worker);
  show_running(view, worker, slot);
  return view;
}

/// What the worker says of itself.
void Status::show_link(AgentView& view, WorkerId worker) const {
  const auto found = core_->links().find(worker);
  if (found == core_->links().end()) return;
  const Link& link = found->second;
  view.host = link.hello.host;
  view.types = link.hello.types;
  view.labels = link.hello.labels;
  view.every_type = link.hello.every_type;
  view.resources = link.hello.resources;
  view.containment = link.hello.containment;
  view.state = state_of_idle(worker, link);
  if (link.connected) {
    view.load = link.load;
    view.heartbeat_age = std::max(now_.steady - link.last_heard, Duration{});
  }
}

const std::set<Token>& Status::held(WorkerId worker) const {
  static const std::set<Token> kNothing;
  if (core_ != nullptr) {
    const auto link = core_->links().find(worker);
    return link == core_->links().end() ? kNothing : link->second.held;
  }
  if (!held_) held_ = state_.held();
  const auto found = held_->find(worker);
  return found == held_->end() ? kNothing : found->second;
}

AgentState Status::state_of_idle(WorkerId worker, const Link& link) const {
  if (!link.connected) return AgentState::kOffline;
  if (core_->is_silent(link, now_.steady)) return AgentState::kSilent;
  const bool draining = link.says_draining || state_.workers.at(worker).draining;
  return draining ? AgentState::kDraining : AgentState::kIdle;
}

std::map<AgentState, std::uint32_t> Status::agents_by_state() const {
  std::map<AgentState, std::uint32_t> agents = {{AgentState::kIdle, 0}, {AgentState::kRunning, 0}};
  if (core_ == nullptr) return agents;
  for (const auto& [worker, link] : core_->links()) {
    const AgentState state = state_of_idle(worker, link);
    if (state == AgentState::kOffline) continue;
    std::uint32_t left = link.hello.slots;
    if (state == AgentState::kIdle) {
      const auto started = static_cast<std::uint32_t>(
          std::ranges::count_if(link.held, [&](Token token) { return state_.has_started(token); }));
      const std::uint32_t running = std::min(started, left);
      agents[AgentState::kRunning] += running;
      left -= running;
    }
    agents[state] += left;
  }
  return agents;
}

void Status::show_next(AgentView& view, std::optional<AttemptRef> next) const {
  if (view.state != AgentState::kIdle || !next) return;
  const Run& run = *state_.find_run(next->run);
  view.run = next->run;
  view.ticket = run.ticket(next->ticket).id;
  const bool is_ready = run.tickets[next->ticket.index()].state == TicketState::kReady;
  view.ticket_status = is_ready ? "waiting" : "deps";
}

/// What runs in a slot now. Where a worker has not said which slot something is in, it shows in the
/// first that has nothing.
void Status::show_running(AgentView& view, WorkerId worker, SlotId slot) const {
  std::uint32_t nowhere = 0;
  std::vector<bool> taken(state_.workers.at(worker).slots + 1);
  const std::set<Token>& held = this->held(worker);
  const auto slot_of = [&](Token token) {
    if (const auto check = state_.checks.find(token); check != state_.checks.end()) {
      return check->second.slot;
    }
    const Attempt& attempt = state_.attempts.at(token);
    return state_.find_run(attempt.run)->tickets[attempt.ticket.index()].slot;
  };
  for (const Token token : held) {
    const SlotId in = slot_of(token);
    if (in.number() < taken.size()) taken[in.number()] = true;
  }
  std::uint32_t free_before = 0;
  for (std::uint32_t i = 1; i < slot.number(); ++i) free_before += taken[i] ? 0U : 1U;
  for (const Token token : held) {
    if (!state_.has_started(token)) continue;
    const SlotId in = slot_of(token);
    const bool here =
        in == slot || (in == SlotId{} && !taken[slot.number()] && nowhere++ == free_before);
    if (!here) continue;
    if (view.state == AgentState::kIdle) view.state = AgentState::kRunning;
    return show_held(view, token);
  }
}

/// A check that was handed out by itself. A gate of the plan is no ticket's.
void Status::show_held(AgentView& view, const HandedCheck& held) const {
  const Run& run = *state_.find_run(held.run);
  const CheckRef& check = held.check;
  view.run = held.run;
  view.ticket = check.kind == CheckKind::kPlanGate ? "" : run.ticket(check.ticket).id;
  switch (check.kind) {
    case CheckKind::kGate:
      view.ticket_status = to_text(TicketState::kValidating);
      view.step = fmt::format("gate {}/{}", check.number, run.ticket(check.ticket).gates.size());
      return;
    case CheckKind::kPlanGate:
      view.ticket_status = to_text(check.kind);
      view.step = check_name(run, check);
      return;
    case CheckKind::kRollback:
    case CheckKind::kRequirement:
    case CheckKind::kCheckpoint:
      view.ticket_status = to_text(check.kind);
      return;
  }
}

void Status::show_held(AgentView& view, Token token) const {
  const auto check = state_.checks.find(token);
  if (check != state_.checks.end()) return show_held(view, check->second);
  const Attempt& attempt = state_.attempts.at(token);
  const Run& run = *state_.find_run(attempt.run);
  view.run = attempt.run;
  view.ticket = run.ticket(attempt.ticket).id;
  if (const AttemptNote* noted = note(token)) view.progress = noted->progress;
  view.ticket_status = to_text(run.tickets[attempt.ticket.index()].state);
  view.step = step(run, attempt.ticket);
  view.eta = ticket_eta(run, attempt.ticket);
}

}  // namespace headway
