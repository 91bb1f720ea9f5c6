#pragma once

#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/plan/plan.h"
#include "common/plan/rows.h"

namespace headway {

/// One cycle of each knot of tickets that wait for each other (strongly connected component; Tarjan
/// 1972): the shortest one through the knot's first ticket, which comes first. Knots in the order
/// of their first tickets. Each ticket waits for the next, the last for the first. `waits_for` has
/// no ticket that waits for itself.
std::vector<std::vector<TicketIndex>> find_cycles(const Rows<TicketIndex>& waits_for);

/// `cycle of 3: A -> B -> C -> A`; of a long one the first tickets and the last.
std::string describe_cycle(const Plan& plan, const std::vector<TicketIndex>& cycle);

}  // namespace headway
