#include "coordinator/cli/dashboard/render.h"

#include <fmt/format.h>

#include "coordinator/cli/dashboard/footer.h"
#include "coordinator/cli/dashboard/header.h"
#include "coordinator/cli/dashboard/layout.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/dashboard/ticket_page.h"
#include "coordinator/cli/dashboard/words_on_screen.h"

namespace headway::cli {

namespace {

void draw_too_small(Grid& grid) {
  const GridSize size = grid.size();
  const std::string words =
      fmt::format("The terminal has {}x{}; the dashboard needs {}x{}. q leaves.", size.columns,
                  size.rows, kSmallestScreen.columns, kSmallestScreen.rows);
  const std::vector<std::string> lines = wrapped_lines(words, size.columns);
  for (std::size_t i = 0; i < lines.size(); ++i) grid.write({i, 0}, lines[i]);
}

void draw_panels(Grid& grid, const Layout& layout, const Snapshot& snapshot,
                 const ViewState& view) {
  const Panel selected = selected_panel(layout, view);
  for (const PlacedPanel& placed : layout.panels) {
    draw_panel(grid, placed.area, panel_content(placed.panel, snapshot, view),
               view.cursor(placed.panel), placed.panel == selected);
  }
  if (!layout.divider) return;
  const Area& divider = *layout.divider;
  for (std::size_t i = 0; i < divider.rows; ++i) {
    grid.repeat({divider.row + i, divider.column}, "│", 1, {Colour::kDim});
  }
}

}  // namespace

Grid render(const Snapshot& snapshot, const ViewState& view, GridSize size, Charset charset) {
  Grid grid(size, charset);
  if (size.columns < kSmallestScreen.columns || size.rows < kSmallestScreen.rows) {
    draw_too_small(grid);
    return grid;
  }
  const Layout layout = lay_out(snapshot, view, size);
  draw_run_line(grid, snapshot);
  draw_bar_line(grid, snapshot);
  std::size_t row = kHeaderTop;
  for (const std::vector<Cell>& line : layout.header) draw_words(grid, {row++, 1}, line);
  for (const std::string& line : layout.notices) grid.write({row++, 1}, line, {Colour::kYellow});
  if (view.help) {
    draw_help_page(grid, layout.body);
  } else if (!view.open_ticket.empty()) {
    draw_ticket_page(grid, layout.body, snapshot, view);
  } else {
    draw_panels(grid, layout, snapshot, view);
  }
  // Whatever stood there: the footer is the way out.
  grid.repeat({size.rows - 1, 0}, " ", size.columns);
  draw_footer(grid, view);
  return grid;
}

}  // namespace headway::cli
