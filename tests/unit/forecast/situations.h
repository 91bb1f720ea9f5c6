#pragma once

#include <memory>
#include <string>

#include "coordinator/forecast/situation.h"
#include "tests/support/core/plan_builder.h"

namespace headway::test {

/// A run that has not begun, on agents that can run everything.
inline Situation fresh(Plan plan, std::uint32_t agents) {
  const std::shared_ptr<const RunPlan> source = run_plan(std::move(plan));
  Situation situation;
  situation.plan = std::shared_ptr<const Plan>(source, &source->plan);
  situation.graph = source->graph;
  situation.tickets.resize(source->graph->size());
  for (const ResourceAmount& counted : source->plan.resources) {
    situation.resources[counted.name] = counted.thousandths;
  }
  situation.workforce.able = agents;
  situation.seed = 7;
  return situation;
}

inline TicketSituation& ticket(Situation& situation, const std::string& id) {
  return situation.tickets[situation.graph->find(id)->index()];
}

inline void succeed(Situation& situation, const std::string& id, Duration took) {
  ticket(situation, id).standing = Standing::kSatisfied;
  ticket(situation, id).took = took;
}

inline void run_for(Situation& situation, const std::string& id, Duration elapsed) {
  ticket(situation, id).standing = Standing::kAlive;
  ticket(situation, id).elapsed = elapsed;
}

}  // namespace headway::test
