#pragma once

#include <optional>
#include <vector>

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/dashboard/view_state.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

/// Smaller than this a terminal shows nothing that could be read.
inline constexpr GridSize kSmallestScreen{.columns = 40, .rows = 10};
/// From here on panels stand side by side.
inline constexpr std::size_t kWideColumns = 120;

struct PlacedPanel {
  Panel panel = Panel::kAgents;
  Area area;
  friend bool operator==(const PlacedPanel&, const PlacedPanel&) = default;
};

/// Where everything is: from the top the header, notices, the panels; the footer is the last line.
struct Layout {
  std::vector<std::vector<Cell>> header;  ///< its lines below the first two
  std::vector<std::string> notices;       ///< what a person must know before anything else
  std::vector<PlacedPanel> panels;        ///< in the order in which Tab goes through them
  std::optional<Area> divider;            ///< a column between two of them
  Area body;                              ///< of all panels
};

/// What is shown of a focus, in the order in which Tab goes through it. `wide`: there is room for
/// what a narrow screen leaves out.
std::vector<Panel> panels_of(Focus focus, bool wide);

/// The one that a person stands in when the focus changes.
Panel first_panel(Focus focus);

/// `size` must not be smaller than kSmallestScreen.
Layout lay_out(const Snapshot& snapshot, const ViewState& view, GridSize size);

/// The panel that keys act upon: the one that the person chose, unless the screen has become too
/// small for it.
Panel selected_panel(const Layout& layout, const ViewState& view);

/// Deals out lines: each gets what it needs up to an equal part, the rest goes to those that need
/// more, the first of them first; what nobody needs, to the last. Sums up to `lines` where there is
/// anybody.
std::vector<std::size_t> share_lines(std::size_t lines, const std::vector<std::size_t>& needs);

}  // namespace headway::cli
