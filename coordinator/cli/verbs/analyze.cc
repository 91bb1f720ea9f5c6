#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/analysis/graph_text.h"
#include "coordinator/cli/analysis/report_json.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/verbs/common.h"
#include "coordinator/cli/verbs/handlers.h"
#include "coordinator/cli/verbs/prepared_plan.h"
#include "coordinator/cli/verbs/ticket_source.h"
#include "coordinator/planner/verify/verify_schedule.h"

namespace headway::cli {

namespace {

std::string json_lines(const AnalysisReport& report) {
  std::string text;
  for (std::uint32_t i = 0; i < report.analysis.plan.tickets.size(); ++i) {
    Json line = versioned();
    line.update(analysed_ticket_json(report, TicketIndex{i}));
    text += compact(line);
  }
  return text;
}

std::string rendered(const AnalysisReport& report, const Arguments& arguments,
                     const Environment& environment) {
  const bool conflicts_only = arguments.has("conflicts-only");
  const std::string word = arguments.value("format").value_or("");
  if (word == "dot") return analysis_dot(report, conflicts_only);
  if (word == "mermaid") return analysis_mermaid(report, conflicts_only);
  const Format format =
      word == "text" ? Format::kTable : chosen_format(arguments, environment, Format::kTable);
  switch (format) {
    case Format::kJson:
      return indented(analysis_json(report, conflicts_only));
    case Format::kJsonLines:
      return json_lines(report);
    case Format::kPlain:
      return tickets_plain(report);
    case Format::kTable:
    case Format::kMarkdown:
      break;
  }
  const bool to_file = output_file(arguments).has_value();
  return analysis_text(report, conflicts_only, format, environment.colour && !to_file,
                       to_file ? 0 : environment.width());
}

int exit_code(const AnalysisReport& report, const Arguments& arguments) {
  if (!arguments.has("exit-code")) return kExitDone;
  if (!report.read.ok() || !report.analysis.cycles.empty()) return kExitInvalidPlan;
  const auto& conflicts = report.analysis.conflicts;
  const bool open = std::any_of(conflicts.begin(), conflicts.end(),
                                [](const Conflict& conflict) { return !conflict.ordered; });
  return arguments.has("conflicts-only") && open ? kExitError : kExitDone;
}

/// What a plan and the tickets of a folder do not have in common, in sentences.
std::vector<std::string> differences(const Plan& plan, const ReadTickets& read) {
  std::set<std::string> planned;
  std::set<std::string> to_do;
  for (const Ticket& ticket : plan.tickets) planned.insert(ticket.id);
  for (const Ticket& ticket : read.plan.tickets) to_do.insert(ticket.id);
  std::vector<std::string> sentences;
  for (const std::string& id : to_do) {
    if (!planned.contains(id))
      sentences.push_back(fmt::format("{} is to be done, and is not in the plan", printable(id)));
  }
  std::set<std::string> closed;
  for (const ClosedTicket& each : read.closed) closed.insert(each.ticket.id);
  for (const std::string& id : planned) {
    if (to_do.contains(id)) continue;
    sentences.push_back(fmt::format("{} is in the plan, and {}", printable(id),
                                    closed.contains(id) ? "is closed already" : "has no ticket"));
  }
  return sentences;
}

int validate(const std::string& file, const Arguments& arguments, Environment& environment) {
  const Result<PreparedPlan> prepared = prepare_plan(file, environment);
  if (!prepared) return environment.fail(prepared.error());
  std::vector<std::string> sentences;
  const bool named = arguments.has("tickets") || !arguments.positionals().empty() ||
                     !environment.config.tickets.empty();
  if (named) {
    const Result<std::string> path = ticket_path(arguments, environment);
    if (!path) return environment.fail(path.error());
    const Result<ReadTickets> read = load_tickets(*path, environment);
    if (!read) return environment.fail(read.error());
    sentences = differences(prepared->plan, *read);
    const auto& derived = prepared->plan.execution_plan;
    const bool is_of_them = derived && !derived->source_hash.empty() && sentences.empty();
    if (is_of_them && derived->source_hash != source_hash(read->plan))
      sentences.emplace_back("tickets have changed since the plan was written");
  }
  const Plan& plan = prepared->plan;
  for (std::string& fault : planner::verify_planned_schedule(plan))
    sentences.push_back("the schedule: " + std::move(fault));
  const bool planned = plan.execution_plan && !plan.execution_plan->schedule.empty();
  std::string text;
  if (chosen_format(arguments, environment) == Format::kJson) {
    Json document = versioned();
    document["plan"] = file;
    document["valid"] = true;
    document["tickets"] = plan.tickets.size();
    document["groups"] = prepared->graph->group_count();
    document["scheduled"] = planned;
    document["differences"] = sentences;
    text = indented(document);
  } else {
    text = fmt::format("{} is valid: {} tickets in {} groups, {}\n", printable(file),
                       plan.tickets.size(), prepared->graph->group_count(),
                       planned ? "with a schedule" : "without a schedule");
    for (const std::string& sentence : sentences) text += "  " + sentence + "\n";
  }
  const Result<void> written = write_output(arguments, environment, text);
  if (!written) return environment.fail(written.error());
  return arguments.has("exit-code") && !sentences.empty() ? kExitInvalidPlan : kExitDone;
}

}  // namespace

int analyze_verb(const Arguments& arguments, Environment& environment) {
  const Result<TicketFilter> filter = make_filter(
      arguments.values("scope"), arguments.values("category"), arguments.values("priority"));
  if (!filter) return environment.fail(filter.error());
  Crew crew;
  if (const std::optional<std::string> word = arguments.value("agents")) {
    Result<Crew> read = parse_crew(*word);
    if (!read) return environment.fail(read.error());
    crew = std::move(*read);
  }
  if (const auto file = arguments.value("validate-plan"))
    return validate(*file, arguments, environment);
  const Result<std::string> path = ticket_path(arguments, environment);
  if (!path) return environment.fail(path.error());
  Result<ReadTickets> read = load_tickets(*path, environment);
  if (!read) return environment.fail(read.error());
  const Filtered left_out = apply_filter(*filter, *read);
  const Result<Analysis> analysis = analyze(read->plan, crew);
  if (!analysis) return environment.fail(analysis.error());
  const AnalysisReport report{*path, *read, *analysis, left_out};
  const Result<void> written =
      write_output(arguments, environment, rendered(report, arguments, environment));
  if (!written) return environment.fail(written.error());
  return exit_code(report, arguments);
}

}  // namespace headway::cli
