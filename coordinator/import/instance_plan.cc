#include "coordinator/import/instance_plan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "common/plan/cycles.h"
#include "common/plan/graph.h"

namespace headway {

namespace {

/// Tasks that only mark the beginning or the end.
std::set<std::int64_t> frame_of(const std::vector<InstanceTask>& tasks) {
  std::set<std::int64_t> with_successors;
  for (const InstanceTask& task : tasks) {
    with_successors.insert(task.predecessors.begin(), task.predecessors.end());
  }
  std::set<std::int64_t> frame;
  for (const InstanceTask& task : tasks) {
    const bool does_nothing = task.duration == 0 && task.resources.empty() && task.labels.empty();
    const bool at_an_end = task.predecessors.empty() || !with_successors.contains(task.number);
    if (does_nothing && at_an_end) frame.insert(task.number);
  }
  return frame;
}

}  // namespace

Result<Plan> plan_of_tasks(const std::string& name, const std::vector<InstanceTask>& tasks,
                           Duration unit, const InstanceOptions& options) {
  if (!(options.time_scale > 0 && options.time_scale <= 1000)) {
    return Error{ErrorKind::kUsage, fmt::format("the time scale must be above 0 and at most 1000, "
                                                "not {}",
                                                options.time_scale)};
  }
  const std::set<std::int64_t> frame = frame_of(tasks);
  Plan plan;
  plan.name = name;
  for (const InstanceTask& task : tasks) {
    if (frame.contains(task.number)) continue;
    Ticket ticket;
    ticket.id = std::to_string(task.number);
    const double millis = static_cast<double>(task.duration) * options.time_scale *
                          std::chrono::duration<double, std::milli>(unit).count();
    ticket.estimate = std::chrono::milliseconds{
        task.duration == 0 ? 0 : std::max<std::int64_t>(1, std::llround(millis))};
    for (const std::int64_t before : task.predecessors) {
      if (!frame.contains(before)) {
        ticket.dependencies.blocking.push_back(std::to_string(before));
      }
    }
    ticket.agent.labels = task.labels;
    ticket.resources = task.resources;
    const std::int64_t count = *ticket.estimate / std::chrono::milliseconds{1};
    ticket.command.words = {"sleep", fmt::format("{}.{:03}", count / 1000, count % 1000)};
    plan.tickets.push_back(std::move(ticket));
  }
  const std::vector<TicketIndex> cycle = find_cycle(plan);
  if (!cycle.empty()) {
    return Error{ErrorKind::kInvalidPlan,
                 "the tasks wait for each other: " + describe_cycle(plan, cycle)};
  }
  return plan;
}

}  // namespace headway
