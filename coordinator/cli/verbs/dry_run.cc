#include "coordinator/cli/verbs/dry_run.h"

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/cli/command/exit_code.h"
#include "coordinator/cli/show/json.h"
#include "coordinator/cli/verbs/common.h"

namespace headway::cli {

namespace {

Table schedule_table(const PreparedPlan& prepared, const SimulatedSchedule& schedule) {
  Table table({{.title = "START", .right = true},
               {.title = "FINISH", .right = true},
               {.title = "AGENT", .right = true},
               {.title = "GROUP", .right = true},
               {.title = "TICKET"},
               {.title = "TITLE", .flexible = true}});
  for (const SimulatedTicket& entry : schedule.tickets) {
    const Ticket& ticket = prepared.plan.tickets[entry.ticket.index()];
    table.add({format_duration(entry.start), format_duration(entry.finish),
               std::to_string(entry.agent), std::to_string(prepared.graph->group(entry.ticket) + 1),
               ticket.id, ticket.title});
  }
  return table;
}

double factor(const SimulatedSchedule& schedule) {
  const double total = to_seconds(schedule.total);
  return total > 0 ? to_seconds(schedule.sequential) / total : 1.0;
}

std::string totals(const SimulationOptions& options, const SimulatedSchedule& schedule) {
  std::string text =
      fmt::format("{} on {}: {} in parallel, {} one by one (factor {:.2f}), at most {} at once\n",
                  counted(schedule.tickets.size(), "ticket"), counted(options.agents, "agent"),
                  format_duration(schedule.total), format_duration(schedule.sequential),
                  factor(schedule), schedule.most_alive);
  if (schedule.without_estimate > 0) {
    text += fmt::format("{} without an estimate: {} assumed for each\n", schedule.without_estimate,
                        format_duration(kDefaultEstimate));
  }
  return text;
}

Json entry_json(const PreparedPlan& prepared, const SimulatedTicket& entry) {
  return {{"ticket", prepared.plan.tickets[entry.ticket.index()].id},
          {"agent", entry.agent},
          {"group", prepared.graph->group(entry.ticket) + 1},
          {"start", seconds(entry.start)},
          {"finish", seconds(entry.finish)}};
}

Json schedule_json(const PreparedPlan& prepared, const SimulationOptions& options,
                   const SimulatedSchedule& schedule) {
  Json document = versioned();
  document["plan"] = prepared.plan.name;
  document["agents"] = options.agents;
  document["duration"] = seconds(schedule.total);
  document["sequential_duration"] = seconds(schedule.sequential);
  document["parallelism_factor"] = rounded(factor(schedule));
  document["most_at_once"] = schedule.most_alive;
  document["schedule"] = Json::array();
  for (const SimulatedTicket& entry : schedule.tickets) {
    document["schedule"].push_back(entry_json(prepared, entry));
  }
  return document;
}

}  // namespace

std::string simulation_report(const PreparedPlan& prepared, const SimulationOptions& options,
                              const SimulatedSchedule& schedule) {
  const std::string name = prepared.plan.name.empty() ? prepared.file : prepared.plan.name;
  return fmt::format(
      "# Simulation of {}\n\nNothing was executed: every ticket is taken to succeed at once and to "
      "take "
      "as long as it is estimated.\n\n{}\n## Schedule\n\n{}",
      printable(name), totals(options, schedule),
      schedule_table(prepared, schedule).render(Format::kMarkdown, false, 0));
}

int dry_run(const Arguments& arguments, Environment& environment, const PreparedPlan& prepared,
            const SimulationOptions& options) {
  const SimulatedSchedule schedule = simulate_schedule(prepared.plan, *prepared.graph, options);
  if (const std::optional<std::string> report = arguments.value("report")) {
    const Result<void> written =
        write_to(*report, environment, simulation_report(prepared, options, schedule));
    if (!written) return environment.fail(written.error());
    // It has the schedule as well: a second document would be mixed up with it.
    if (*report == kStandardOutput) return kExitDone;
  }
  const Format format = chosen_format(arguments, environment);
  switch (format) {
    case Format::kJson:
      environment.out << indented(schedule_json(prepared, options, schedule));
      break;
    case Format::kJsonLines:
      for (const SimulatedTicket& entry : schedule.tickets) {
        Json line = versioned();
        line.update(entry_json(prepared, entry));
        environment.out << compact(line);
      }
      break;
    case Format::kMarkdown:
      environment.out << simulation_report(prepared, options, schedule);
      break;
    case Format::kTable:
      environment.out << schedule_table(prepared, schedule)
                             .render(format, environment.colour, environment.width())
                      << "\n"
                      << totals(options, schedule);
      break;
    case Format::kPlain:
      environment.out << schedule_table(prepared, schedule).render(format, false, 0);
      break;
  }
  return kExitDone;
}

}  // namespace headway::cli
