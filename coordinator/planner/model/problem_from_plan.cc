#include "coordinator/planner/model/problem_from_plan.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/planner/model/problem_builder.h"

namespace headway::planner {

std::uint32_t ProblemBuilder::add_resource(ResourceKind kind, std::string name,
                                           std::int64_t capacity, bool coarse) {
  problem_.resources.push_back({kind, std::move(name), capacity, coarse});
  return static_cast<std::uint32_t>(problem_.resources.size() - 1);
}

void ProblemBuilder::demand(std::uint32_t activity, std::uint32_t resource, std::int64_t amount) {
  if (amount > 0 && problem_.durations[activity] > 0) {
    uses_.push_back({activity, {resource, amount}});
  }
}

Result<void> ProblemBuilder::add_durations() {
  problem_.ticket_count = static_cast<std::uint32_t>(plan_.tickets.size());
  // A schedule is never longer than all tickets one after the other, and the search adds a few
  // times of that size.
  constexpr Duration kLongest = Duration::max() / 8;
  Duration total{};
  Duration tick{};
  for (const Ticket& ticket : plan_.tickets) {
    const Duration takes = std::max(ticket.estimate.value_or(kDefaultEstimate), Duration::zero());
    if (takes > kLongest - total) {
      return Error{
          ErrorKind::kInvalidPlan,
          fmt::format("the estimates add up to more than {}: the one of `{}` is {}",
                      format_duration(kLongest), printable(ticket.id), format_duration(takes))};
    }
    total += takes;
    tick = Duration{std::gcd(tick.count(), takes.count())};
    problem_.durations.push_back(takes.count());
  }
  problem_.tick = std::max(tick, Duration{1});
  for (Ticks& ticks : problem_.durations) ticks /= problem_.tick.count();
  return {};
}

void ProblemBuilder::add_precedence() {
  const std::uint32_t tickets = problem_.ticket_count;
  std::uint32_t milestones = 0;
  if (plan_.barriers && graph_.group_count() > 1) milestones = graph_.group_count() - 1;
  problem_.durations.resize(tickets + milestones, 0);
  // Milestone g ends group g and lets group g + 1 begin.
  std::vector<std::vector<std::uint32_t>> groups(milestones > 0 ? graph_.group_count() : 0);
  for (std::uint32_t i = 0; i < tickets; ++i) {
    const TicketIndex ticket{i};
    const std::uint32_t first = static_cast<std::uint32_t>(problem_.predecessors.values.size());
    for (const Edge edge : graph_.dependencies(ticket)) {
      if (edge.kind != EdgeKind::kSoft) {
        problem_.predecessors.values.push_back(edge.ticket.number());
      }
    }
    if (milestones > 0) {
      const std::uint32_t group = graph_.group(ticket);
      groups[group].push_back(i);
      if (group > 0) problem_.predecessors.values.push_back(tickets + group - 1);
    }
    auto& values = problem_.predecessors.values;
    std::sort(values.begin() + first, values.end());
    values.erase(std::unique(values.begin() + first, values.end()), values.end());
    problem_.predecessors.end_row();
  }
  for (std::uint32_t group = 0; group < milestones; ++group) {
    auto& values = problem_.predecessors.values;
    values.insert(values.end(), groups[group].begin(), groups[group].end());
    if (group > 0) values.push_back(tickets + group - 1);
    problem_.predecessors.end_row();
  }
  fill_successors(problem_);
}

Result<void> ProblemBuilder::add_counted() {
  std::vector<std::string> too_much;
  for (const ResourceAmount& there_is : plan_.resources) {
    const std::uint32_t resource =
        add_resource(ResourceKind::kCounted, there_is.name, there_is.thousandths);
    for (std::uint32_t i = 0; i < problem_.ticket_count; ++i) {
      std::int64_t wanted = 0;
      for (const ResourceAmount& amount : plan_.tickets[i].resources) {
        if (amount.name == there_is.name) wanted = std::max(wanted, amount.thousandths);
      }
      if (wanted > there_is.thousandths) {
        too_much.push_back(fmt::format("`{}` needs {} of `{}`", printable(plan_.tickets[i].id),
                                       format_thousandths(wanted), printable(there_is.name)));
      }
      demand(i, resource, wanted);
    }
  }
  if (too_much.empty()) return {};
  const std::size_t count = too_much.size();
  too_much.resize(std::min(count, kMaxNamedTickets));
  return Error{
      ErrorKind::kInvalidPlan,
      fmt::format(
          "more of a resource is asked for than the plan has: {}{}", join_words(too_much),
          count > kMaxNamedTickets ? fmt::format(", {} tickets in all", count) : std::string())};
}

void ProblemBuilder::add_limit() {
  const std::optional<std::int32_t> most =
      options_.max_parallel ? options_.max_parallel : plan_.most_alive();
  if (!most || static_cast<std::size_t>(std::max(1, *most)) >= agents_.size()) return;
  const std::uint32_t resource =
      add_resource(ResourceKind::kParallel, "max_parallel", std::max(1, *most));
  for (std::uint32_t i = 0; i < problem_.ticket_count; ++i) demand(i, resource, 1);
}

void ProblemBuilder::finish_demands() {
  std::sort(uses_.begin(), uses_.end(), [](const Use& a, const Use& b) {
    return std::pair(a.activity, a.demand.resource) < std::pair(b.activity, b.demand.resource);
  });
  std::size_t next = 0;
  problem_.demands.values.reserve(uses_.size());
  for (std::uint32_t activity = 0; activity < problem_.size(); ++activity) {
    for (; next < uses_.size() && uses_[next].activity == activity; ++next) {
      problem_.demands.values.push_back(uses_[next].demand);
    }
    problem_.demands.end_row();
  }
}

Result<Problem> ProblemBuilder::build() {
  if (Result<void> done = add_durations(); !done) return done.error();
  add_precedence();
  if (Result<void> done = add_counted(); !done) return done.error();
  if (Result<void> done = add_agents(); !done) return done.error();
  add_limit();
  add_locks();
  finish_demands();
  return std::move(problem_);
}

Result<Problem> problem_from_plan(const Plan& plan, const PlanGraph& graph,
                                  const std::vector<PlanAgent>& agents,
                                  const ProblemOptions& options) {
  HW_CHECK(plan.tickets.size() == graph.size(), "the graph is of another plan");
  if (agents.empty()) {
    return Error{ErrorKind::kUsage, "a plan needs at least one agent to be scheduled on"};
  }
  return ProblemBuilder(plan, graph, agents, options).build();
}

}  // namespace headway::planner
