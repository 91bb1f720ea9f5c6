#include "coordinator/cli/local_workers.h"

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <set>
#include <string_view>
#include <sys/file.h>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "coordinator/cli/child_process.h"
#include "coordinator/cli/command/arguments.h"

namespace headway::cli {

namespace {

constexpr Duration kWorkerReady = std::chrono::seconds{30};
constexpr Duration kWorkerPoll = std::chrono::milliseconds{20};
/// A worker that has left ends its supervisors before it ends itself.
constexpr Duration kFormerEnd = std::chrono::seconds{10};

std::string scaled_name(std::uint32_t number) {
  return fmt::format("{}-{}", kEmbeddedWorker, number);
}

/// The number of a worker of `scale`; none: it is another one.
std::optional<std::uint32_t> scaled_number(std::string_view name) {
  const std::string prefix = scaled_name(0).substr(0, scaled_name(0).size() - 1);
  if (!name.starts_with(prefix)) return std::nullopt;
  const Result<std::int64_t> number =
      parse_number("a worker", std::string(name.substr(prefix.size())), 1, INT32_MAX);
  if (!number) return std::nullopt;
  const auto value = static_cast<std::uint32_t>(*number);
  return scaled_name(value) == name ? std::optional(value) : std::nullopt;
}

/// Waits for the end of a former worker of this state directory, which holds its file `lock` (see
/// worker/process/state_directory.h) until then.
Result<void> wait_until_free(const std::string& folder, const Interrupts& interrupts) {
  const UniqueFd lock{::open((folder + "/lock").c_str(), O_RDONLY | O_CLOEXEC)};
  if (!lock) return {};
  const Instant deadline = read_clocks().steady + kFormerEnd;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (read_clocks().steady >= deadline) {
      return Error{ErrorKind::kInUse,
                   fmt::format("another worker still uses {}", printable(folder))};
    }
    interrupts.wait(kWorkerPoll);
  }
  return {};
}

Result<ChildProcess> start_worker(const StatePaths& paths, const std::string& name, int lifeline,
                                  const Interrupts& interrupts) {
  const Result<std::string> program = program_beside_own(kWorkerProgram);
  if (!program) return program.error();
  const std::string folder = paths.workers_folder + "/" + name;
  if (Result<void> free = wait_until_free(folder, interrupts); !free) return free.error();
  return ChildProcess::start({.name = kWorkerProgram,
                              .program = *program,
                              .options = {"--connect", paths.worker_endpoint(), "--slots", "1",
                                          "--any-type", "--state-dir", folder, "--name", name},
                              .log = folder + ".log",
                              .tells_ready = false,
                              .lifeline = lifeline});
}

bool has_joined(const std::vector<AgentView>& agents, const std::string& worker) {
  return std::any_of(agents.begin(), agents.end(), [&](const AgentView& agent) {
    return agent.worker == worker && agent.state != AgentState::kOffline;
  });
}

}  // namespace

Result<Scaling> plan_scaling(const std::vector<AgentView>& agents, std::uint32_t wanted) {
  struct Scaled {
    std::uint32_t number;
    bool idle;
  };
  Scaling scaling;
  std::vector<Scaled> scaled;
  std::set<std::uint32_t> taken;  // those that still drain have their names
  for (const AgentView& agent : agents) {
    if (agent.state == AgentState::kOffline) continue;
    const std::optional<std::uint32_t> number = scaled_number(agent.worker);
    if (number) taken.insert(*number);
    if (agent.state == AgentState::kDraining) continue;
    if (number) scaled.push_back({*number, agent.state == AgentState::kIdle});
    if (agent.worker == kEmbeddedWorker) ++scaling.fixed_agents;
  }
  scaling.agents = scaling.fixed_agents + static_cast<std::uint32_t>(scaled.size());
  if (wanted < scaling.fixed_agents) {
    // For max_parallel 0 means that there is no limit.
    const std::string instead =
        wanted == 0
            ? "`headway pause` lets no more tickets start"
            : fmt::format("`headway adjust --parallelism {}` lets fewer tickets run at once",
                          wanted);
    return Error{ErrorKind::kUsage,
                 fmt::format("the run embedded here has {} of its own as long as it lasts: fewer "
                             "cannot be had; {}",
                             counted(scaling.fixed_agents, "agent"), instead)};
  }
  std::sort(scaled.begin(), scaled.end(), [](const Scaled& left, const Scaled& right) {
    return left.idle != right.idle ? left.idle : left.number > right.number;
  });
  for (std::uint32_t count = scaling.agents; count > wanted; --count) {
    scaling.drain.push_back(scaled_name(scaled[scaling.drain.size()].number));
  }
  std::uint32_t number = 1;
  for (std::uint32_t count = scaling.agents; count < wanted; ++count, ++number) {
    while (taken.contains(number)) ++number;
    scaling.start.push_back(scaled_name(number));
  }
  return scaling;
}

Result<void> start_local_workers(const StatePaths& paths, const std::vector<std::string>& names,
                                 Answers& coordinator, const Interrupts& interrupts) {
  if (names.empty()) return {};
  const Result<UniqueFd> lifeline = listening_process(paths.control_socket);
  if (!lifeline) return lifeline.error();
  if (Result<void> made = make_directories(paths.workers_folder); !made) return made;
  std::vector<ChildProcess> workers;
  for (const std::string& name : names) {
    Result<ChildProcess> worker = start_worker(paths, name, lifeline->get(), interrupts);
    if (!worker) return worker.error();
    workers.push_back(std::move(worker).value());
  }
  Result<void> joined = wait_until_joined(names, coordinator, interrupts, paths.workers_folder,
                                          [&]() -> Result<void> {
                                            for (ChildProcess& worker : workers) {
                                              if (Result<void> alive = worker.check_alive(); !alive)
                                                return alive;
                                            }
                                            return {};
                                          });
  if (!joined) return joined;
  for (ChildProcess& worker : workers) worker.let_go();
  return {};
}

Result<void> wait_until_joined(const std::vector<std::string>& names, Answers& coordinator,
                               const Interrupts& interrupts, const std::string& log,
                               const std::function<Result<void>()>& check_alive) {
  const Instant deadline = read_clocks().steady + kWorkerReady;
  while (read_clocks().steady < deadline) {
    const Result<std::vector<AgentView>> agents = all_agents(coordinator);
    if (Result<void> alive = check_alive(); !alive) return alive;
    if (!agents) return agents.error();
    if (std::all_of(names.begin(), names.end(),
                    [&](const std::string& name) { return has_joined(*agents, name); })) {
      return {};
    }
    // A signal is heeded by who stays with the run; until then it only hurries this.
    interrupts.wait(kWorkerPoll);
    if (interrupts.count() > 0) {
      return Error{ErrorKind::kFailed,
                   fmt::format("interrupted before {} had joined", join_words(names, "and"))};
    }
  }
  return Error{ErrorKind::kTimedOut,
               fmt::format("{} has not joined after {}; see {}", kWorkerProgram,
                           format_duration(kWorkerReady), printable(log))};
}

}  // namespace headway::cli
