#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "coordinator/core/agent_demand.h"
#include "coordinator/core/scheduler.h"
#include "coordinator/core/state.h"

namespace headway {

/// A gate with labels of its own, and who may run it.
struct LabelledGate {
  std::uint32_t number = 0;  ///< among the ticket's gates, from 1
  AgentDemand demand;
};

/// Those that the ticket has yet to pass; none of one that has ended.
std::vector<LabelledGate> labelled_gates_left(const Run& run, TicketIndex ticket);

/// What no joined worker offers, or the cluster never has enough of, and which tickets and gates of
/// the run need it: `label arm` with `A` and `gate 1 'on arm' of B`. What has ended needs nothing.
std::map<std::string, std::vector<std::string>> unserved(const Scheduler& scheduler,
                                                         const Run& run);

}  // namespace headway
