#include "coordinator/cli/analysis/report.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/plan/words.h"
#include "coordinator/cli/show/pages.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway::cli {

namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}
std::string counted(std::size_t count, const std::string& one) {
  return counted(count, one, one + "s");
}

class ReportWriter {
 public:
  ReportWriter(const AnalysisReport& report, Pages& pages)
      : report_(report), analysis_(report.analysis), pages_(pages) {}

  void write_all() {
    write_summary();
    write_cycles();
    write_conflicts();
    write_groups();
    write_critical_path();
    write_bottlenecks();
    write_parallelism();
    write_recommendations();
  }

  void write_conflicts() {
    if (analysis_.conflicts.empty()) return;
    pages_.heading(fmt::format("Conflicts ({})", analysis_.conflict_count));
    Table table({{.title = "TYPE"},
                 {.title = "ABOUT", .flexible = true},
                 {.title = "TICKETS", .right = true},
                 {.title = "ONE BY ONE", .right = true},
                 {.title = "RESOLUTION", .flexible = true}});
    const std::size_t shown = std::min(analysis_.conflicts.size(), kMaxReportRows);
    for (std::size_t i = 0; i < shown; ++i) {
      const Conflict& conflict = analysis_.conflicts[i];
      std::string about = conflict.about;
      if (conflict.overlap_count == 1) about += fmt::format(", {}", conflict.overlaps.front());
      if (conflict.overlap_count > 1)
        about += fmt::format(" and {} that meet it", counted(conflict.overlap_count, "path"));
      table.add({std::string(kind_text(conflict.kind)), about,
                 std::to_string(conflict.ticket_count), rough_duration(conflict.load),
                 resolution_text(report_, conflict)});
    }
    pages_.table(table);
    pages_.rest(analysis_.conflict_count, shown);
  }

 private:
  [[nodiscard]] const Ticket& ticket(TicketIndex index) const {
    return analysis_.plan.tickets[index.index()];
  }
  [[nodiscard]] std::string id(TicketIndex index) const { return printable(ticket(index).id); }

  void write_summary() {
    const ReadTickets& read = report_.read;
    pages_.top(fmt::format("Analysis of {}", printable(report_.source)));
    const auto closed = [&](TicketStatus status) {
      return std::count_if(read.closed.begin(), read.closed.end(),
                           [&](const ClosedTicket& each) { return each.origin.status == status; });
    };
    std::string tickets = counted(analysis_.plan.tickets.size(), "ticket") + " to do";
    if (const auto done = closed(TicketStatus::kCompleted); done > 0)
      tickets += fmt::format(", {} completed", done);
    if (const auto gone = closed(TicketStatus::kCancelled); gone > 0)
      tickets += fmt::format(", {} cancelled", gone);
    pages_.line(tickets);
    if (report_.left_out.tickets > 0) {
      pages_.line(fmt::format(
          "{} left out by the filter, with {} on them", counted(report_.left_out.tickets, "ticket"),
          counted(report_.left_out.dependencies, "dependency", "dependencies")));
    }
    const DependencyCounts& counts = analysis_.dependencies;
    pages_.line(fmt::format("dependencies: {} blocking, {} sequential, {} soft, {} and {} declared",
                            counts.blocking, counts.sequential, counts.soft,
                            counted(counts.file_conflicts, "file conflict"),
                            counted(counts.resource_conflicts, "resource conflict")));
    if (read.satisfied > 0)
      pages_.line(fmt::format("{} satisfied by completed tickets",
                              counted(read.satisfied, "dependency", "dependencies")));
    if (counts.unknown > 0)
      pages_.line(fmt::format("{} left out: on tickets that are nowhere",
                              counted(counts.unknown, "dependency", "dependencies")));
    if (analysis_.schedule.without_estimate > 0) {
      pages_.line(fmt::format("{} without an estimate: {} assumed for each",
                              counted(analysis_.schedule.without_estimate, "ticket"),
                              format_duration(kDefaultEstimate)));
    }
  }

  void write_cycles() {
    if (analysis_.cycles.empty()) return;
    pages_.heading(fmt::format("Cycles ({})", analysis_.cycles.size()));
    for (const CycleFinding& cycle : analysis_.cycles) {
      std::vector<std::string> names;
      for (const TicketIndex each : cycle.tickets) names.push_back(id(each));
      names.push_back(names.front());
      std::string words = fmt::format("{}: cut where {} waits for {}", fmt::join(names, " -> "),
                                      id(cycle.waiting), id(cycle.needed));
      if (cycle.kind == EdgeKind::kSequential) words += " (sequential)";
      if (cycle.knot > cycle.tickets.size())
        words += fmt::format("; {} tied up", counted(cycle.knot, "ticket is", "tickets are"));
      pages_.line(words);
    }
    if (analysis_.further_cuts > 0)
      pages_.line(fmt::format("and {} beyond these", counted(analysis_.further_cuts, "cut")));
    pages_.line("everything below is reckoned as if these cuts were made");
  }

