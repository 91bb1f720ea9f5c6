#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/system/state_paths.h"
#include "coordinator/cli/control_client.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/environment.h"
#include "coordinator/cli/live_sync.h"

namespace headway::cli {

/// What a command that stays with a run knows of it.
struct Attachment {
  RunId run;
  Sequence after;                   ///< events after this one are shown
  Embedded* embedded = nullptr;     ///< where the coordinator is this command's own
  std::optional<StatePaths> state;  ///< where the coordinator is that of a state directory
  std::string come_back;            ///< a command that shows the run again, for who detaches
  std::map<std::string, std::uint32_t> most_attempts;  ///< of each ticket, where the plan is known
  bool dashboard = false;    ///< shown on a terminal, instead of lines, until it is left
  LiveSync* sync = nullptr;  ///< where the tickets' files are to be kept up to date
};

/// Shows a run until it has ended: a line for each state change and, on a terminal, a live area
/// below them; the last lines of output of what fails; a summary at the end. The exit code of the
/// command (docs: exit codes): of the run's end, or of its own.
///
/// With `dashboard` the lines begin when the person leaves it (q), when the run has ended, and when
/// a signal came, which means then what it means here.
///
/// Ctrl-C: with a coordinator elsewhere it detaches. With an embedded one the first stops the run
/// with its state preserved, the second kills what still runs.
int attach(ControlClient& client, Environment& environment, const Attachment& attachment);

}  // namespace headway::cli
