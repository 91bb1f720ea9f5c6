#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/messages/control_messages.h"
#include "common/plan/ticket.h"

namespace headway {

/// The ability to look before, beside and after a command, in its slot (schemas/protocol.md).
inline constexpr const char* kChecks = "checks";

/// What a joined worker offers, from its hello.
struct WorkerOffer {
  WorkerId id;
  std::string name;
  std::uint32_t slots = 0;
  std::vector<std::string> labels;
  std::vector<std::string> types;
  bool every_type = false;
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< in thousandths
  std::vector<std::string> abilities{};                         ///< `Hello::abilities`
};

/// What a ticket asks of an agent.
struct AgentDemand {
  AgentRequirement requirement;
  WorkerId only;  ///< the only worker that will do; 0: any
  std::vector<std::string> abilities{};
};

/// What the ticket asks for, with the labels of its agent type among `types`.
AgentDemand demand_of(const Ticket& ticket, const std::vector<AgentType>& types, WorkerId pinned);

/// The same text for demands that mean the same, another for any other.
std::string text_of(const AgentDemand& demand);

/// `a worker other than w1, w2`: of what is excluded.
std::string other_worker_words(const std::vector<std::string>& excluded);

/// `type coder, label arm on a worker other than w1`: what is asked for; `an agent`: nothing is.
std::string asked_words(const AgentDemand& demand);

/// Whether it is not to run on this worker, whatever that offers.
bool is_excluded(const AgentDemand& demand, const WorkerOffer& offer);

/// Of what is asked for, what this worker does not offer.
AgentDemand unoffered(const AgentDemand& demand, const WorkerOffer& offer);

/// Whether the worker is one of those asked for; resources are another question.
bool matches(const AgentDemand& demand, const WorkerOffer& offer);

}  // namespace headway
