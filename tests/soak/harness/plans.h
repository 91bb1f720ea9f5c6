#pragma once

#include <string>

#include "tests/soak/harness/chance.h"
#include "tests/soak/judge/plan.h"

namespace headway::soak {

/// A plan never has fewer tickets.
inline constexpr unsigned kLeastTickets = 5;

/// A plan for people and programs: what the judge knows, and what is submitted.
struct DrawnPlan {
  Plan plan;
  std::string text;  ///< YAML
};

/// Draws a plan of at most so many tickets: with dependencies on earlier tickets, files and locks
/// that others use too, declared conflicts, planned failures, retries, daemons left behind, and
/// tickets that go on without a connection. `program` and `ledger` are absolute paths.
DrawnPlan draw_plan(Chance& chance, unsigned number, unsigned most_tickets,
                    const std::string& program, const std::string& ledger);

}  // namespace headway::soak
