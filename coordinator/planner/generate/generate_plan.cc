#include "coordinator/planner/generate/generate_plan.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/units.h"
#include "coordinator/planner/generate/execution_plan.h"
#include "coordinator/planner/generate/sequential_order.h"
#include "coordinator/planner/model/problem_from_plan.h"
#include "coordinator/planner/search/optimize.h"
#include "coordinator/planner/simulate_schedule.h"
#include "coordinator/planner/verify/verify_schedule.h"

namespace headway::planner {

namespace {

/// Iterations for each number of agents that is tried after the length is known.
constexpr std::uint64_t kTryIterations = 300;
/// Tickets scheduled in all to find out how many agents are enough.
constexpr std::size_t kTriedTickets = 200'000;
/// Beyond so many pairs of tickets alive together a schedule is not verified once more.
constexpr std::size_t kMostVerified = 200'000'000;

/// Tickets as the planning sees them: with all labels that their agents must have; where all agents
/// are alike, with none.
Plan reckoned_plan(const Plan& plan, const GenerateOptions& options) {
  Plan reckoned = plan;
  reckoned.execution_plan.reset();
  for (Ticket& ticket : reckoned.tickets) {
    if (options.alike) {
      ticket.agent = {};
      continue;
    }
    const auto labels = options.type_labels.find(ticket.agent.type);
    if (labels == options.type_labels.end()) continue;
    for (const std::string& label : labels->second) {
      std::vector<std::string>& own = ticket.agent.labels;
      if (std::find(own.begin(), own.end(), label) == own.end()) own.push_back(label);
    }
  }
  return reckoned;
}

std::uint32_t agents_used(const std::vector<ScheduledTicket>& schedule) {
  std::set<std::uint32_t> used;
  for (const ScheduledTicket& ticket : schedule) {
    if (ticket.finish > ticket.start) used.insert(ticket.agent);
  }
  return std::max(1U, static_cast<std::uint32_t>(used.size()));
}

/// Whether a plan's file can hold it.
bool can_be_said(Duration duration) { return parse_duration(format_duration(duration)).ok(); }

Duration sum_of(const Problem& problem) {
  Ticks total = 0;
  for (const Ticks ticks : problem.durations) total += ticks;
  return problem.time(total);
}

/// Generates one plan, with one graph, on one list of agents.
class Generator {
 public:
  Generator(Plan& plan, const GenerateOptions& options, std::shared_ptr<const PlanGraph> graph)
      : options_(options),
        graph_(std::move(graph)),
        reckoned_(reckoned_plan(plan, options)),
        agents_(options.agents) {
    made_.plan = std::move(plan);
    made_.plan.strategy = options.strategy;
    made_.plan.execution_plan.reset();
    ranks_.reserve(graph_->size());
    for (std::uint32_t i = 0; i < graph_->size(); ++i)
      ranks_.push_back(graph_->rank(TicketIndex{i}));
  }

  Result<GeneratedPlan> generate() {
    Result<void> scheduled = schedule();
    if (!scheduled) return scheduled.error();
    if (!can_be_said(made_.duration)) {
      return Error{ErrorKind::kInvalidPlan,
                   "the schedule would take longer than ten years, which no plan can say: look at "
                   "the estimates"};
    }
    made_.agents = agents_used(schedule_);
    verify();
    Result<Analysis> analysis = analyze(made_.plan, crew());
    if (!analysis) return analysis.error();
    made_.plan.execution_plan = execution_plan(*analysis, schedule_, agents_);
    complete();
    return std::move(made_);
  }

 private:
  Result<void> schedule() {
    switch (options_.strategy) {
      case Strategy::kMaximum:
        if (options_.alike) return as_many_as_useful();
        return balanced();
      case Strategy::kBalanced:
        return balanced();
      case Strategy::kSequential:
        return one_by_one();
    }
    return {};
  }

  [[nodiscard]] Result<Problem> problem(const std::vector<PlanAgent>& agents) const {
    return problem_from_plan(reckoned_, *graph_, agents);
  }

  void take(const Problem& problem, const SearchResult& found) {
    schedule_ = scheduled_tickets(problem, found.schedule);
    made_.duration = problem.time(found.schedule.makespan);
  }

  void take_bound(const Problem& problem, const SearchResult& found) {
    made_.lower_bound = problem.time(found.lower_bound);
    made_.bound_reason = found.bound_reason;
    made_.is_optimal = found.is_optimal;
    made_.iterations = found.iterations;
    made_.schedules = found.schedules;
    made_.sequential = sum_of(problem);
  }

  Result<void> balanced() {
    const Result<Problem> problem = this->problem(agents_);
    if (!problem) return problem.error();
    SearchOptions search;
    search.seed = options_.seed;
    search.max_iterations = options_.max_iterations;
    search.enough = options_.enough;
    search.ranks = ranks_;
    if (options_.progress) {
      search.progress = [&](const SearchProgress& progress) {
        options_.progress({progress.schedules, problem->time(progress.makespan),
                           problem->time(progress.lower_bound)});
      };
    }
    const SearchResult found = optimize(*problem, search);
    take(*problem, found);
    take_bound(*problem, found);
    return {};
  }

