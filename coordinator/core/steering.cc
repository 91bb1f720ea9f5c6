#include "coordinator/core/steering.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"

namespace headway {

namespace {

std::string amount_words(std::int64_t thousandths) {
  return fmt::format("{:g}", static_cast<double>(thousandths) / 1000);
}

/// The last row of a list that is too long to be shown.
void count_rest(std::vector<Change>& changes, std::size_t all) {
  if (all > kMostChanges) {
    changes.push_back({fmt::format("{} more tickets", all - kMostChanges), "", "likewise"});
  }
}

}  // namespace

std::string limit_words(std::optional<std::uint32_t> most) {
  return most ? std::to_string(*most) : "no limit";
}

std::vector<Change> describe(const Run& run, const std::vector<PriorityChange>& changes) {
  std::vector<Change> rows;
  for (const PriorityChange& change : changes) {
    if (rows.size() == kMostChanges) break;
    rows.push_back({"priority of " + run.ticket(change.ticket).id,
                    std::string(to_text(run.priority(change.ticket))),
                    std::string(to_text(change.priority))});
  }
  count_rest(rows, changes.size());
  return rows;
}

std::optional<LimitChange> limit_after(const AdjustRequest& request,
                                       std::optional<std::uint32_t> now, std::uint32_t agents,
                                       const std::string& join, std::string& note) {
  if (!request.parallelism && request.more_parallelism == 0) return std::nullopt;
  const std::int64_t now_at_most = now.value_or(agents);
  const std::int64_t wanted =
      request.parallelism ? *request.parallelism : now_at_most + request.more_parallelism;
  if (!request.parallelism && !now && request.more_parallelism > 0) {
    note = fmt::format("the run has no limit: its {} what limits it; more of them: {} --slots N",
                       agents == 1 ? "1 agent is" : fmt::format("{} agents are", agents), join);
    return std::nullopt;
  }
  const bool unlimited = request.parallelism && *request.parallelism <= 0;
  const LimitChange change{
      unlimited ? 0 : static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, 1, INT32_MAX))};
  if (change.to == now.value_or(0)) {
    note = fmt::format("the limit is {} already", limit_words(now));
    return std::nullopt;
  }
  if (change.to > agents) {
    note = fmt::format("{} agent{} there: no more can run at once until others join", agents,
                       agents == 1 ? " is" : "s are");
  }
  return change;
}

Result<std::vector<Change>> describe(const Run& run, const std::vector<ResourceSetting>& settings) {
  const std::map<std::string, std::int64_t> there = run.cluster_resources();
  std::vector<Change> rows;
  for (const ResourceSetting& setting : settings) {
    const auto known = there.find(setting.name);
    if (known == there.end()) {
      std::vector<std::string> names;
      names.reserve(there.size());
      for (const auto& [name, amount] : there) names.push_back(name);
      return Error{ErrorKind::kUsage,
                   fmt::format("the plan counts no resource {} for the whole cluster{}; what "
                               "workers offer is set where they start",
                               printable(setting.name.substr(0, 100)),
                               names.empty() ? "" : " (it counts " + join_words(names) + ")")};
    }
    if (setting.thousandths < 0) {
      return Error{ErrorKind::kUsage,
                   fmt::format("there cannot be less than nothing of {}", setting.name)};
    }
    rows.push_back({"resource " + setting.name, amount_words(known->second),
                    amount_words(setting.thousandths)});
  }
  return rows;
}

std::vector<Change> state_changes(const Run& run, const std::vector<TicketIndex>& tickets,
                                  TicketState after) {
  std::vector<Change> rows;
  for (const TicketIndex ticket : tickets) {
    if (rows.size() == kMostChanges) break;
    rows.push_back({"state of " + run.ticket(ticket).id,
                    std::string(to_text(run.tickets[ticket.index()].state)),
                    std::string(to_text(after))});
  }
  count_rest(rows, tickets.size());
  return rows;
}

}  // namespace headway
