#pragma once

#include "common/base/result.h"
#include "common/system/unique_fd.h"
#include "worker/process/containment.h"

namespace headway::worker {

/// Makes this process what holds its slot together. In a PID namespace: a private view of mounts
/// and a /proc of its own. Else: a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER).
Result<void> contain(Containment containment);

/// The list of this process's children as the worker's machine numbers them
/// (/proc/<pid>/task/<tid>/children); none where the kernel has no such list. Before `contain`.
UniqueFd open_host_children();

/// Standard descriptors open, all others closed on exec, signals that a terminal or a service
/// manager sends to a whole group ignored: a supervisor ends when its worker does, or by SIGKILL.
void shield_process();

/// A descriptor that becomes readable when a child ends; SIGCHLD is blocked from now on.
Result<UniqueFd> watch_children();

}  // namespace headway::worker
