#include <algorithm>
#include <functional>

#include "common/base/check.h"
#include "coordinator/core/evolution.h"
#include "coordinator/core/evolve_plan.h"

/// Runs come, get other plans, end, and go.

namespace headway {

void Evolution::run_submitted() {
  Run& submitted = run();
  submitted.submitted_at = fact_.at;
  submitted.meter = {};
  submitted.meter.at = fact_.at;
  state_.last_run = std::max(state_.last_run, submitted.id);
  const PlanGraph& graph = submitted.graph();
  const Plan& plan = submitted.plan();
  submitted.tickets.resize(graph.size());
  submitted.plan_gates.resize(plan.plan_gates.size());
  for (const Artifact& file : submitted.source->options.files) {
    submitted.files[file.path].file = file;
  }
  for (PlanGateRecord& gate : submitted.plan_gates) gate.due_at = fact_.at;
  submitted.group_left.assign(graph.group_count(), 0);
  submitted.open_groups = plan.barriers ? std::min(1U, graph.group_count()) : graph.group_count();
  count_of(submitted, TicketState::kWaiting) = static_cast<std::uint32_t>(graph.size());
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    const TicketIndex ticket{i};
    ++submitted.group_left[graph.group(ticket)];
    TicketRecord& waiting = submitted.tickets[i];
    for (const Edge edge : graph.dependencies(ticket)) {
      if (edge.kind != EdgeKind::kSoft) ++waiting.unmet;
    }
    if (graph.group(ticket) < submitted.open_groups) {
      ++submitted.open_left;
    } else {
      ++waiting.unmet;
    }
  }
  if (plan.barriers) {
    std::vector<TicketIndex>& behind = submitted.behind;
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
      if (graph.group(TicketIndex{i}) >= submitted.open_groups) behind.emplace_back(i);
    }
    std::ranges::sort(behind, std::greater{},
                      [&](TicketIndex ticket) { return std::pair(graph.group(ticket), ticket); });
  }
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    if (submitted.tickets[i].unmet == 0) move(submitted, TicketIndex{i}, TicketState::kReady);
  }
}

void Evolution::run_ended() {
  HW_CHECK(fact_.run_state.has_value(), "a run ended without a state");
  Run& ended = run();
  ended.state = *fact_.run_state;
  ended.finished_at = fact_.at;
}

void Evolution::plan_changed() {
  Run& of = run();
  HW_CHECK(of.offered != nullptr && of.offered->version == fact_.number.value_or(0),
           "the plan changed to a version that nobody knows");
  take_plan(of);
  for (std::uint32_t i = 0; i < of.tickets.size(); ++i) {
    const TicketRecord& ticket = of.tickets[i];
    if (ticket.state == TicketState::kReady && ticket.unmet > 0) {
      move(of, TicketIndex{i}, TicketState::kWaiting);
    } else if (ticket.state == TicketState::kWaiting && ticket.unmet == 0) {
      move(of, TicketIndex{i}, TicketState::kReady);
    }
  }
}

void add_run(State& state, RunId id, std::shared_ptr<const RunPlan> source) {
  Run run;
  run.id = id;
  run.source = std::move(source);
  const bool added = state.runs.emplace(id, std::move(run)).second;
  HW_CHECK(added, "two runs have one number");
}

void offer_plan(State& state, RunId run, std::shared_ptr<const RunPlan> version) {
  state.run(run).offered = std::move(version);
}

void drop_run(State& state, RunId id) {
  std::erase_if(state.attempts, [&](const auto& entry) { return entry.second.run == id; });
  std::erase_if(state.checks, [&](const auto& entry) { return entry.second.run == id; });
  state.runs.erase(id);
}

void take_run(State& state, const State& from, RunId id) {
  state.runs[id] = from.runs.at(id);
  for (const auto& [token, attempt] : from.attempts) {
    if (attempt.run == id) state.attempts[token] = attempt;
  }
}

}  // namespace headway
