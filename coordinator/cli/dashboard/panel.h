#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/dashboard/view_state.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// One line of a panel.
struct PanelRow {
  std::string key;     ///< names it while the list changes
  std::string ticket;  ///< of this run, that can be opened and acted upon; empty: none
  std::vector<Cell> cells;
};

/// A list as it is to be shown, whatever of it fits.
struct PanelContent {
  std::string title;
  std::vector<Column> columns;
  bool with_heads = true;  ///< the columns' titles are shown
  std::vector<PanelRow> rows;
  std::size_t in_all = 0;  ///< rows that there are, those included that the coordinator left out
  std::string if_empty;    ///< what is said where there is no row
};

/// How shares are shown: as bars with numbers, or, where it is not a screen, as numbers.
enum class Bars { kDrawn, kNumbers };

/// A panel's content, filtered and in order.
PanelContent panel_content(Panel panel, const Snapshot& snapshot, const ViewState& view,
                           Bars bars = Bars::kDrawn);

/// Where the cursor is among these rows, of which there is at least one: at its key, else near its
/// last place.
std::size_t cursor_row(const Cursor& cursor, const std::vector<PanelRow>& rows);

/// Lines that a panel needs to show everything: its title, the columns' heads, a line each.
std::size_t lines_needed(const PanelContent& content);

/// Draws a panel; `selected`: keys act upon it, and its cursor is shown. Where not all rows fit it
/// shows those around the cursor and says which of how many they are.
void draw_panel(Grid& grid, Area area, const PanelContent& content, const Cursor& cursor,
                bool selected);

/// `─ TITLE ───── NOTE ─` over the width of an area.
void draw_title(Grid& grid, Place at, std::size_t columns, const std::string& title,
                const std::string& note, bool selected);

/// `███████░░░  70%` in so many columns, 5 of them for the number.
std::string progress_text(double share, std::size_t columns);
/// The same, or the number alone.
std::string share_text(double share, std::size_t columns, Bars bars);
/// The same of what a ticket told of its progress; empty where it told nothing: that is not 0 %.
std::string told_text(double progress, std::size_t columns, Bars bars);

}  // namespace headway::cli
