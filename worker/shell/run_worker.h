#pragma once

#include "worker/shell/options.h"

namespace headway::worker {

/// How a worker ended.
struct WorkerEnd {
  int code = 0;          ///< the exit code
  bool restart = false;  ///< the program is to be started anew, in the same process
};

/// The whole life of a worker: takes its state directory, proves its former life dead, starts its
/// supervisors, and joins. Tells on standard error what went wrong.
WorkerEnd run_worker(const WorkerOptions& options);

}  // namespace headway::worker
