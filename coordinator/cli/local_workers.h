#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/steering_messages.h"
#include "common/system/state_paths.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/interrupts.h"

/// The workers that commands start beside a coordinator, on its machine and in its state directory:
/// `local`, which an embedded run brings and which leaves with it, and `local-1`, `local-2`, ...
/// of one agent each, which `headway worker scale` starts and drains.

namespace headway::cli {

inline constexpr const char* kWorkerProgram = "headway-worker";
inline constexpr const char* kEmbeddedWorker = "local";
/// Agents that a machine may be scaled to: each is a worker and a supervisor, two processes.
inline constexpr std::int64_t kMostScaledAgents = 1000;

/// What is to be done so that the local workers offer so many agents.
struct Scaling {
  std::uint32_t agents = 0;        ///< that local workers offer now; draining ones do not count
  std::uint32_t fixed_agents = 0;  ///< those of them that the embedded run's worker offers
  std::vector<std::string> start;  ///< names of workers
  std::vector<std::string> drain;  ///< names of workers: idle ones first, then the latest

  friend bool operator==(const Scaling&, const Scaling&) = default;
};

/// The way from the agents that there are to `wanted` local ones. Only workers of one agent that
/// `scale` started come and go; an embedded run's own worker has its agents for life, so that fewer
/// than `fixed_agents` cannot be had (kUsage).
Result<Scaling> plan_scaling(const std::vector<AgentView>& agents, std::uint32_t wanted);

/// Starts these workers: each in a session of its own, with its state directory and its log below
/// `StatePaths::workers_folder`, to end with the coordinator that listens there, however that ends.
/// Waits until `coordinator` lists them all. On an error those that have not joined are ended.
Result<void> start_local_workers(const StatePaths& paths, const std::vector<std::string>& names,
                                 Answers& coordinator, const Interrupts& interrupts);

/// Waits until the coordinator lists all these workers as joined. `check_alive` tells, again and
/// again, whether there is anything left to wait for; `log` is where a person could look.
Result<void> wait_until_joined(const std::vector<std::string>& names, Answers& coordinator,
                               const Interrupts& interrupts, const std::string& log,
                               const std::function<Result<void>()>& check_alive);

}  // namespace headway::cli
