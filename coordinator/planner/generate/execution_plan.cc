#include "coordinator/planner/generate/execution_plan.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "coordinator/planner/analysis/durations.h"

namespace headway::planner {

namespace {

class Writer {
 public:
  Writer(const Analysis& analysis, const std::vector<ScheduledTicket>& schedule,
         const std::vector<PlanAgent>& agents)
      : analysis_(analysis), schedule_(schedule), agents_(agents) {
    starts_.resize(analysis.plan.tickets.size());
    for (const ScheduledTicket& ticket : schedule) starts_[ticket.ticket.index()] = ticket.start;
  }

  ExecutionPlan write() {
    write_groups();
    for (const Conflict& conflict : analysis_.conflicts) write_conflict(conflict);
    plan_.critical_path = ids(analysis_.critical_path);
    plan_.critical_path_duration = analysis_.critical_path_duration;
    for (const TicketIndex ticket : analysis_.bottlenecks) {
      plan_.bottlenecks.push_back(
          {id(ticket), static_cast<std::int32_t>(analysis_.waiting_tickets[ticket.index()])});
    }
    plan_.schedule.reserve(schedule_.size());
    for (const ScheduledTicket& ticket : schedule_) {
      plan_.schedule.push_back(
          {id(ticket.ticket), agents_[ticket.agent].name, ticket.start, ticket.finish});
    }
    for (const Recommendation& each : analysis_.recommendations)
      plan_.recommendations.push_back(each.sentence);
    return std::move(plan_);
  }

 private:
  [[nodiscard]] const std::string& id(TicketIndex ticket) const {
    return analysis_.plan.tickets[ticket.index()].id;
  }
  [[nodiscard]] std::vector<std::string> ids(const std::vector<TicketIndex>& tickets) const {
    std::vector<std::string> names;
    names.reserve(tickets.size());
    for (const TicketIndex ticket : tickets) names.push_back(id(ticket));
    return names;
  }

  void write_groups() {
    std::int32_t number = 0;
    for (const GroupFinding& group : analysis_.groups) {
      std::vector<Duration> durations;
      durations.reserve(group.tickets.size());
      for (const TicketIndex ticket : group.tickets)
        durations.push_back(duration_of(analysis_.plan.tickets[ticket.index()]));
      plan_.groups.push_back(
          {++number, ids(group.tickets), group.duration,
           static_cast<std::int32_t>(agents_for(std::move(durations), group.duration))});
    }
  }

  void write_conflict(const Conflict& conflict) {
    PlannedConflict planned;
    const bool is_file = conflict.kind == ConflictKind::kFiles;
    planned.type = is_file ? "file" : "resource";
    if (is_file) {
      planned.files.push_back(conflict.about);
      planned.files.insert(planned.files.end(), conflict.overlaps.begin(), conflict.overlaps.end());
    } else {
      planned.about = about(conflict);
    }
    if (conflict.ticket_count > conflict.tickets.size()) {
      planned.about += fmt::format("{}the first of {} tickets", planned.about.empty() ? "" : ", ",
                                   conflict.ticket_count);
    }
    std::vector<TicketIndex> tickets = conflict.tickets;
    std::stable_sort(tickets.begin(), tickets.end(), [&](TicketIndex a, TicketIndex b) {
      return starts_[a.index()] < starts_[b.index()];
    });
    planned.tickets = ids(tickets);
    planned.resolution = conflict.kind == ConflictKind::kIsolation ? "isolated" : "sequential";
    plan_.conflicts.push_back(std::move(planned));
  }

  static std::string about(const Conflict& conflict) {
    switch (conflict.kind) {
      case ConflictKind::kFiles:
        return {};
      case ConflictKind::kLock:
        return fmt::format("the lock {}", conflict.about);
      case ConflictKind::kDeclared:
        return fmt::format("declared: {}", conflict.about);
      case ConflictKind::kIsolation:
        return conflict.about;
    }
    return {};
  }

  const Analysis& analysis_;
  const std::vector<ScheduledTicket>& schedule_;
  const std::vector<PlanAgent>& agents_;
  std::vector<Duration> starts_;
  ExecutionPlan plan_;
};

}  // namespace

ExecutionPlan execution_plan(const Analysis& analysis, const std::vector<ScheduledTicket>& schedule,
                             const std::vector<PlanAgent>& agents) {
  return Writer(analysis, schedule, agents).write();
}

std::uint32_t agents_for(std::vector<Duration> durations, Duration most) {
  std::sort(durations.begin(), durations.end(), std::greater<>());
  // What is left of each agent's time; best fit is as good as first fit, and found by searching.
  std::multiset<Duration> left;
  for (const Duration duration : durations) {
    if (duration <= Duration::zero()) continue;
    const auto place = left.lower_bound(duration);
    const Duration room = place == left.end() ? most : *place;
    if (place != left.end()) left.erase(place);
    left.insert(std::max(Duration::zero(), room - duration));
  }
  return std::max(1U, static_cast<std::uint32_t>(left.size()));
}

}  // namespace headway::planner