  void write_groups() {
    if (analysis_.groups.empty()) return;
    pages_.heading(fmt::format("Groups ({})", analysis_.groups.size()));
    Table table({{.title = "GROUP", .right = true},
                 {.title = "TICKETS", .right = true},
                 {.title = "DURATION", .right = true},
                 {.title = "WHICH", .flexible = true}});
    const std::size_t shown = std::min(analysis_.groups.size(), kMaxReportRows);
    for (std::size_t i = 0; i < shown; ++i) {
      const GroupFinding& group = analysis_.groups[i];
      table.add({std::to_string(i + 1), std::to_string(group.tickets.size()),
                 rough_duration(group.duration), some_of(group.tickets, 12)});
    }
    pages_.table(table);
    pages_.rest(analysis_.groups.size(), shown);
  }

  [[nodiscard]] std::string some_of(const std::vector<TicketIndex>& tickets,
                                    std::size_t most) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most, tickets.size()); ++i)
      names.push_back(id(tickets[i]));
    std::string text = fmt::format("{}", fmt::join(names, ", "));
    if (tickets.size() > most) text += fmt::format(" and {} more", tickets.size() - most);
    return text;
  }

  void write_critical_path() {
    if (analysis_.critical_path.empty()) return;
    pages_.heading(
        fmt::format("Critical path: {}", rough_duration(analysis_.critical_path_duration)));
    Table table({{.title = "START", .right = true},
                 {.title = "DURATION", .right = true},
                 {.title = "TICKET"},
                 {.title = "TITLE", .flexible = true}});
    const std::size_t shown = std::min(analysis_.critical_path.size(), kMaxReportRows);
    for (std::size_t i = 0; i < shown; ++i) {
      const TicketIndex each = analysis_.critical_path[i];
      table.add({rough_duration(analysis_.earliest_start[each.index()]),
                 rough_duration(duration_of(ticket(each))), ticket(each).id, ticket(each).title});
    }
    pages_.table(table);
    pages_.rest(analysis_.critical_path.size(), shown);
    write_slack();
  }

  /// Those that have least time to spare beside the critical path.
  void write_slack() {
    std::vector<bool> critical(analysis_.slack.size(), false);
    for (const TicketIndex each : analysis_.critical_path) critical[each.index()] = true;
    std::vector<TicketIndex> others;
    for (std::uint32_t i = 0; i < critical.size(); ++i) {
      if (!critical[i]) others.emplace_back(i);
    }
    std::stable_sort(others.begin(), others.end(), [&](TicketIndex a, TicketIndex b) {
      return analysis_.slack[a.index()] < analysis_.slack[b.index()];
    });
    if (others.empty()) return;
    std::vector<std::string> words;
    constexpr std::size_t kShown = 8;
    for (std::size_t i = 0; i < std::min(others.size(), kShown); ++i) {
      words.push_back(
          fmt::format("{} {}", id(others[i]), rough_duration(analysis_.slack[others[i].index()])));
    }
    pages_.heading("Slack");
    pages_.line(fmt::format("least: {}", fmt::join(words, ", ")));
    if (others.size() > kShown)
      pages_.line(fmt::format("{} more than {}",
                              counted(others.size() - kShown, "ticket has", "tickets have"),
                              rough_duration(analysis_.slack[others[kShown].index()])));
  }

  void write_bottlenecks() {
    if (analysis_.bottlenecks.empty()) return;
    pages_.heading("Bottlenecks");
    Table table({{.title = "TICKET"},
                 {.title = "WAITING", .right = true},
                 {.title = "WORK BEHIND IT", .right = true},
                 {.title = "SLACK", .right = true},
                 {.title = "TITLE", .flexible = true}});
    for (const TicketIndex each : analysis_.bottlenecks) {
      table.add({ticket(each).id, std::to_string(analysis_.waiting_tickets[each.index()]),
                 rough_duration(analysis_.waiting_work[each.index()]),
                 rough_duration(analysis_.slack[each.index()]), ticket(each).title});
    }
    pages_.table(table);
  }

  void write_parallelism() {
    if (analysis_.plan.tickets.empty()) return;
    pages_.heading("Parallelism");
    pages_.line(fmt::format("{} of work, {} with {}{}: factor {:.2f}, at most {} at once",
                            rough_duration(analysis_.schedule.sequential),
                            rough_duration(analysis_.schedule.total),
                            counted(analysis_.agents, "agent"),
                            analysis_.agents_given ? "" : " (as many as are useful)",
                            analysis_.parallelism_factor, analysis_.schedule.most_alive));
    pages_.line(fmt::format("with no conflicts and no end of agents the factor would be {:.2f}",
                            analysis_.most_parallelism));
    if (analysis_.by_agents.size() > 1) {
      std::vector<std::string> steps;
      for (const auto& [agents, total] : analysis_.by_agents)
        steps.push_back(fmt::format("{}: {}", agents, rough_duration(total)));
      pages_.line(fmt::format("by agents: {}", fmt::join(steps, ", ")));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(analysis_.limits.size(), 3); ++i) {
      pages_.line(fmt::format("{} {}", i == 0 ? "limited by" : "then by",
                              limit_text(report_, analysis_.limits[i])));
    }
    for (const std::string& label : analysis_.labels_without_agents)
      pages_.line(
          fmt::format("no agent is of the type `{}`, which tickets ask for", printable(label)));
  }

  void write_recommendations() {
    if (analysis_.recommendations.empty()) return;
    pages_.heading("Recommendations");
    for (const Recommendation& each : analysis_.recommendations)
      pages_.line(printable(each.sentence));
  }

  const AnalysisReport& report_;
  const Analysis& analysis_;
  Pages& pages_;
};

}  // namespace

