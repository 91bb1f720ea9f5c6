#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/core/core.h"
#include "coordinator/journal/registry.h"

namespace headway {

/// The check that is about who has joined, and not about what is recorded.
inline constexpr std::string_view kAgentsCheck = "agents";

/// What the registry and the files say about a run: the part of `resume --validate-state` that
/// takes long, since it reads the whole registry, every artifact and the tickets' files. Meant for
/// a thread or process of its own, with a reader's connection.
struct StateValidation {
  std::vector<StateCheck> checks;    ///< registry, plan, artifacts, tickets
  std::vector<std::string> missing;  ///< succeeded tickets whose artifacts are gone or have changed
  std::uint64_t fingerprint = 0;     ///< of the fold of the run's facts
  Sequence last_fact;                ///< the last of them; 0: some were added meanwhile
};

/// Gives up, with an error, soon after `give_up` says so.
Result<StateValidation> validate_run(const Registry& registry, RunId run,
                                     const std::function<bool()>& give_up);

/// Whether memory is the fold of the journal; skipped where facts were added since `validation`.
StateCheck check_memory(const StateValidation& validation, const Run& run, Sequence last_fact);

/// Whether somebody who has joined could run each ticket that is left. Skipped while nobody takes
/// tickets.
StateCheck check_agents(const Core& core, const Run& run);

}  // namespace headway
