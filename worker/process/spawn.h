#pragma once

#include <sys/types.h>

#include "common/base/result.h"
#include "common/system/unique_fd.h"
#include "worker/process/launch.h"

namespace headway::worker {

struct Spawned {
  pid_t process = 0;
  UniqueFd output;  ///< its standard output and error; non-blocking
};

/// Starts a command in a session of its own: standard input from `null_device` (an open /dev/null),
/// output and error into one pipe, so that their order is kept; no other descriptor, no blocked and
/// no ignored signal. posix_spawn(3), which does not copy this process first. The error is the
/// sentence for `could not start`.
Result<Spawned> spawn(const Launch& launch, int null_device);

}  // namespace headway::worker