std::string_view reason_text(OrderReason reason) {
  switch (reason) {
    case OrderReason::kDependency:
      return "the other waits for it";
    case OrderReason::kPriority:
      return "it is more urgent";
    case OrderReason::kCriticalPath:
      return "more work follows it";
    case OrderReason::kPlanOrder:
      return "it comes first";
    case OrderReason::kSchedule:
      return "it can start earlier";
  }
  return {};
}

std::string_view kind_text(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::kFiles:
      return "files";
    case ConflictKind::kLock:
      return "lock";
    case ConflictKind::kDeclared:
      return "declared";
    case ConflictKind::kIsolation:
      return "isolation";
  }
  return {};
}

std::string resolution_text(const AnalysisReport& report, const Conflict& conflict) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(conflict.tickets.size(), kShown); ++i)
    names.push_back(printable(report.analysis.plan.tickets[conflict.tickets[i].index()].id));
  std::string order = fmt::format("{}", fmt::join(names, ", then "));
  if (conflict.ticket_count > kShown)
    order += fmt::format(" and {} more", conflict.ticket_count - kShown);
  if (conflict.ordered) return order + ": dependencies keep them apart";
  return fmt::format("{}: {} first, {}", order, names.front(), reason_text(conflict.reason));
}

std::string limit_text(const AnalysisReport& report, const Limit& limit) {
  const std::string bound = rough_duration(limit.bound);
  switch (limit.kind) {
    case LimitKind::kCriticalPath:
      return fmt::format("the critical path: {}", bound);
    case LimitKind::kAgents:
      if (!limit.what.empty())
        return fmt::format("the agents of `{}`: {}", printable(limit.what), bound);
      return fmt::format("{}: {}", counted(report.analysis.agents, "agent"), bound);
    case LimitKind::kMaxParallel:
      return fmt::format("`max_parallel`: {}", bound);
    case LimitKind::kConflict:
      return fmt::format("what goes one by one on `{}`: {}", printable(limit.what), bound);
    case LimitKind::kResource:
      return fmt::format("the resource `{}`: {}", printable(limit.what), bound);
  }
  return {};
}

std::string analysis_text(const AnalysisReport& report, bool conflicts_only, Format format,
                          bool colour, std::size_t width) {
  Pages pages(format, colour, width);
  ReportWriter writer(report, pages);
  if (conflicts_only) {
    writer.write_conflicts();
  } else {
    writer.write_all();
  }
  return pages.take();
}

std::string tickets_plain(const AnalysisReport& report) {
  const Analysis& analysis = report.analysis;
  Table table({{.title = "TICKET"},
               {.title = "PRIORITY"},
               {.title = "GROUP"},
               {.title = "START"},
               {.title = "DURATION"},
               {.title = "SLACK"},
               {.title = "WAITING"},
               {.title = "TITLE"}});
  for (std::uint32_t i = 0; i < analysis.plan.tickets.size(); ++i) {
    const Ticket& ticket = analysis.plan.tickets[i];
    table.add({ticket.id, std::string(to_text(ticket.priority)),
               std::to_string(analysis.graph->group(TicketIndex{i}) + 1),
               format_duration(analysis.earliest_start[i]), format_duration(duration_of(ticket)),
               format_duration(analysis.slack[i]), std::to_string(analysis.waiting_tickets[i]),
               ticket.title});
  }
  return table.render(Format::kPlain, false, 0);
}

}  // namespace headway::cli
