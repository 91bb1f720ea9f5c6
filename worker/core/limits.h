#pragma once

#include <cstddef>

#include "common/base/time.h"

/// How much, how often and how long: every number by which a worker's core is bounded.

namespace headway::worker {

/// Attempts that have not ended, for each slot: the one that runs and one ahead.
inline constexpr std::size_t kAttemptsPerSlot = 2;
/// Attempts that have ended and whose results or output wait for an acknowledgement, before more
/// are refused.
inline constexpr std::size_t kMaxEnded = 10'000;

/// The pause before the first repeated hello, doubled each time up to the longest.
inline constexpr Duration kFirstRetry = std::chrono::seconds{1};
inline constexpr Duration kLongestRetry = std::chrono::seconds{10};
/// Two hellos on one connection are at least so far apart.
inline constexpr Duration kHelloGap = std::chrono::milliseconds{100};
/// Heartbeats without any acknowledgement before the worker says hello again.
inline constexpr int kSilentHeartbeats = 3;
/// The shortest time between two heartbeats that a coordinator can ask for, and the shortest time
/// after which output that waits for room makes one go out early.
inline constexpr Duration kShortestHeartbeat = std::chrono::milliseconds{20};

/// At most one progress message of an attempt in this time: four a second.
inline constexpr Duration kProgressGap = std::chrono::milliseconds{250};
inline constexpr std::size_t kMaxProgressText = 1024;
/// Checkpoints of an attempt that wait for an acknowledgement; more are dropped. A slot tells of at
/// most 1,001 that the command names, and of those that the plan declares.
inline constexpr std::size_t kMaxCheckpoints = 2000;
inline constexpr std::size_t kMaxCheckpointName = 1024;

/// Bytes of a result's texts, checks and files, so that it stays within a frame of 1 MiB.
inline constexpr std::size_t kMaxResultBytes = 900U << 10U;
inline constexpr std::size_t kMaxDetail = 16U << 10U;
/// Of a check's or a checkpoint's detail.
inline constexpr std::size_t kMaxCheckDetail = 1024;
/// Of all checks of a result; the supervisor runs no more.
inline constexpr std::size_t kMaxCheckBytes = 120U << 10U;

/// How long output is offered after the result was acknowledged.
inline constexpr Duration kOutputPatience = std::chrono::seconds{60};
/// How long a worker that is told to stop everything waits for its results to be acknowledged.
inline constexpr Duration kStopPatience = std::chrono::seconds{5};
/// How long a draining worker without a coordinator keeps results that it cannot deliver.
inline constexpr Duration kDrainPatience = std::chrono::seconds{60};

}  // namespace headway::worker
