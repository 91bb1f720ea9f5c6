#pragma once

#include "coordinator/cli/control_client.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// After the last event of the run that this command stayed with: other runs of its embedded
/// coordinator (that were cut off here before, or came to it meanwhile) go on to their end. Says
/// which they are, and of each how it ended.
///
/// Ctrl-C: the first stops them with their state preserved, the second leaves.
void wait_for_other_runs(ControlClient& client, Environment& environment, Embedded& embedded);

}  // namespace headway::cli
