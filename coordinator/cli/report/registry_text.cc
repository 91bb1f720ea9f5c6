#include "coordinator/cli/report/registry_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// To the second, as people write times.
std::string time_cell(const std::optional<WallTime>& at) {
  return at ? format_time(std::chrono::floor<std::chrono::seconds>(*at)) : std::string();
}

std::string duration_cell(const std::optional<Duration>& duration) {
  return duration ? short_duration(*duration) : std::string();
}

/// A sum that may be of nothing.
std::string sum_cell(Duration sum) {
  return sum > Duration{} ? short_duration(sum) : std::string();
}

std::string gates_cell(const TicketView& ticket) {
  return ticket.gates == 0 ? "" : fmt::format("{}/{}", ticket.gates_passed, ticket.gates);
}

/// With columns for gates passed and rollbacks where any ticket has them.
std::string ticket_table(const RegistryReport& report, Format format, bool colour,
                         std::size_t width) {
  const bool gates = std::ranges::any_of(
      report.tickets, [](const ReportedTicket& ticket) { return ticket.view.gates > 0; });
  const bool rollbacks = std::ranges::any_of(
      report.tickets, [](const ReportedTicket& ticket) { return !ticket.view.rollback.empty(); });
  std::vector<Column> columns = {{.title = "TICKET"},
                                 {.title = "STATUS"},
                                 {.title = "PRIORITY"},
                                 {.title = "CATEGORY"},
                                 {.title = "ESTIMATE", .right = true},
                                 {.title = "TOOK", .right = true},
                                 {.title = "CREATED"},
                                 {.title = "STARTED"},
                                 {.title = "FINISHED"}};
  if (gates) columns.push_back({.title = "GATES", .right = true});
  if (rollbacks) columns.push_back({.title = "ROLLBACK"});
  columns.push_back({.title = "TITLE", .flexible = true});
  Table table(std::move(columns));
  for (const auto& [ticket, took] : report.tickets) {
    std::vector<Cell> row = {ticket.id,
                             {std::string(to_text(ticket.state)), colour_of(ticket.state)},
                             ticket.priority,
                             ticket.category,
                             duration_cell(ticket.estimate),
                             duration_cell(took),
                             ticket.created,
                             time_cell(ticket.started_at),
                             time_cell(ticket.finished_at)};
    if (gates) row.emplace_back(gates_cell(ticket));
    if (rollbacks) row.emplace_back(ticket.rollback);
    row.emplace_back(ticket.title);
    table.add(std::move(row));
  }
  return table.render(format, colour, width);
}

std::string count_table(const RegistryReport& report, Format format, bool colour,
                        std::size_t width) {
  Table table({{.title = "COUNT BY"},
               {.title = "VALUE", .flexible = true},
               {.title = "TICKETS", .right = true},
               {.title = "SUCCEEDED", .right = true},
               {.title = "FAILED", .right = true},
               {.title = "ESTIMATE", .right = true},
               {.title = "TOOK", .right = true}});
  const auto add = [&](const char* what, const std::vector<TicketCount>& counts) {
    for (const TicketCount& count : counts) {
      table.add({what, count.value.empty() ? "(none)" : count.value, std::to_string(count.tickets),
                 std::to_string(count.succeeded), std::to_string(count.failed),
                 sum_cell(count.estimated), sum_cell(count.took)});
    }
  };
  add("status", report.by_status);
  add("priority", report.by_priority);
  add("category", report.by_category);
  return table.render(format, colour, width);
}

/// When the run began and ended, and by which plan it goes, where that was changed.
std::string times_line(const RunSummary& run) {
  std::string line;
  if (run.started_at) line += "started " + time_cell(run.started_at);
  if (run.finished_at) line += "  finished " + time_cell(run.finished_at);
  if (run.plan_version > 1) line += fmt::format("  plan version {}", run.plan_version);
  return line;
}

Json counts_json(const std::vector<TicketCount>& counts) {
  Json list = Json::array();
  for (const TicketCount& count : counts) {
    list.push_back({{"value", count.value.empty() ? Json(nullptr) : Json(count.value)},
                    {"tickets", count.tickets},
                    {"succeeded", count.succeeded},
                    {"failed", count.failed},
                    {"estimate_seconds", seconds(count.estimated)},
                    {"took_seconds", seconds(count.took)}});
  }
  return list;
}

}  // namespace

std::string registry_text(const RegistryReport& report, Format format, bool colour,
                          std::size_t width) {
  const std::string tickets = ticket_table(report, format, colour, width);
  const std::string counts = count_table(report, format, colour, width);
  if (format == Format::kPlain) return tickets + "\n" + counts;
  const std::string state =
      coloured(to_text(report.run.state), colour_of(report.run.state), colour);
  if (format == Format::kMarkdown) {
    return fmt::format("# {}\n\n{}: {}. {}\n\n## Tickets\n\n{}\n## Counts\n\n{}",
                       markdown_text(run_title(report.run)), state, counts_sentence(report.run),
                       times_line(report.run), tickets, counts);
  }
  return fmt::format("{}  {}  {}\n{}\n\n{}\n{}", run_title(report.run), state,
                     counts_sentence(report.run), times_line(report.run), tickets, counts);
}

std::string metrics_text(const RegistryReport& report, Format format, bool colour,
                         std::size_t width) {
  const RunMetrics& metrics = report.metrics;
  Table table({{.title = "MEASURE"}, {.title = "VALUE", .right = true}});
  const auto time = [](double value) { return short_duration(from_seconds(value)); };
  table.add({"completion rate", percent(report.run.completion_rate)});
  table.add({"average execution time", time(metrics.average_execution_time_s)});
  table.add({"parallelism efficiency", percent(metrics.parallelism_efficiency)});
  table.add({"utilization of agents", percent(metrics.utilization)});
  table.add({"cpu", percent(metrics.cpu)});
  table.add({"memory", percent(metrics.memory)});
  table.add({"disk", percent(metrics.disk)});
  table.add({"network", percent(metrics.network)});
  table.add({"conflict resolution time", time(metrics.conflict_resolution_time_s)});
  table.add({"queue time", time(metrics.queue_time_s)});
  table.add({"lead time", time(metrics.lead_time_s)});
  table.add({"retries", std::to_string(metrics.retries)});
  table.add({"time lost with workers", time(metrics.lost_time_s)});
  if (report.run.eta) table.add({"time left", short_duration(*report.run.eta)});
  const std::string rows = table.render(format, colour, width);
  return format == Format::kMarkdown ? "## Metrics\n\n" + rows + "\n" : rows + "\n";
}

Json registry_json(const RegistryReport& report, bool include_metrics) {
  Json json = versioned();
  json["run"] = run_json(report.run);
  if (include_metrics) json["metrics"] = metrics_json(report.run, report.metrics);
  Json tickets = Json::array();
  for (const auto& [view, took] : report.tickets) {
    Json ticket = ticket_json(view);
    ticket["took_seconds"] = took ? Json(seconds(*took)) : Json(nullptr);
    tickets.push_back(std::move(ticket));
  }
  json["registry"] = {{"tickets", std::move(tickets)},
                      {"counts",
                       {{"status", counts_json(report.by_status)},
                        {"priority", counts_json(report.by_priority)},
                        {"category", counts_json(report.by_category)}}}};
  return json;
}

}  // namespace headway::cli
