#include "coordinator/cli/verbs/apply_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/show/changes.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kMostRows = 100;
constexpr std::size_t kMostFieldLines = 100;
/// Tickets of a critical path that are named.
constexpr std::size_t kMostNamed = 6;

std::string field_names(const TicketPlanChange& ticket) {
  std::vector<std::string> names;
  for (const Change& change : ticket.changes) names.push_back(change.what);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string tickets_table(const ApplyAnswer& answer, Format format,
                          const Environment& environment) {
  Table table({{.title = "TICKET"},
               {.title = "CHANGE"},
               {.title = "STATE"},
               {.title = "WHAT BECOMES OF IT", .flexible = true},
               {.title = "FIELDS", .flexible = true}});
  const std::size_t shown = std::min(answer.tickets.size(), kMostRows);
  for (std::size_t i = 0; i < shown; ++i) {
    const TicketPlanChange& ticket = answer.tickets[i];
    table.add({ticket.ticket,
               ticket.change,
               {std::string(to_text(ticket.state)), colour_of(ticket.state)},
               ticket.becomes,
               field_names(ticket)});
  }
  std::string text = table.render(format, environment.colour, environment.width());
  // Rows are sent up to a limit; some are of tickets that are kept and lost.
  const std::size_t all =
      std::max<std::size_t>(answer.added + answer.removed + answer.changed, answer.tickets.size());
  if (all > shown) text += fmt::format("and {} more tickets\n", all - shown);
  return text;
}

/// A value of several lines is told in one.
std::string value_text(std::string_view value) {
  std::string text;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    std::string_view line = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) continue;
    if (!text.empty()) text += text.ends_with(':') ? " " : ", ";
    text += line;
  }
  return text.empty() ? "none" : printable(text);
}

std::string field_lines(const ApplyAnswer& answer) {
  std::string text;
  std::size_t lines = 0;
  const auto add = [&](const std::string& what, const Change& change) {
    if (++lines > kMostFieldLines) return;
    text += fmt::format("{} {}: {} -> {}\n", what, printable(change.what),
                        value_text(change.before), value_text(change.after));
  };
  for (const Change& change : answer.plan) add("plan", change);
  for (const TicketPlanChange& ticket : answer.tickets) {
    for (const Change& change : ticket.changes) add(printable(ticket.ticket), change);
  }
  if (lines > kMostFieldLines) {
    text += fmt::format("and {} more fields\n", lines - kMostFieldLines);
  }
  return text;
}

std::string path_text(const PlanOutlook& outlook) {
  std::vector<std::string> named;
  for (const std::string& ticket : outlook.path_tickets) {
    if (named.size() == kMostNamed) break;
    named.push_back(printable(ticket));
  }
  if (outlook.path_length > named.size()) {
    named.push_back(fmt::format("{} more", outlook.path_length - named.size()));
  }
  return fmt::format("{}", fmt::join(named, " > "));
}

std::string time_text(const std::optional<Duration>& time) {
  return time ? short_duration(*time) : "never";
}

std::string outlook_table(const ApplyAnswer& answer, Format format,
                          const Environment& environment) {
  Table table({{.title = "PLAN"},
               {.title = "LEFT", .right = true},
               {.title = "ETA", .right = true},
               {.title = "90 % WITHIN", .right = true},
               {.title = "CRITICAL PATH", .right = true},
               {.title = "ITS TICKETS", .flexible = true}});
  for (const PlanOutlook* outlook : {&answer.before, &answer.after}) {
    table.add({fmt::format("version {}", outlook->version), std::to_string(outlook->eta.tickets),
               time_text(outlook->eta.eta), time_text(outlook->eta.eta_late),
               short_duration(outlook->path), path_text(*outlook)});
  }
  return table.render(format, environment.colour, environment.width());
}

Json outlook_json(const PlanOutlook& outlook) {
  return {{"version", outlook.version},
          {"tickets_left", outlook.eta.tickets},
          {"agents", outlook.eta.agents},
          {"eta_seconds", seconds_json(outlook.eta.eta)},
          {"eta_p90_seconds", seconds_json(outlook.eta.eta_late)},
          {"critical_path_seconds", seconds_json(std::optional(outlook.path))},
          {"critical_path_tickets", outlook.path_length},
          {"critical_path", outlook.path_tickets}};
}

}  // namespace

std::string apply_text(const ApplyAnswer& answer, Format format, const Environment& environment) {
  if (answer.before.version == answer.after.version) return "";
  std::string text = fmt::format("{}: plan version {} -> {}: {} added, {} removed, {} changed\n",
                                 run_name(answer.run), answer.before.version, answer.after.version,
                                 answer.added, answer.removed, answer.changed);
  if (!answer.tickets.empty()) text += "\n" + tickets_table(answer, format, environment);
  const std::string fields = field_lines(answer);
  if (!fields.empty()) text += "\n" + fields;
  return text + "\n" + outlook_table(answer, format, environment);
}

Json apply_json(const ApplyAnswer& answer) {
  Json document = versioned();
  document["run"] = run_name(answer.run);
  document["applied"] = answer.sequence != Sequence{};
  document["added"] = answer.added;
  document["removed"] = answer.removed;
  document["changed"] = answer.changed;
  document["tickets"] = Json::array();
  for (const TicketPlanChange& ticket : answer.tickets) {
    document["tickets"].push_back({{"id", ticket.ticket},
                                   {"change", ticket.change},
                                   {"state", to_text(ticket.state)},
                                   {"becomes", ticket.becomes},
                                   {"fields", changes_json(ticket.changes)}});
  }
  document["plan"] = changes_json(answer.plan);
  document["before"] = outlook_json(answer.before);
  document["after"] = outlook_json(answer.after);
  document["notes"] = answer.notes;
  return document;
}

}  // namespace headway::cli
