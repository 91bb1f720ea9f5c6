#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"

/// What several verbs read from their command lines in the same way.

namespace headway::cli {

/// `--format`, else the configured one, else `otherwise`.
Format chosen_format(const Arguments& arguments, const Environment& environment,
                     Format otherwise = Format::kTable);
/// The positional RUN; 0: none was given.
Result<RunId> run_word(const Arguments& arguments);
/// The run that a controlling verb acts upon: the RUN given, else the one that `answers` chooses;
/// 0 with `--all`: all that are unfinished.
Result<RunId> run_to_control(const Arguments& arguments, Answers& answers);
/// `--run`; 0: it was not given.
Result<RunId> run_value(const Arguments& arguments);
/// `--by`, else the user's name. kUsage where it is empty: what is kept is somebody's.
Result<std::string> who_asks(const Arguments& arguments);
/// What names standard output where a file is asked for.
inline constexpr std::string_view kStandardOutput = "-";
/// The file of `--output`; none where it is standard output: not given, or `-`.
std::optional<std::string> output_file(const Arguments& arguments);
/// Writes to what a person named; `-` is standard output.
Result<void> write_to(const std::string& name, const Environment& environment,
                      const std::string& text);
/// Writes what a verb prints: to the file of `--output`, whole or not at all, else to standard
/// output.
Result<void> write_output(const Arguments& arguments, const Environment& environment,
                          const std::string& text);
/// Of a run that is not finished, where no coordinator is alive: says that nobody goes on with it.
void say_who_goes_on(const Answers& answers, const Environment& environment, const RunSummary& run);
/// With `--dry-run`: says that nothing was changed.
void say_dry_run(const Arguments& arguments, const Environment& environment);
/// How long a run that is being stopped is waited for where no timeout was given.
constexpr Duration kStopTimeout = std::chrono::seconds{60};
/// An error's list of findings: a line each, the first 50 of them.
std::string findings_text(std::vector<std::string> findings);

}  // namespace headway::cli
