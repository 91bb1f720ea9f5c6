#pragma once

#include "random_case.h"

namespace headway::planner {

/// The shortest schedule of a tiny case by trying every order of its tickets with every choice of
/// agents, each ticket as early as it can. Looks at the plan itself, minute by minute, and asks the
/// verifier alone which two tickets exclude each other.
Duration shortest_by_trying_all(const Case& made);

}  // namespace headway::planner
