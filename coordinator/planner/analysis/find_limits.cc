#include "coordinator/planner/analysis/find_limits.h"

#include "coordinator/planner/analysis/crew.h"
#include "coordinator/planner/analysis/durations.h"
#include "coordinator/planner/analysis/find_conflicts.h"

namespace headway {

namespace {

/// `work` by so many thousandths of a unit at once, rounded down; 128 bits, so that nothing
/// overflows.
Duration divided(Duration work, std::int64_t thousandths_used, std::int64_t thousandths_there) {
  __extension__ using Wide = __int128;
  return Duration{
      static_cast<Duration::rep>(Wide{work.count()} * thousandths_used / thousandths_there)};
}

void limit_by_resources(Analysis& analysis) {
  for (const ResourceAmount& there : analysis.plan.resources) {
    if (there.thousandths <= 0) continue;
    Duration total{};
    for (const Ticket& ticket : analysis.plan.tickets) {
      for (const ResourceAmount& wanted : ticket.resources) {
        if (wanted.name != there.name) continue;
        total = add_durations(total,
                              divided(duration_of(ticket), wanted.thousandths, there.thousandths));
      }
    }
    if (total > Duration::zero())
      analysis.limits.push_back({LimitKind::kResource, there.name, total});
  }
}

}  // namespace

void find_limits(Analysis& analysis, const Crew& crew) {
  std::vector<Limit>& limits = analysis.limits;
  limits.push_back({LimitKind::kCriticalPath, {}, analysis.critical_path_duration});
  const Duration work = analysis.schedule.sequential;
  if (analysis.agents_given)
    limits.push_back({LimitKind::kAgents, {}, work / std::max<std::int64_t>(1, analysis.agents)});
  if (const auto most = analysis.plan.most_alive(); most && *most > 0)
    limits.push_back({LimitKind::kMaxParallel, {}, work / *most});
  const std::vector<Duration> loads = lock_loads(analysis.plan, *analysis.graph);
  std::size_t heaviest = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (loads[i] > loads[heaviest]) heaviest = i;
  }
  if (!loads.empty() && loads[heaviest] > Duration::zero()) {
    limits.push_back({LimitKind::kConflict,
                      lock_text(analysis.plan, analysis.graph->lock_names()[heaviest]),
                      loads[heaviest]});
  }
  limit_by_resources(analysis);
  // Agents of a label are counted as a resource; their names are for people.
  for (Limit& limit : limits) {
    for (const auto& [label, count] : crew.by_label) {
      if (limit.kind != LimitKind::kResource || limit.what != crew_resource(label)) continue;
      limit.kind = LimitKind::kAgents;
      limit.what = label;
    }
  }
  std::stable_sort(limits.begin(), limits.end(),
                   [](const Limit& a, const Limit& b) { return a.bound > b.bound; });
}

}  // namespace headway
