#include <charconv>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "common/system/files.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/importers.h"
#include "coordinator/planner/agents_file/agents_file.h"

namespace headway::cli {

namespace {

constexpr double kMostScale = 1e6;

/// A factor above 0; 0 where the option was not given.
Result<double> scale(const Arguments& arguments, std::string_view option) {
  const std::optional<std::string> word = arguments.value(option);
  if (!word) return 0.0;
  double number = 0;
  const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), number);
  if (error != std::errc{} || end != word->data() + word->size() ||
      !(number > 0 && number <= kMostScale)) {
    return Error{ErrorKind::kUsage, fmt::format("--{} takes a number above 0, as in 0.01, not `{}`",
                                                option, printable(*word))};
  }
  return number;
}

std::string stem(const std::string& path) {
  if (path == "-") return "imported";
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

/// The agents of the instance, if it has any, to the file that was asked for.
Result<void> save_agents(const Arguments& arguments, const ImportedPlan& imported,
                         Environment& environment) {
  const std::optional<std::string> output = arguments.value("agents-output");
  if (imported.agents.empty()) {
    if (!output) return {};
    return Error{ErrorKind::kUsage,
                 "--agents-output: this format has no agents of its own; leave the option out"};
  }
  if (!output) {
    environment.note(fmt::format(
        "{} agents of its own: --agents-output FILE writes them, for `headway plan --agents-from`",
        imported.agents.size()));
    return {};
  }
  if (*output == kStandardOutput && !output_file(arguments)) {
    return Error{ErrorKind::kUsage, "the plan and its agents cannot both go to standard output"};
  }
  return write_to(*output, environment, planner::write_agents(imported.agents));
}

}  // namespace

int import_verb(const Arguments& arguments, Environment& environment) {
  const Importer* importer = find_importer(arguments.positionals()[0]);
  HW_CHECK(importer != nullptr, "the parser let an unknown format pass");
  const std::string& file = arguments.positionals()[1];
  const Result<double> time = scale(arguments, "time-scale");
  if (!time) return environment.fail(time.error());
  const Result<double> size = scale(arguments, "size-scale");
  if (!size) return environment.fail(size.error());
  const Result<std::string> text = read_file(file, kMaxPlanBytes);
  if (!text) return environment.fail(text.error());
  const Result<ImportedPlan> imported =
      importer->read(*text, stem(file), {.time = *time, .size = *size});
  if (!imported) {
    return environment.fail(
        {imported.error().kind, fmt::format("{}: {}", file, imported.error().message)});
  }
  if (const Result<void> saved = save_agents(arguments, *imported, environment); !saved) {
    return environment.fail(saved.error());
  }
  const Result<void> written = write_output(arguments, environment, write_plan(imported->plan));
  if (!written) return environment.fail(written.error());
  if (const std::optional<std::string> output = output_file(arguments)) {
    environment.note(fmt::format("{} tickets in {}", imported->plan.tickets.size(), *output));
  }
  return kExitDone;
}

}  // namespace headway::cli
