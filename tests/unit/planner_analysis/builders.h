#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "coordinator/planner/analysis/analysis.h"

namespace headway::test {

using std::chrono::minutes;
using Ids = std::vector<std::string>;

inline Ticket ticket(std::string id, int estimate_minutes, Ids needs = {}) {
  Ticket ticket;
  ticket.id = std::move(id);
  ticket.estimate = minutes{estimate_minutes};
  ticket.dependencies.blocking = std::move(needs);
  return ticket;
}

inline Analysis analyzed(std::vector<Ticket> tickets, const Crew& crew = {}) {
  Plan plan;
  plan.tickets = std::move(tickets);
  Result<Analysis> result = analyze(std::move(plan), crew);
  EXPECT_TRUE(result.ok());
  return std::move(result).value();
}

inline Ids ids(const Analysis& analysis, const std::vector<TicketIndex>& tickets) {
  Ids result;
  for (const TicketIndex ticket : tickets)
    result.push_back(analysis.plan.tickets[ticket.index()].id);
  return result;
}

}  // namespace headway::test
