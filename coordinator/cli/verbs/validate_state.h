#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/answers.h"

namespace headway::cli {

/// What does not agree in the state of a run, in sentences: counts that do not add up, tickets that
/// run on agents that are not there, tickets that succeeded before what they wait for. `agents`:
/// those joined now; where there are none yet (an embedded worker is started later) they are not
/// looked at.
std::vector<std::string> state_problems(const StatusAnswer& status,
                                        const std::vector<AgentView>& agents);

}  // namespace headway::cli
