#include <algorithm>
#include <utility>

#include "coordinator/planner/analysis/analysis.h"
#include "coordinator/planner/analysis/crew.h"
#include "coordinator/planner/analysis/cut_cycles.h"
#include "coordinator/planner/analysis/durations.h"
#include "coordinator/planner/analysis/find_conflicts.h"
#include "coordinator/planner/analysis/find_limits.h"
#include "coordinator/planner/analysis/measure_paths.h"
#include "coordinator/planner/analysis/recommend.h"

namespace headway {

namespace {

/// Tickets simulated in all for the recommendations and the table of agents, each: what fits a
/// second.
constexpr std::size_t kSimulatedTickets = 60'000;
constexpr std::size_t kMostTries = 24;

SimulatedSchedule simulate(const Analysis& analysis, std::uint32_t agents) {
  return simulate_schedule(analysis.plan, *analysis.graph,
                           {.agents = agents, .max_parallel = {}, .groups = {}});
}

/// Durations with more and more agents, until more do not help; the fewest of the last step that
/// are as good. That many are useful.
std::uint32_t useful_agents(Analysis& analysis, std::size_t tries) {
  const auto all = static_cast<std::uint32_t>(std::max<std::size_t>(1, analysis.graph->size()));
  const SimulatedSchedule best = simulate(analysis, all);
  const std::uint32_t most = std::max(1U, best.most_alive);
  // From one to the most that were ever alive, in as many steps as there is time for.
  const std::uint32_t factor = tries < 12 ? 4 : 2;
  std::uint32_t enough = most;
  std::uint32_t too_few = 0;
  for (std::uint32_t agents = 1; agents < most; agents *= factor) {
    const Duration total = simulate(analysis, agents).total;
    analysis.by_agents.emplace_back(agents, total);
    if (total <= best.total) {
      enough = agents;
      break;
    }
    too_few = agents;
  }
  while (tries >= 12 && too_few + 1 < enough) {
    const std::uint32_t middle = too_few + (enough - too_few) / 2;
    (simulate(analysis, middle).total <= best.total ? enough : too_few) = middle;
  }
  if (analysis.by_agents.empty() || analysis.by_agents.back().first != enough)
    analysis.by_agents.emplace_back(enough, simulate(analysis, enough).total);
  std::sort(analysis.by_agents.begin(), analysis.by_agents.end());
  return enough;
}

double share(Duration a, Duration b) {
  return b > Duration::zero() ? to_seconds(a) / to_seconds(b) : 1.0;
}

}  // namespace

Result<Analysis> analyze(Plan plan, const Crew& crew) {
  Analysis analysis;
  analysis.plan = std::move(plan);
  make_buildable(analysis);
  analysis.labels_without_agents = count_crew(analysis.plan, crew);
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(analysis.plan);
  if (!graph) return graph.error();
  analysis.graph = std::move(*graph);

  const std::size_t size = analysis.graph->size();
  const std::size_t tries =
      std::clamp<std::size_t>(kSimulatedTickets / std::max<std::size_t>(1, size), 3, kMostTries);
  const std::uint32_t useful = useful_agents(analysis, tries);
  std::uint32_t given = crew.agents;
  for (const auto& [label, count] : crew.by_label) given += crew.agents == 0 ? count : 0;
  analysis.agents_given = given > 0;
  analysis.agents = given > 0 ? given : useful;
  analysis.schedule = simulate(analysis, analysis.agents);

  measure_critical_path(analysis);
  measure_groups(analysis);
  measure_bottlenecks(analysis);
  find_conflicts(analysis);
  analysis.parallelism_factor = share(analysis.schedule.sequential, analysis.schedule.total);
  analysis.most_parallelism = share(analysis.schedule.sequential, analysis.critical_path_duration);
  find_limits(analysis, crew);
  recommend(analysis, crew, tries);
  return analysis;
}

}  // namespace headway
