#pragma once

#include <string>
#include <sys/types.h>

#include "common/base/result.h"
#include "common/system/unique_fd.h"
#include "worker/process/containment.h"

namespace headway::worker {

/// The name that a supervisor is started under, and the descriptor on which it finds its channel.
inline constexpr const char* kSupervisorName = "headway-slot";
inline constexpr int kSupervisorChannel = 3;

struct SupervisorProcess {
  pid_t id = 0;
  UniqueFd pidfd;   ///< readable when it has ended
  UniqueFd socket;  ///< the worker's end
};

/// Starts this program again as a supervisor, in a session of its own, with `mark` (`NAME=value`)
/// in its environment. ErrorKind::kDenied: the containment is not allowed here.
Result<SupervisorProcess> start_supervisor(Containment containment, const std::string& mark);

}  // namespace headway::worker
