#include "coordinator/cli/verbs/validate_state.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/user.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

void report(const ValidateAnswer& answer, const Environment& environment) {
  for (const StateCheck& check : answer.checks) {
    environment.out << fmt::format("{:<10} {}\n", printable(check.name), to_text(check.verdict));
    for (const std::string& finding : check.findings) {
      environment.out << fmt::format("           {}\n", printable(finding));
    }
  }
  environment.out.flush();
}

Result<void> rerun_missing(const ValidateAnswer& answer, const Arguments& arguments,
                           ControlClient& client, const Environment& environment) {
  TicketControl rerun;
  rerun.run = answer.run;
  rerun.action = TicketAction::kRerun;
  rerun.tickets = answer.missing;
  rerun.by = user_name();
  rerun.comment = "its artifacts are gone or have changed";
  rerun.dry_run = arguments.has("dry-run");
  const Result<ControlAnswer> opened = client.control_tickets(rerun);
  if (!opened) return opened.error();
  if (rerun.dry_run) environment.out << changes_text(opened->changes);
  environment.note(fmt::format("{} of {} {} run once more, with what succeeded on top",
                               join_words(answer.missing), run_name(answer.run),
                               rerun.dry_run ? "would" : "will"));
  return {};
}

}  // namespace

bool wants_validation(const Arguments& arguments) {
  return arguments.has("validate-state") || arguments.has("rerun-missing");
}

Result<void> validate_state(const Arguments& arguments, ControlClient& client,
                            const Environment& environment, RunId run) {
  const Result<ValidateAnswer> answer = client.validate({.run = run});
  if (!answer) return answer.error();
  report(*answer, environment);
  const bool rerun = arguments.has("rerun-missing") && !answer->missing.empty();
  const auto failed = [&](const StateCheck& check) {
    return check.verdict == CheckVerdict::kFailed && !(rerun && check.name == "artifacts");
  };
  if (std::any_of(answer->checks.begin(), answer->checks.end(), failed)) {
    const std::string hint =
        answer->missing.empty() || rerun
            ? ""
            : fmt::format(
                  "; with --rerun-missing {} would run once more, with what succeeded on top",
                  join_words(answer->missing));
    return Error{ErrorKind::kFailed,
                 fmt::format("the state of {} is not sound, and it stays as it is{}",
                             run_name(answer->run), hint)};
  }
  if (!rerun) return {};
  return rerun_missing(*answer, arguments, client, environment);
}

}  // namespace headway::cli
