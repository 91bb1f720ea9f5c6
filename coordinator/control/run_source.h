#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/plan_file/plan_reader.h"
#include "coordinator/core/plan_revision.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/registry.h"

namespace headway {

/// Reads and validates a plan's text and keeps the tickets of the groups that were chosen.
/// Dependencies on tickets that are left out are dropped: whether they are met is `unmet_outside`'s
/// question. The same text and options give the same RunPlan ever after, so that a restart
/// understands the facts. Errors are those of the plan, rendered for a person.
Result<RunPlan> make_run_plan(const std::string& text, const RunOptions& options,
                              PlanText whose = PlanText::kWritten);

/// The compiled form of what `make_run_plan` made of a text with this hash (common/plan_codec).
std::string compile_run_plan(const RunPlan& source, const std::string& text_sha256);

/// What `make_run_plan` would make of the text with this hash and these options. Fails where
/// `compiled` is not of them, or cannot be used: then the text says it.
Result<RunPlan> run_plan_of(std::string_view compiled, const std::string& text_sha256,
                            const RunOptions& options);

/// The next version of a run's plan, from a text. Errors as those of `make_run_plan`.
Result<PlanRevision> revise_run_plan(const RunPlan& base, const std::string& text,
                                     const RunOptions& options, const std::string& text_sha256,
                                     PlanText whose = PlanText::kWritten);

/// The compiled form of a later version of a run's plan, and back: what `revise_run_plan` would
/// make of its text and the version before.
std::string compile_version(const RunPlan& version);
Result<RunPlan> version_of(std::string_view compiled, const StoredPlan& stored);

/// The rows of the registry's table of tickets that a version changes.
std::vector<std::pair<TicketIndex, StoredTicket>> changed_tickets(const RunPlan& before,
                                                                  const RunPlan& after);

/// What the chosen groups need from the tickets that are left out and that are not among
/// `succeeded`: one sentence each. `whole` is the plan with all its groups.
std::vector<std::string> unmet_outside(const RunPlan& whole, const RunOptions& options,
                                       const std::vector<std::string>& succeeded);

/// The rows of the registry's table of tickets.
std::vector<StoredTicket> stored_tickets(const RunPlan& source);

}  // namespace headway
