#pragma once

#include "worker/shell/options.h"

namespace headway::worker {

/// The whole life of a worker: takes its state directory, proves its former life dead, starts its
/// supervisors, joins, and returns the exit code. Tells on standard error what went wrong.
int run_worker(const WorkerOptions& options);

}  // namespace headway::worker
