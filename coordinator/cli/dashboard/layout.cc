#include "coordinator/cli/dashboard/layout.h"

#include <algorithm>

#include "coordinator/cli/dashboard/header.h"
#include "coordinator/cli/dashboard/panel.h"

namespace headway::cli {

namespace {

/// A title, what the columns are, and one row. Where not every panel gets so many lines the last
/// are left out.
constexpr std::size_t kLeastPanelLines = 3;

/// The counts take at most one line in so many: what needs attention has to fit as well.
constexpr std::size_t kHeaderShare = 4;

/// Stacks panels over an area.
void stack(std::vector<Panel> panels, Area area, const Snapshot& snapshot, const ViewState& view,
           std::vector<PlacedPanel>& placed) {
  while (panels.size() > 1 && area.rows / panels.size() < kLeastPanelLines) panels.pop_back();
  std::vector<std::size_t> needs;
  needs.reserve(panels.size());
  for (const Panel panel : panels) {
    needs.push_back(lines_needed(panel_content(panel, snapshot, view)));
  }
  const std::vector<std::size_t> lines = share_lines(area.rows, needs);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    Area part = area;
    part.rows = lines[i];
    area.row += lines[i];
    placed.push_back({panels[i], part});
  }
}

}  // namespace

std::vector<std::size_t> share_lines(std::size_t lines, const std::vector<std::size_t>& needs) {
  std::vector<std::size_t> result(needs.size(), 0);
  if (needs.empty()) return result;
  const std::size_t part = lines / needs.size();
  std::size_t left = lines;
  for (std::size_t i = 0; i < needs.size(); ++i) {
    result[i] = std::min(part, needs[i]);
    left -= result[i];
  }
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const std::size_t more = std::min(left, needs[i] - result[i]);
    result[i] += more;
    left -= more;
  }
  result.back() += left;
  return result;
}

Panel selected_panel(const Layout& layout, const ViewState& view) {
  const auto& panels = layout.panels;
  const bool shown = std::any_of(panels.begin(), panels.end(), [&](const PlacedPanel& placed) {
    return placed.panel == view.panel;
  });
  return shown ? view.panel : panels.front().panel;
}

std::vector<Panel> panels_of(Focus focus, bool wide) {
  switch (focus) {
    case Focus::kOverview:
      if (wide) return {Panel::kAgents, Panel::kTickets, Panel::kAttention, Panel::kEvents};
      return {Panel::kAgents, Panel::kAttention, Panel::kEvents};
    case Focus::kAgents:
      return {Panel::kAgents};
    case Focus::kResources:
      return {Panel::kWorkers};
    case Focus::kConflicts:
      return {Panel::kLocks, Panel::kAttention};
    case Focus::kProgress:
      return {Panel::kTickets, Panel::kEvents};
  }
  return {};
}

Panel first_panel(Focus focus) { return panels_of(focus, false).front(); }

Layout lay_out(const Snapshot& snapshot, const ViewState& view, GridSize size) {
  Layout layout;
  layout.header = header_lines(snapshot, size.columns);
  const std::size_t most_header = size.rows / kHeaderShare;
  if (layout.header.size() > most_header) layout.header.resize(most_header);
  layout.notices = notice_lines(snapshot, size.columns);
  const std::size_t above =
      std::min(kHeaderTop + layout.header.size() + layout.notices.size(), size.rows - 1);
  layout.body = {.row = above, .column = 0, .rows = size.rows - 1 - above, .columns = size.columns};
  const bool wide = size.columns >= kWideColumns;
  const std::vector<Panel> panels = panels_of(view.focus, wide);
  if (!wide || panels.size() < 4) {
    stack(panels, layout.body, snapshot, view, layout.panels);
    return layout;
  }
  Area left = layout.body;
  left.columns = size.columns / 2;
  Area right = layout.body;
  right.column = left.columns + 1;
  right.columns = size.columns - right.column;
  layout.divider =
      Area{.row = layout.body.row, .column = left.columns, .rows = layout.body.rows, .columns = 1};
  stack({panels[0], panels[1]}, left, snapshot, view, layout.panels);
  stack({panels[2], panels[3]}, right, snapshot, view, layout.panels);
  return layout;
}

}  // namespace headway::cli
