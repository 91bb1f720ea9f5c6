#pragma once

#include <map>
#include <string>

#include "common/base/result.h"
#include "worker/shell/options.h"

namespace headway::worker {

/// The state directory of a worker that was given none: `$XDG_STATE_HOME/headway/worker-NAME` (else
/// below `$HOME/.local/state`), NAME standing for what it connects to where it has none, so that
/// the same command line finds the same folder again.
///
/// A worker that is told neither who it is nor where to go is the one that joined a coordinator
/// from here before; kUsage where there are several such, and where `environment` names no folder.
Result<std::string> default_state_dir(const WorkerOptions& options,
                                      const std::map<std::string, std::string>& environment);

}  // namespace headway::worker
