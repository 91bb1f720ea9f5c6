#pragma once

#include "common/base/time.h"

namespace headway::worker {

/// A supervisor that has not ended by itself so long after its worker went away is killed.
constexpr Duration kSupervisorOwnEnd = std::chrono::seconds{5};

/// Whether this process is to be a slot supervisor: it was started by Supervisors under the name
/// `headway-slot`.
bool is_supervisor_call(int argc, char** argv);

/// The whole life of a supervisor; returns the exit code. See README.md for its loop.
int supervisor_main(int argc, char** argv);

}  // namespace headway::worker
