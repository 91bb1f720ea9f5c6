#pragma once

#include <string>

#include "common/messages/attempt_messages.h"
#include "common/messages/check_messages.h"
#include "coordinator/core/agent_demand.h"
#include "coordinator/core/state.h"

namespace headway {

/// What a check of a run is, as it is handed out and as people are told of it. Pure questions about
/// the plan.

/// `unit tests`.
std::string check_name(const Run& run, const CheckRef& check);

/// How one has ended.
struct CheckEnding {
  Outcome outcome = Outcome::kSucceeded;
  std::optional<std::int32_t> exit_code, signal;
  std::string detail;
};

/// ` failed: exit 2`, to follow what has ended so; empty after a success.
std::string failure_words(const CheckEnding& ending);

/// `gate 2 'unit tests' failed: exit 2`; after a success `gate 2 'unit tests'`.
std::string check_words(const Run& run, const CheckRef& check, const CheckEnding& ending);

/// Whether the ticket failed by a person's word, or by the end of the time for it: its detail says
/// whose and why, and its output nothing of it.
bool was_rejected(const Run& run, TicketIndex index);

/// Whether its last attempt was ended by a checkpoint with `on_fail: stop`: nothing then says
/// that its command had ended well.
bool was_stopped_by_checkpoint(const TicketRecord& record);

/// What helps where its last attempt was not run because a file is not as it was recorded, which
/// another attempt finds again; empty: that was not the cause.
std::string input_remedy(const TicketRecord& record);

/// What a worker is given to run.
AttemptSpec check_spec(const Run& run, const CheckRef& check);

/// Who may run it. A gate with labels goes to an agent that offers them, any other to one that
/// could run its ticket.
AgentDemand demand_of_check(const Run& run, const CheckRef& check);

/// Whether such a check may begin now. A pause lets what has begun come to its end, gates and
/// rollbacks included; a stop that keeps the state keeps those too, and any other has done with
/// gates.
bool may_begin(const Run& run, CheckKind kind);

/// How long it rests after having ended so, where it is tried again.
Duration pause_before_again(const Run& run, const CheckRef& check, Outcome outcome);

}  // namespace headway
