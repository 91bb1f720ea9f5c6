#pragma once

#include <string>

#include "coordinator/cli/dashboard/cells.h"

namespace headway::cli {

/// The bytes (ECMA-48) that turn a terminal that shows `before` into one that shows `after`; null:
/// nobody knows what it shows, and it is drawn anew. Only cells that changed are sent, all within
/// one synchronized update (mode 2026, which terminals that do not know it pass over), so that
/// nothing flickers and a quiet frame costs a few bytes over a slow line. After a character that is
/// not ASCII the cursor is placed anew: terminals do not agree on the width of all of them, and so
/// none can push the rest of its row aside. Without `colour` bold, dim and reversed remain.
std::string frame_bytes(const Grid* before, const Grid& after, bool colour);

/// Before the first frame: the other screen, without cursor and line wrap, with pastes marked.
std::string_view enter_screen_bytes();
/// After the last: everything as it was.
std::string_view leave_screen_bytes();

}  // namespace headway::cli
