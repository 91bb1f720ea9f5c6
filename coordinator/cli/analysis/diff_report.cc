#include "coordinator/cli/analysis/diff_report.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/analysis/report.h"
#include "coordinator/cli/show/pages.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway::cli {

namespace {

using planner::ChangedField;
using planner::PlanDiff;
using planner::PlanMeasures;

std::string span_text(std::optional<Duration> duration) {
  return duration ? rough_duration(*duration) : std::string("-");
}

std::string path_text(const PlanMeasures& measures) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> ids(
      measures.critical_path.begin(),
      measures.critical_path.begin() +
          static_cast<std::ptrdiff_t>(std::min(kShown, measures.critical_path.size())));
  std::string text =
      fmt::format("{} ({})", rough_duration(measures.critical_path_duration), fmt::join(ids, ", "));
  if (measures.critical_path.size() > kShown) {
    text.insert(text.size() - 1,
                fmt::format(" and {} more", measures.critical_path.size() - kShown));
  }
  return text;
}

/// A field's YAML on one line.
std::string on_one_line(const std::string& yaml) {
  std::string text;
  for (const char c : yaml) {
    if (c != '\n') {
      text += c;
    } else if (!text.empty() && !text.ends_with(' ')) {
      text += ' ';
    }
  }
  std::string single;
  for (const char c : text) {
    if (c != ' ' || !single.ends_with(' ')) single += c;
  }
  while (single.starts_with(' ')) single.erase(0, 1);
  return single.empty() ? std::string("-") : single;
}

class DiffWriter {
 public:
  DiffWriter(const DiffReport& report, Pages& pages)
      : report_(report), diff_(report.diff), pages_(pages) {}

  void write() {
    pages_.top(fmt::format("From {} to {}", printable(report_.before), printable(report_.after)));
    write_summary();
    write_measures();
    if (!diff_.plan.empty()) {
      pages_.heading("The plan itself");
      Table table({{.title = "FIELD"},
                   {.title = "BEFORE", .flexible = true},
                   {.title = "AFTER", .flexible = true}});
      for (const ChangedField& field : diff_.plan)
        table.add({field.name, on_one_line(field.before), on_one_line(field.after)});
      pages_.table(table);
    }
    write_ids("Added", diff_.added);
    write_ids("Removed", diff_.removed);
    write_changed();
    write_moved();
  }

 private:
  void write_summary() {
    if (diff_.same_tickets()) {
      pages_.line("the tickets are the same");
      return;
    }
    pages_.line(fmt::format("{} added, {} removed, {} changed", diff_.added.size(),
                            diff_.removed.size(), diff_.changed.size()));
  }

  void write_measures() {
    const PlanMeasures& before = diff_.before;
    const PlanMeasures& after = diff_.after;
    const auto agents = [](const PlanMeasures& measures) {
      return measures.agents ? std::to_string(*measures.agents) : std::string("-");
    };
    pages_.heading("Measures");
    Table table({{.title = "MEASURE"},
                 {.title = "BEFORE", .flexible = true},
                 {.title = "AFTER", .flexible = true}});
    table.add({"tickets", std::to_string(before.tickets), std::to_string(after.tickets)});
    table.add({"groups", std::to_string(before.groups), std::to_string(after.groups)});
    table.add({"agents", agents(before), agents(after)});
    table.add({"work", rough_duration(before.work), rough_duration(after.work)});
    table.add({"duration", span_text(before.duration), span_text(after.duration)});
    table.add({"at least", span_text(before.lower_bound), span_text(after.lower_bound)});
    table.add({"critical path", path_text(before), path_text(after)});
    pages_.table(table);
  }

  void write_ids(const std::string& title, const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    pages_.heading(title);
    const std::size_t shown = std::min(ids.size(), kMaxReportRows);
    for (std::size_t i = 0; i < shown; ++i) pages_.line(printable(ids[i]));
    pages_.rest(ids.size(), shown);
  }

  void write_changed() {
    if (diff_.changed.empty()) return;
    pages_.heading("Changed");
    Table table({{.title = "TICKET"},
                 {.title = "FIELD"},
                 {.title = "BEFORE", .flexible = true},
                 {.title = "AFTER", .flexible = true}});
    const std::size_t shown = std::min(diff_.changed.size(), kMaxReportRows);
    for (std::size_t i = 0; i < shown; ++i) {
      for (const ChangedField& field : diff_.changed[i].fields) {
        table.add(
            {diff_.changed[i].id, field.name, on_one_line(field.before), on_one_line(field.after)});
      }
    }
    pages_.table(table);
    pages_.rest(diff_.changed.size(), shown);
  }

