#include "coordinator/cli/report/html/tickets.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "common/base/shell_word.h"
#include "common/base/units.h"
#include "coordinator/cli/report/html/page_text.h"
#include "coordinator/cli/report/html/standing.h"
#include "coordinator/cli/report/markup.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// Failures that are told one by one.
constexpr std::size_t kMostFailures = 50;
/// Of them, those that are told without being asked.
constexpr std::size_t kOpenFailures = 3;
constexpr std::size_t kIdColumns = 60;
constexpr std::size_t kTicketTitleColumns = 80;
constexpr std::size_t kCauseColumns = 300;
constexpr std::size_t kShortCauseColumns = 80;

std::string cause_of(const TicketView& view) {
  return cause(view.outcome, view.exit_code, view.detail);
}

/// Sorts as text in the order of time.
std::string time_cell(const std::optional<WallTime>& at) {
  if (!at) return {};
  const std::string text = format_time(std::chrono::floor<std::chrono::seconds>(*at));
  return text.substr(0, 10) + " " + text.substr(11, 8);
}

std::string duration_cell(const std::optional<Duration>& duration) {
  return duration ? exact_duration(*duration) : std::string();
}

/// Only what is not obvious: most tickets succeed in silence.
std::string remark(const TicketView& view) {
  switch (view.state) {
    case TicketState::kSucceeded:
      return {};
    case TicketState::kRunning:
      return view.progress > 0 ? percent(view.progress) + " " + view.progress_message
                               : view.progress_message;
    case TicketState::kWaiting:
    case TicketState::kReady: {
      if (view.waiting_for.empty()) return cause_of(view);
      const std::size_t more = view.waiting_for.size() - 1;
      return "waits for " + view.waiting_for.front() +
             (more > 0 ? fmt::format(" and {} more", more) : "");
    }
    case TicketState::kValidating:
      return view.step.empty() ? std::string("its gates run") : view.step;
    case TicketState::kReview:
      return "waits for a person";
    case TicketState::kAssigned:
    case TicketState::kFailed:
    case TicketState::kAborted:
    case TicketState::kCancelled:
    case TicketState::kUndone:
      return cause_of(view);
  }
  return {};
}

/// With how its rollback stands, which counts for more than why.
std::string remark_with_rollback(const TicketView& view) {
  if (view.rollback.empty()) return remark(view);
  const std::string why = remark(view);
  return fmt::format("rollback {}{}{}", view.rollback, why.empty() ? "" : "; ", why);
}

std::string row(std::uint32_t index, const ReportedTicket& ticket) {
  const TicketView& view = ticket.view;
  return fmt::format(
      "<tr id=\"t{}\"><td>{}</td><td class=\"s {}\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      index, markup_cut(view.id, kIdColumns), class_of(standing_of(view.state)),
      to_text(view.state), markup_cut(remark_with_rollback(view), kShortCauseColumns),
      view.attempt == 0 ? std::string() : std::to_string(view.attempt), duration_cell(ticket.took),
      duration_cell(view.estimate), time_cell(view.started_at), markup_cut(view.agent, kIdColumns),
      markup_text(view.priority), markup_cut(view.category, kIdColumns),
      markup_cut(view.title, kTicketTitleColumns));
}

std::string state_filter(const RegistryReport& report) {
  std::string text = "<label>State <select id=\"by-state\"><option value=\"\">all</option>";
  for (const TicketCount& count : report.by_status) {
    text += fmt::format("<option value=\"{0}\">{0} ({1})</option>", markup_text(count.value),
                        count.tickets);
  }
  return text + "</select></label>";
}