  Result<void> as_many_as_useful() {
    const auto tickets = static_cast<std::uint32_t>(std::max<std::size_t>(1, graph_->size()));
    const bool given = !agents_.empty();
    if (!given || agents_.size() > tickets) agents_ = agents_alike(tickets);
    Result<void> widest = balanced();
    if (!widest) return widest;
    std::uint32_t enough = agents_used(schedule_);
    std::uint32_t too_few = fewest() - 1;
    std::size_t tries = std::clamp<std::size_t>(kTriedTickets / tickets, 2, 24);
    for (; too_few + 1 < enough && tries > 0; --tries) {
      const std::uint32_t middle = too_few + (enough - too_few) / 2;
      const Result<Problem> problem = this->problem(agents_alike(middle));
      if (!problem) return problem.error();
      const SearchResult found = optimize(*problem, with_few_iterations());
      if (problem->time(found.schedule.makespan) > made_.duration) {
        too_few = middle;
        continue;
      }
      take(*problem, found);
      enough = agents_used(schedule_);
    }
    agents_ = agents_alike(enough);
    renumber();
    return {};
  }

  /// No fewer agents can do all the work in time.
  [[nodiscard]] std::uint32_t fewest() const {
    if (made_.duration <= Duration::zero()) return 1;
    const auto ceiling = (made_.sequential + made_.duration - Duration{1}) / made_.duration;
    return static_cast<std::uint32_t>(std::max<std::int64_t>(1, ceiling));
  }

  /// Always as many, so that the same plan is made however long the first search took.
  [[nodiscard]] SearchOptions with_few_iterations() const {
    SearchOptions few;
    few.seed = options_.seed;
    few.max_iterations = graph_->size() > kMostForGenetic ? 0 : kTryIterations;
    few.ranks = ranks_;
    return few;
  }

  /// Agents by their places in the shorter list. Tickets that take no time may be anywhere.
  void renumber() {
    const auto last = static_cast<std::uint32_t>(agents_.size() - 1);
    for (ScheduledTicket& ticket : schedule_) ticket.agent = std::min(ticket.agent, last);
  }

  Result<void> one_by_one() {
    const Result<Problem> problem = this->problem(agents_);
    if (!problem) return problem.error();
    Duration now{};
    for (const TicketIndex ticket : sequential_order(reckoned_, *graph_)) {
      const std::uint32_t set = problem->agent_set_of[ticket.index()];
      const Duration finish = now + problem->time(problem->durations[ticket.index()]);
      schedule_.push_back({ticket, problem->agent_sets[set].front(), now, finish});
      now = finish;
    }
    made_.duration = made_.sequential = made_.lower_bound = now;
    made_.bound_reason = "one ticket at a time";
    made_.is_optimal = true;
    return {};
  }

  void verify() const {
    if (schedule_.size() * made_.agents > kMostVerified) return;
    const std::vector<std::string> faults = verify_schedule(reckoned_, agents_, schedule_);
    HW_CHECK(faults.empty(), "a generated schedule breaks the plan");
  }

  [[nodiscard]] Crew crew() const {
    if (!options_.crew.by_label.empty()) return options_.crew;
    return {static_cast<std::uint32_t>(agents_.size()), {}};
  }

  void complete() {
    ExecutionPlan& derived = *made_.plan.execution_plan;
    derived.agents = static_cast<std::int32_t>(agents_.size());
    derived.estimated_duration = made_.duration;
    if (can_be_said(made_.sequential)) derived.sequential_duration = made_.sequential;
    if (made_.duration > Duration::zero()) {
      const double factor = to_seconds(made_.sequential) / to_seconds(made_.duration);
      derived.parallelism_factor = std::round(factor * 100) / 100;
    }
    derived.lower_bound = made_.lower_bound;
    derived.bound_reason = made_.bound_reason;
    if (options_.strategy != Strategy::kSequential)
      derived.search = PlannedSearch{options_.seed, made_.iterations};
    made_.recommendations = derived.recommendations;
    if (!options_.alike) return;
    const Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(made_.plan);
    HW_CHECK(graph, "a generated plan has no graph");
    made_.by_priority =
        simulate_schedule(made_.plan, **graph,
                          {.agents = made_.agents, .max_parallel = {}, .groups = {}})
            .total;
  }

  const GenerateOptions& options_;
  std::shared_ptr<const PlanGraph> graph_;
  Plan reckoned_;
  std::vector<std::uint32_t> ranks_;
  std::vector<PlanAgent> agents_;
  std::vector<ScheduledTicket> schedule_;
  GeneratedPlan made_;
};

}  // namespace

Result<GeneratedPlan> generate_plan(Plan plan, const GenerateOptions& options) {
  if (options.agents.empty() && !(options.strategy == Strategy::kMaximum && options.alike))
    return Error{ErrorKind::kUsage, "a plan needs at least one agent to be scheduled on"};
  plan.execution_plan.reset();
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(plan);
  if (!graph) return graph.error();
  return Generator(plan, options, std::move(*graph)).generate();
}

std::uint64_t usual_iterations(std::size_t tickets) {
  constexpr std::uint64_t kMost = 200'000;
  constexpr std::uint64_t kWork = 12'000'000;
  // Steps of the search among list schedules are others, and take longer.
  constexpr std::uint64_t kLargeWork = 200'000;
  const std::uint64_t work = tickets > kMostForGenetic ? kLargeWork : kWork;
  return std::min(kMost, work / std::max<std::uint64_t>(1, tickets));
}

}  // namespace headway::planner