  void write_moved() {
    if (diff_.moved.empty()) return;
    pages_.heading("Start at another time");
    Table table({{.title = "TICKET"},
                 {.title = "BEFORE", .right = true},
                 {.title = "AFTER", .right = true},
                 {.title = "MOVED BY", .right = true}});
    const std::size_t shown = std::min(diff_.moved.size(), kMaxReportRows);
    for (std::size_t i = 0; i < shown; ++i) {
      const planner::MovedTicket& moved = diff_.moved[i];
      const Duration by = std::chrono::abs(moved.after - moved.before);
      table.add({moved.id, rough_duration(moved.before), rough_duration(moved.after),
                 (moved.after < moved.before ? "-" : "+") + rough_duration(by)});
    }
    pages_.table(table);
    pages_.rest(diff_.moved.size(), shown);
  }

  const DiffReport& report_;
  const PlanDiff& diff_;
  Pages& pages_;
};

Json fields_json(const std::vector<ChangedField>& fields) {
  Json list = Json::array();
  for (const ChangedField& field : fields) {
    list.push_back({{"field", field.name},
                    {"before", field.before.empty() ? Json() : Json(field.before)},
                    {"after", field.after.empty() ? Json() : Json(field.after)}});
  }
  return list;
}

Json measures_json(const PlanMeasures& measures) {
  const auto span = [](std::optional<Duration> duration) {
    return duration ? Json(seconds(*duration)) : Json();
  };
  return {{"tickets", measures.tickets},
          {"groups", measures.groups},
          {"agents", measures.agents ? Json(*measures.agents) : Json()},
          {"work", seconds(measures.work)},
          {"duration", span(measures.duration)},
          {"lower_bound", span(measures.lower_bound)},
          {"critical_path",
           {{"tickets", measures.critical_path},
            {"duration", seconds(measures.critical_path_duration)}}}};
}

}  // namespace

std::string diff_text(const DiffReport& report, Format format, bool colour, std::size_t width) {
  Pages pages(format, colour, width);
  DiffWriter(report, pages).write();
  return pages.take();
}

Json diff_json(const DiffReport& report) {
  Json document = versioned();
  document["same_tickets"] = report.diff.same_tickets();
  document["before"] = measures_json(report.diff.before);
  document["after"] = measures_json(report.diff.after);
  document["plan"] = fields_json(report.diff.plan);
  document["added"] = report.diff.added;
  document["removed"] = report.diff.removed;
  document["changed"] = Json::array();
  for (const planner::ChangedTicket& changed : report.diff.changed)
    document["changed"].push_back(
        {{"ticket", changed.id}, {"fields", fields_json(changed.fields)}});
  document["moved"] = Json::array();
  for (const planner::MovedTicket& moved : report.diff.moved) {
    document["moved"].push_back(
        {{"ticket", moved.id}, {"before", seconds(moved.before)}, {"after", seconds(moved.after)}});
  }
  return document;
}

std::string diff_plain(const DiffReport& report) {
  Table table({{.title = "WHAT"},
               {.title = "TICKET"},
               {.title = "FIELD"},
               {.title = "BEFORE"},
               {.title = "AFTER"}});
  const PlanDiff& diff = report.diff;
  for (const ChangedField& field : diff.plan)
    table.add({"plan", "", field.name, on_one_line(field.before), on_one_line(field.after)});
  for (const std::string& id : diff.added) table.add({"added", id, "", "", ""});
  for (const std::string& id : diff.removed) table.add({"removed", id, "", "", ""});
  for (const planner::ChangedTicket& changed : diff.changed) {
    for (const ChangedField& field : changed.fields) {
      table.add(
          {"changed", changed.id, field.name, on_one_line(field.before), on_one_line(field.after)});
    }
  }
  for (const planner::MovedTicket& moved : diff.moved) {
    table.add(
        {"moved", moved.id, "start", rough_duration(moved.before), rough_duration(moved.after)});
  }
  return table.render(Format::kPlain, false, 0);
}

}  // namespace headway::cli
