#pragma once

#include <optional>

#include "coordinator/cli/dashboard/action.h"
#include "coordinator/cli/dashboard/cells.h"
#include "coordinator/cli/dashboard/key.h"
#include "coordinator/cli/dashboard/snapshot.h"
#include "coordinator/cli/dashboard/view_state.h"

namespace headway::cli {

/// Where a person is after a key, and what the key asks for beyond that.
struct AfterKey {
  ViewState view;
  std::optional<Action> action;
};

///            /, a, P                 Enter                p, r, c, t
///   browsing -------> typing a line -------> confirming <------------ browsing
///      ^  ^                | Esc, Enter (/)      | y: the action; n, Esc: nothing
///      |  `----------------'                     |
///      `-----------------------------------------'
///   Enter opens a ticket, ? the keys; Esc leaves either.
///
/// No change of the run comes out of any key but `y` after a question. `size`: of the screen that
/// the person sees.
AfterKey handle_key(ViewState view, const Key& key, const Snapshot& snapshot, GridSize size);

}  // namespace headway::cli
