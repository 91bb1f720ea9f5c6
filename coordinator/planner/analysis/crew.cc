#include "coordinator/planner/analysis/crew.h"

#include <algorithm>
#include <set>

namespace headway {

namespace {

/// No resource of a plan has such a name: control characters are refused.
constexpr std::string_view kPrefix = "agents\x1f";

}  // namespace

std::string crew_resource(std::string_view label) {
  return std::string(kPrefix) + std::string(label);
}

std::vector<std::string> count_crew(Plan& plan, const Crew& crew) {
  if (crew.by_label.empty()) return {};
  for (const auto& [label, count] : crew.by_label)
    plan.resources.push_back({crew_resource(label), std::int64_t{count} * 1000});
  std::set<std::string> missing;
  for (Ticket& ticket : plan.tickets) {
    const AgentRequirement& wanted = ticket.agent;
    for (const auto& [label, count] : crew.by_label) {
      const bool asks =
          wanted.type == label ||
          std::find(wanted.labels.begin(), wanted.labels.end(), label) != wanted.labels.end();
      if (asks && count > 0) ticket.resources.push_back({crew_resource(label), 1000});
    }
    const auto has = [&](const std::string& name) {
      return std::any_of(crew.by_label.begin(), crew.by_label.end(), [&](const auto& entry) {
        return entry.first == name && entry.second > 0;
      });
    };
    if (!wanted.type.empty() && !has(wanted.type)) missing.insert(wanted.type);
  }
  return {missing.begin(), missing.end()};
}

}  // namespace headway
