#pragma once

#include "common/messages/watch_messages.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// A picture as JSON. It begins as the document of `status`; its `tickets` are those that are alive
/// or want attention, however many the run has. Then `at`, `agents`, `conflicts`, `troubled`,
/// `silent_workers`, `priorities` and `events`.
Json watch_json(const WatchAnswer& answer);

}  // namespace headway::cli
