#include "coordinator/cli/verbs/plan_diff.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan_file/plan_reader.h"
#include "coordinator/cli/analysis/diff_report.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/verbs/common.h"

namespace headway::cli {

namespace {

struct ComparedPlan {
  Plan plan;
  std::shared_ptr<const PlanGraph> graph;
};

Result<ComparedPlan> read_compared(const std::string& file, const Environment& environment) {
  const Result<std::string> text = load_plan_text(file);
  if (!text) return text.error();
  ReadPlan read = read_plan(*text);
  if (!read.ok()) {
    environment.err << render_diagnostics(read.diagnostics, file, *text) << std::flush;
    return Error{ErrorKind::kInvalidPlan, fmt::format("{} is not a valid plan", printable(file))};
  }
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(read.plan);
  if (!graph) return graph.error();
  return ComparedPlan{std::move(read.plan), std::move(*graph)};
}

std::string rendered(const DiffReport& report, const Arguments& arguments,
                     const Environment& environment) {
  const Format format = chosen_format(arguments, environment);
  switch (format) {
    case Format::kJson:
      return indented(diff_json(report));
    case Format::kJsonLines:
      return compact(diff_json(report));
    case Format::kPlain:
      return diff_plain(report);
    case Format::kTable:
    case Format::kMarkdown:
      break;
  }
  const bool to_file = output_file(arguments).has_value();
  return diff_text(report, format, environment.colour && !to_file,
                   to_file ? 0 : environment.width());
}

}  // namespace

int plan_diff(const Arguments& arguments, Environment& environment) {
  if (arguments.positionals().empty()) {
    return environment.fail({ErrorKind::kUsage, "--diff compares two plans: --diff OLD NEW"});
  }
  const std::string before = *arguments.value("diff");
  const std::string& after = arguments.positionals().front();
  const Result<ComparedPlan> old_plan = read_compared(before, environment);
  const Result<ComparedPlan> new_plan = read_compared(after, environment);
  if (!old_plan) return environment.fail(old_plan.error());
  if (!new_plan) return environment.fail(new_plan.error());
  const planner::PlanDiff diff =
      planner::diff_plans(old_plan->plan, *old_plan->graph, new_plan->plan, *new_plan->graph);
  const Result<void> written =
      write_output(arguments, environment, rendered({before, after, diff}, arguments, environment));
  return written ? kExitDone : environment.fail(written.error());
}

}  // namespace headway::cli
