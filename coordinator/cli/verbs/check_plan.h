#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/messages/control_messages.h"
#include "coordinator/cli/verbs/prepared_plan.h"

namespace headway::cli {

/// What `run --validate` looks for, in sentences: tickets that none of these agents can run, for
/// their type, labels, exclusions, or the counted resources that one worker must have.
/// `only_groups` (from 1; empty: all) are those that will run.
std::vector<std::string> tickets_nobody_can_run(const PreparedPlan& prepared,
                                                const std::vector<AgentView>& agents,
                                                const std::vector<std::uint32_t>& only_groups);

/// Directories and programs of tickets that do not exist on this machine. A program is looked for
/// as execvp(3) does, with `path` as PATH; a shell line's are not known before it runs.
/// Placeholders are not looked at.
std::vector<std::string> missing_programs(const PreparedPlan& prepared, const std::string& path,
                                          const std::vector<std::uint32_t>& only_groups);

}  // namespace headway::cli
