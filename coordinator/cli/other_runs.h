#pragma once

#include <vector>

#include "coordinator/cli/control_client.h"
#include "coordinator/cli/embedded.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// The runs that a coordinator that was just embedded goes on with by itself, since they were cut
/// off here before; but for `own`. Says which they are.
std::vector<RunId> runs_taken_up(Answers& answers, const Environment& environment, RunId own = {});

/// After the last event of the run that this command stayed with: other runs of its embedded
/// coordinator (of `taken_up`, or that came to it meanwhile) go on to their end. Says which they
/// are, and of each how it ended, of those that were taken up also where they have ended already.
///
/// Ctrl-C: the first stops them with their state preserved, the second leaves.
void wait_for_other_runs(ControlClient& client, Environment& environment, Embedded& embedded,
                         const std::vector<RunId>& taken_up);

}  // namespace headway::cli
