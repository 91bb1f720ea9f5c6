#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/registry.h"

namespace headway {

/// A plan that was submitted, ready to become a run.
struct Submission {
  std::shared_ptr<const RunPlan> source;
  StoredRun stored;  ///< without the run's number and time
};

/// All that is asked of a submitted text before a run is made of it: that it is the one that was
/// meant (size and hash), that it is a valid plan, that the chosen groups have what they need in
/// earlier runs of the registry, and that it can be numbered. Gives its compiled form. Takes
/// seconds and much memory for a large plan.
Result<std::string> compile_submission(const SubmitRequest& request, const std::string& text,
                                       const std::string& registry_path);

/// The program that does that apart from the coordinator, so that neither the time nor the memory
/// nor a mistake in reading a stranger's text is the coordinator's: `headway-coordinator
/// --compile-plan REGISTRY PARENT`, started by `compile_in_child` alone. Reads from standard input,
/// writes to standard output, both files in memory; ends with its parent, and at limits of
/// processor time and memory. The result is the program's exit code.
inline constexpr std::string_view kCompilePlanOption = "--compile-plan";
int compile_plan_program(int argc, char** argv);

/// Where `compile_in_child` finds things.
struct CompilerPlace {
  std::string program = "/proc/self/exe";  ///< one that calls `compile_plan_program`
  std::string registry;                    ///< its file
};

/// Waits for that program to compile a submission, and reads what it made; gives up when
/// `ending_fd` becomes readable. Errors: those of the plan, as the program wrote them, and what
/// became of the program. For a background thread.
Result<Submission> compile_in_child(const CompilerPlace& place, const SubmitRequest& request,
                                    std::string text, int ending_fd);

}  // namespace headway
