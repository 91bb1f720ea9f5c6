#include "common/system/clock.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/report/registry_text.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

int report_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  Result<StatusAnswer> status = whole_status(**answers, *run);
  if (!status) return environment.fail(status.error());
  // --registry names what is the only part of a report so far, and the default.
  const RegistryReport report = make_registry_report(std::move(*status), read_clocks().wall);
  switch (format) {
    case Format::kJson:
      environment.out << indented(registry_json(report));
      break;
    case Format::kJsonLines:
      environment.out << compact(registry_json(report));
      break;
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      environment.out << registry_text(report, format, environment.colour, environment.width());
      break;
  }
  return kExitDone;
}

}  // namespace headway::cli
