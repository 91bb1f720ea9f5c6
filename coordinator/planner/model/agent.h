#pragma once

#include <string>
#include <vector>

#include "common/plan/ticket.h"

namespace headway::planner {

/// One who runs a ticket at a time: a slot of a worker, as far as planning looks at it.
struct PlanAgent {
  std::string name;                 ///< unique among the agents of a plan
  std::string worker;               ///< what a ticket's `agent.not` names; may be empty
  std::vector<std::string> types;   ///< types that it offers; empty: every type
  std::vector<std::string> labels;  ///< labels that it offers
  /// What it can give to one ticket, of resources that the plan does not count itself. One that is
  /// not listed is not limited.
  std::vector<ResourceAmount> resources;
  friend bool operator==(const PlanAgent&, const PlanAgent&) = default;
};

/// `count` agents alike, which run every ticket that asks for no label: named `1`, `2`...
std::vector<PlanAgent> agents_alike(std::uint32_t count);

/// Whether `agent` may run `ticket`; `counted` are the resources that the plan counts, which are
/// none of the agent's business.
bool may_run(const PlanAgent& agent, const Ticket& ticket,
             const std::vector<ResourceAmount>& counted);

}  // namespace headway::planner
