#pragma once

#include <string>

#include "common/base/result.h"
#include "worker/process/launch.h"

namespace headway::worker {

/// For `--validation strict`: that this worker has the programs with which the command, the
/// requirements, the checkpoints, the gates and the rollback of an attempt begin. Starts and reads
/// nothing. A shell is taken for granted, and of what runs later a program below the plan's folder
/// as well: the command may be what makes it. The error is the sentence for a failed requirement.
Result<void> look_for_programs(const StartSlot& start, const Surroundings& surroundings);

}  // namespace headway::worker
