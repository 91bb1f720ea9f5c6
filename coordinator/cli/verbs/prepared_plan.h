#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/plan/graph.h"
#include "common/plan/plan.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// A plan that was read, found valid, and completed from the configuration.
struct PreparedPlan {
  std::string file;    ///< as the person named it
  std::string folder;  ///< absolute; paths in the plan are relative to it
  std::string text;    ///< what is submitted
  Plan plan;
  std::shared_ptr<const PlanGraph> graph;
  std::vector<AgentType> agent_types;  ///< those that its tickets name
};

/// Gives tickets without command and type the type of their category; whether there were any.
bool apply_categories(Plan& plan, const Config& config);

/// That every ticket has a command, its own or its agent type's. Errors (kInvalidPlan): a line for
/// each that has none, the first 50 of them.
Result<void> check_commands(const Plan& plan, const Config& config);

/// Reads a plan's file (`-`: standard input) and says on standard error what is wrong with it.
/// A ticket without command and type gets the type that its category
/// is mapped to. Errors: kInvalidPlan where the plan is not valid (what is wrong is told already:
/// the message only sums up) or a ticket has no command anywhere; other kinds where it cannot be
/// read.
Result<PreparedPlan> prepare_plan(const std::string& file, const Environment& environment);

}  // namespace headway::cli
