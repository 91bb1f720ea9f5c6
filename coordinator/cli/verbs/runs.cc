#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/coordinator_place.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/show/words.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"

namespace headway::cli {

namespace {

constexpr std::int64_t kRuns = 50;
constexpr std::int64_t kMostRuns = 1'000'000;

std::string run_table(const std::vector<RunSummary>& runs, Format format,
                      const Environment& environment) {
  Table table({{.title = "RUN"},
               {.title = "STATE"},
               {.title = "DONE", .right = true},
               {.title = "FAILED", .right = true},
               {.title = "TICKETS", .right = true},
               {.title = "STARTED"},
               {.title = "TOOK", .right = true},
               {.title = "NAME", .flexible = true},
               {.title = "VERSION", .right = true},
               {.title = "PLAN", .flexible = true}});
  for (const RunSummary& run : runs) {
    const bool known = counts_are_known(run);
    const bool over = run.started_at && run.finished_at;
    table.add({run_name(run.id),
               {std::string(to_text(run.state)), colour_of(run.state)},
               known ? percent(run.completion_rate) : std::string{},
               known ? std::to_string(run.failed) : std::string{},
               std::to_string(run.total),
               run.started_at ? format_time(*run.started_at) : std::string{},
               over ? short_duration(*run.finished_at - *run.started_at) : std::string{},
               run.name,
               std::to_string(run.plan_version),
               run.plan_file});
  }
  return table.render(format, environment.colour, environment.width());
}

}  // namespace

int runs_verb(const Arguments& arguments, Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  const Result<std::optional<std::int64_t>> limit = arguments.number("limit", 1, kMostRuns);
  if (!limit) return environment.fail(limit.error());
  const Result<std::unique_ptr<Answers>> answers = open_answers(arguments, environment);
  if (!answers) return environment.fail(answers.error());
  const Result<std::vector<RunSummary>> runs =
      list_runs(**answers, static_cast<std::size_t>(limit->value_or(kRuns)));
  if (!runs) return environment.fail(runs.error());
  for (const RunSummary& run : *runs) say_who_goes_on(**answers, environment, run);
  switch (format) {
    case Format::kJson: {
      Json document = versioned();
      document["runs"] = Json::array();
      for (const RunSummary& run : *runs) document["runs"].push_back(run_json(run));
      environment.out << indented(document);
      break;
    }
    case Format::kJsonLines:
      for (const RunSummary& run : *runs) {
        Json line = versioned();
        line.update(run_json(run));
        environment.out << compact(line);
      }
      break;
    case Format::kTable:
    case Format::kMarkdown:
    case Format::kPlain:
      environment.out << run_table(*runs, format, environment);
      break;
  }
  return kExitDone;
}

}  // namespace headway::cli
