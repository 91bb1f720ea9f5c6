#pragma once

#include <vector>

#include "common/base/result.h"
#include "worker/process/slot_record.h"

namespace headway::worker {

/// Makes sure that nothing is alive of what a former life of the worker recorded. Records of
/// another boot of the machine are dead for certain. Else the recorded supervisor, which ends by
/// itself when its worker is gone, is waited for, then killed; then everything that bears its mark
/// is killed. A process that had its environment emptied is found only while its supervisor still
/// lives (or by the kernel, in a PID namespace). Waits at most 20 s; an error names what is still
/// alive.
Result<void> end_former_life(const std::vector<SlotRecord>& records);

}  // namespace headway::worker
