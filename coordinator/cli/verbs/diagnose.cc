#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/report/diagnosis_text.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

int diagnose_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  DiagnosisScope scope{arguments.has("check-conflicts"), arguments.has("analyze-bottlenecks"),
                       true};
  const Result<DiagnoseAnswer> answer = (*answers)->diagnose(
      {.run = *run, .conflicts = scope.conflicts, .bottlenecks = scope.bottlenecks});
  if (!answer) return environment.fail(answer.error());
  scope.live = (*answers)->live();
  switch (format) {
    case Format::kJson:
      environment.out << indented(diagnosis_json(*answer, scope));
      break;
    case Format::kJsonLines:
      for (const Finding& finding : answer->findings) {
        Json line = versioned();
        line.update(finding_json(finding));
        environment.out << compact(line);
      }
      break;
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      environment.out << diagnosis_text(*answer, scope, format, environment.colour);
      break;
  }
  return arguments.has("exit-code") && has_trouble(*answer) ? kExitError : kExitDone;
}

}  // namespace headway::cli
