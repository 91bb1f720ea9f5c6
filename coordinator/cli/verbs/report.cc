#include "common/system/clock.h"
#include "common/system/files.h"
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
  const bool to_file = arguments.has("output");
  const bool colour = environment.colour && !to_file;
  const std::size_t width = to_file ? 0 : environment.width();
  std::string text = registry_text(report, format, colour, width);
  if (metrics) text += "\n" + metrics_text(report, format, colour, width);
  return text;
}

/// Writes the files that were asked for beside the report; whether there were any.
Result<bool> write_files(const Arguments& arguments, const RegistryReport& report,
                         Answers& answers) {
  const std::optional<std::string> trace = arguments.value("trace");
  const std::optional<std::string> junit = arguments.value("junit");
  const std::optional<std::string> html = arguments.value("html");
  if (trace) {
    const Result<std::vector<EventView>> events = all_events(answers, report.run.id);
    if (!events) return events.error();
    const Timeline timeline = make_timeline(*events, read_clocks().wall);
    const Result<void> written =
        write_file_atomically(*trace, compact(trace_json(run_title(report.run), timeline)));
    if (!written) return written.error();
  }
  if (junit) {
    const Result<void> written = write_file_atomically(*junit, junit_xml(report));
    if (!written) return written.error();
  }
  if (html) {
    const Result<std::string> page = report_page(answers, report, read_clocks().wall);
    if (!page) return page.error();
    const Result<void> written = write_file_atomically(*html, *page);
    if (!written) return written.error();
  }
  return trace.has_value() || junit.has_value() || html.has_value();
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
  if (const auto output = arguments.value("output")) {
    const Result<void> written = write_file_atomically(*output, text);
    return written ? kExitDone : environment.fail(written.error());
  }
  environment.out << text;
  return kExitDone;
}

}  // namespace

int report_verb(const Arguments& arguments, Environment& environment) {
  const Result<RunId> run = run_word(arguments);
  if (!run) return environment.fail(run.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  Result<StatusAnswer> status = whole_status(**answers, *run);
  if (!status) return environment.fail(status.error());
  if (arguments.has("recovery")) {
    return recovery_report(arguments, environment, **answers, status->run);
  }
  const RegistryReport report = make_registry_report(std::move(*status), read_clocks().wall);
  const Result<bool> files = write_files(arguments, report, **answers);
  if (!files) return environment.fail(files.error());
  const bool says_what = arguments.has("registry") || arguments.has("include-metrics") ||
                         arguments.has("format") || arguments.has("output");
  // Who only wants the files is not told the rest.
  if (*files && !says_what) return kExitDone;
  const std::string text = rendered(report, arguments, environment);
  if (const auto output = arguments.value("output")) {
    const Result<void> written = write_file_atomically(*output, text);
    return written ? kExitDone : environment.fail(written.error());
  }
  environment.out << text;
  return kExitDone;
}

}  // namespace headway::cli