/// A failure with the end of its output, where there is any, to be opened.
std::string failure(std::uint32_t index, const TicketView& view, const OutputTail* tail,
                    bool open) {
  const std::string why = cause_of(view);
  std::string text = fmt::format(
      "<details class=\"failure\"{}><summary><b>{}</b> {}{}</summary>\n<p class=\"note\"><a "
      "href=\"#t{}\">{}</a>"
      "</p>\n",
      open ? " open=\"open\"" : "", markup_cut(view.id, kIdColumns),
      markup_cut(why.empty() ? "failed" : why, kCauseColumns),
      view.attempt > 1 ? fmt::format(", after {} attempts", view.attempt) : "", index,
      view.title.empty() ? "In the table" : markup_cut(view.title, kTicketTitleColumns));
  if (tail == nullptr) {
    text += fmt::format("<p class=\"note\">What it printed: <code>headway logs {}</code></p>\n",
                        markup_cut(shell_word(view.id), kIdColumns));
  } else if (tail->lines.empty()) {
    text += "<p class=\"note\">It printed nothing.</p>\n";
  } else {
    text += "<pre tabindex=\"0\" aria-label=\"The end of its output\">";
    for (const std::string& line : tail->lines) text += markup_text(line) + "\n";
    text += "</pre>\n";
  }
  return text + "</details>\n";
}

}  // namespace

std::vector<std::uint32_t> by_urgency(const RegistryReport& report) {
  std::vector<std::uint32_t> order(report.tickets.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(
      order, {}, [&](std::uint32_t ticket) { return urgency(report.tickets[ticket].view.state); });
  return order;
}

std::string failures_section(const PageContent& content) {
  std::map<std::size_t, const OutputTail*> tails;
  for (const OutputTail& tail : content.outputs) tails.emplace(tail.ticket, &tail);
  std::string text;
  std::size_t failures = 0;
  std::size_t aborted = 0;
  for (std::uint32_t i = 0; i < content.report.tickets.size(); ++i) {
    const TicketView& view = content.report.tickets[i].view;
    if (view.state == TicketState::kAborted) ++aborted;
    if (view.state != TicketState::kFailed || ++failures > kMostFailures) continue;
    const auto tail = tails.find(i);
    text +=
        failure(i, view, tail == tails.end() ? nullptr : tail->second, failures <= kOpenFailures);
  }
  if (failures == 0) return {};
  std::string note;
  if (failures > kMostFailures)
    note += fmt::format("{} more are in the table below. ", failures - kMostFailures);
  if (aborted == 1) note += "1 ticket was not run for want of what it waits for.";
  if (aborted > 1)
    note += fmt::format("{} tickets were not run for want of what they wait for.", aborted);
  return fmt::format(
      "<section aria-labelledby=\"h-failed\">\n<h2 id=\"h-failed\">What failed ({})</h2>\n{}{}"
      "</section>\n",
      failures, note.empty() ? "" : "<p class=\"note\">" + note + "</p>\n", text);
}

std::string tickets_section(const PageContent& content) {
  const std::vector<std::uint32_t> order = by_urgency(content.report);
  const std::size_t shown = std::min(order.size(), kMostTicketRows);
  std::string text = fmt::format(
      "<section aria-labelledby=\"h-tickets\">\n<h2 id=\"h-tickets\">Tickets ({})</h2>\n",
      order.size());
  if (shown < order.size()) {
    text += fmt::format("<p class=\"note\">The last {} of them are left out.</p>\n",
                        order.size() - shown);
  }
  text += "<p class=\"tools js\">" + state_filter(content.report) +
          " <label>Contains <input id=\"by-text\" type=\"search\"/></label> <span id=\"shown\" "
          "role=\"status\"></span></p>\n";
  text +=
      "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Tickets, scrolls\">"
      "<table id=\"tickets\">\n<thead><tr>";
  for (const char* title : {"Ticket", "State", "Remark", "Attempts", "Took", "Estimate",
                            "Started (UTC)", "Agent", "Priority", "Category", "Title"})
    text += fmt::format("<th scope=\"col\">{}</th>", title);
  text += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < shown; ++i) text += row(order[i], content.report.tickets[order[i]]);
  return text + "</tbody>\n</table></div>\n</section>\n";
}

}  // namespace headway::cli
