#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

PanelContent all_rows(Panel panel, const Snapshot& snapshot, const ViewState& view, Bars bars) {
  switch (panel) {
    case Panel::kAgents:
      return agent_rows(snapshot, view.order, bars);
    case Panel::kAttention:
      return attention_rows(snapshot);
    case Panel::kEvents:
      return event_rows(snapshot);
    case Panel::kTickets:
      return ticket_rows(snapshot, bars);
    case Panel::kWorkers:
      return worker_rows(snapshot, bars);
    case Panel::kLocks:
      return lock_rows(snapshot);
  }
  return {};
}

/// How much needs attention is said even where all of it can be seen.
PanelContent counted(Panel panel, PanelContent content) {
  if (panel == Panel::kAttention && content.in_all > 0) {
    content.title += fmt::format(": {}", content.in_all);
  }
  return content;
}

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether any of a row's cells has the text, in whatever case (of ASCII letters).
bool row_has(const PanelRow& row, const std::string& text) {
  const auto same = [](char a, char b) { return small_letter(a) == small_letter(b); };
  return std::any_of(row.cells.begin(), row.cells.end(), [&](const Cell& cell) {
    return std::search(cell.text.begin(), cell.text.end(), text.begin(), text.end(), same) !=
           cell.text.end();
  });
}

}  // namespace

std::string ticket_name(RunId run, const std::string& ticket, RunId ours) {
  if (run == ours || run == RunId{} || ticket.empty()) return printable(ticket);
  return fmt::format("{} {}", run_name(run), printable(ticket));
}

PanelContent panel_content(Panel panel, const Snapshot& snapshot, const ViewState& view,
                           Bars bars) {
  PanelContent content = all_rows(panel, snapshot, view, bars);
  if (view.filter.empty()) return counted(panel, std::move(content));
  std::erase_if(content.rows, [&](const PanelRow& row) { return !row_has(row, view.filter); });
  content.in_all = content.rows.size();
  content.if_empty = "Nothing here has the text of the filter.";
  return counted(panel, std::move(content));
}

}  // namespace headway::cli
