#pragma once

#include <span>
#include <string_view>

#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/view_state.h"

namespace headway::cli {

/// What a key does, as the help page and docs/dashboard.md list them.
struct KeyHelp {
  std::string_view keys;
  std::string_view meaning;
};
std::span<const KeyHelp> key_help();

/// The last line: the question that is open, what is being typed, what was done last, else keys.
void draw_footer(Grid& grid, const ViewState& view);

/// All keys, over the panels.
void draw_help_page(Grid& grid, Area area);

}  // namespace headway::cli
