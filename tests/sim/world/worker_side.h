#pragma once

/// The worker's core beside the coordinator's in one program. Both say `Attempt`, `Input` and
/// `Effect` and mean their own; the worker's are called `WorkerSide...` here, and its files are
/// compiled so as well (CMakeLists.txt). Everything that they share is included first, so that
/// nothing else is renamed.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/messages/worker_messages.h"

#define Attempt WorkerSideAttempt
#define Input WorkerSideInput
#define Effect WorkerSideEffect
#include "worker/core/worker_core.h"
#undef Attempt
#undef Input
#undef Effect
