#include "common/system/clock.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/report/junit.h"
#include "coordinator/cli/report/recovery.h"
#include "coordinator/cli/report/registry_text.h"
#include "coordinator/cli/report/trace.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/report_page.h"

namespace headway::cli {

namespace {

std::string rendered(const RegistryReport& report, const Arguments& arguments,
                     const Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const bool metrics = arguments.has("include-metrics");
  switch (format) {
    case Format::kJson:
      return indented(registry_json(report, metrics));
    case Format::kJsonLines:
      return compact(registry_json(report, metrics));
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      break;
  }
  const bool to_file = output_file(arguments).has_value();
  const bool colour = environment.colour && !to_file;
  const std::size_t width = to_file ? 0 : environment.width();
  std::string text = registry_text(report, format, colour, width);
  if (metrics) text += "\n" + metrics_text(report, format, colour, width);
  return text;
}

/// Whether the report itself is asked for: who only wants the files beside it is not told the rest.
bool wants_report(const Arguments& arguments) {
  const bool files = arguments.has("trace") || arguments.has("junit") || arguments.has("html");
  return !files || arguments.has("registry") || arguments.has("include-metrics") ||
         arguments.has("format") || arguments.has("output") || arguments.has("recovery");
}

/// kUsage where two documents would be mixed up on standard output.
Result<void> check_standard_output(const Arguments& arguments) {
  std::size_t documents = wants_report(arguments) && !output_file(arguments) ? 1 : 0;
  for (const char* option : {"trace", "junit", "html"}) {
    if (arguments.value(option) == kStandardOutput) ++documents;
  }
  if (documents <= 1) return {};
  return Error{ErrorKind::kUsage, "only one of what is written can go to standard output"};
}

/// Writes the files that were asked for beside the report.
Result<void> write_files(const Arguments& arguments, const Environment& environment,
                         const RegistryReport& report, Answers& answers) {
  const std::optional<std::string> trace = arguments.value("trace");
  const std::optional<std::string> junit = arguments.value("junit");
  const std::optional<std::string> html = arguments.value("html");
  if (trace) {
    const Result<std::vector<EventView>> events = all_events(answers, report.run.id);
    if (!events) return events.error();
    const Timeline timeline = make_timeline(*events, read_clocks().wall);
    const Result<void> written =
        write_to(*trace, environment, compact(trace_json(run_title(report.run), timeline)));
    if (!written) return written.error();
  }
  if (junit) {
    const Result<void> written = write_to(*junit, environment, junit_xml(report));
    if (!written) return written.error();
  }
  if (html) {
    const Result<std::string> page = report_page(answers, report, read_clocks().wall);
    if (!page) return page.error();
    const Result<void> written = write_to(*html, environment, *page);
    if (!written) return written.error();
  }
  return {};
}

int recovery_report(const Arguments& arguments, Environment& environment, Answers& answers,
                    const RunSummary& run) {
  const Result<std::vector<EventView>> events = all_events(answers, RunId{});
  if (!events) return environment.fail(events.error());
  const std::vector<Recovery> found = recoveries(*events, run.id);
  const Format format = chosen_format(arguments, environment);
  std::string text;
  if (format == Format::kJson || format == Format::kJsonLines) {
    const Json json = recovery_json(found, run);
    text = format == Format::kJson ? indented(json) : compact(json);
  } else {
    text = recovery_text(found, run_title(run), format == Format::kMarkdown);
  }
  const Result<void> written = write_output(arguments, environment, text);
  return written ? kExitDone : environment.fail(written.error());
}

}  // namespace

int report_verb(const Arguments& arguments, Environment& environment) {
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  if (const Result<void> apart = check_standard_output(arguments); !apart) {
    return environment.fail(apart.error());
  }
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  Result<StatusAnswer> status = whole_status(**answers, *run);
  if (!status) return environment.fail(status.error());
  if (arguments.has("recovery")) {
    return recovery_report(arguments, environment, **answers, status->run);
  }
  const RegistryReport report = make_registry_report(std::move(*status), read_clocks().wall);
  const Result<void> files = write_files(arguments, environment, report, **answers);
  if (!files) return environment.fail(files.error());
  if (!wants_report(arguments)) return kExitDone;
  const std::string text = rendered(report, arguments, environment);
  const Result<void> written = write_output(arguments, environment, text);
  return written ? kExitDone : environment.fail(written.error());
}

}  // namespace headway::cli
