#include "coordinator/cli/embedded.h"

#include <algorithm>
#include <sched.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "coordinator/cli/local_workers.h"

namespace headway::cli {

namespace {

constexpr const char* kCoordinator = "headway-coordinator";
/// A registry with hundreds of thousands of facts takes a while to be read again.
constexpr Duration kCoordinatorReady = std::chrono::minutes{2};
/// A worker kills what it runs and says goodbye; a coordinator makes the last facts durable.
constexpr Duration kWorkerEnd = std::chrono::seconds{10};
constexpr Duration kCoordinatorEnd = std::chrono::seconds{10};

Result<StatePaths> make_state_folder(const std::string& folder) {
  if (Result<void> made = make_directories(folder); !made) {
    return Error{made.error().kind, fmt::format("{}; name another state directory with --state-dir",
                                                made.error().message)};
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return Error{
        ErrorKind::kDenied,
        fmt::format("the state directory {} is not writable; name another one with --state-dir",
                    printable(folder))};
  }
  Result<StatePaths> paths = find_state_paths(folder);
  if (!paths) return paths;
  if (Result<void> made = make_socket_folder(*paths); !made) return made.error();
  return paths;
}

}  // namespace

std::uint32_t default_agents() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&set)));
}

Embedded::Embedded(StatePaths paths, ChildProcess coordinator)
    : paths_(std::move(paths)), coordinator_(std::move(coordinator)) {}

Result<Embedded> Embedded::start(const std::string& state_folder) {
  Result<StatePaths> paths = make_state_folder(state_folder);
  if (!paths) return paths.error();
  Result<std::string> program = program_beside_own(kCoordinator);
  if (!program) return program.error();
  Result<ChildProcess> child =
      ChildProcess::start({.name = kCoordinator,
                           .program = *program,
                           .options = {"--state-dir", paths->folder, "--embedded"},
                           .log = paths->coordinator_log,
                           .tells_ready = true});
  if (!child) return child.error();
  if (Result<void> ready = child->wait_until_ready(kCoordinatorReady); !ready) {
    // Two runs that are started together both find no coordinator; one of the two gets the
    // registry.
    if (socket_is_alive(paths->control_socket))
      return Error{ErrorKind::kInUse, ready.error().message};
    return ready.error();
  }
  return Embedded(std::move(*paths), std::move(child).value());
}

Result<void> Embedded::add_worker(std::uint32_t agents, Answers& coordinator,
                                  const Interrupts& interrupts) {
  Result<std::string> program = program_beside_own(kWorkerProgram);
  if (!program) return program.error();
  Result<ChildProcess> child = ChildProcess::start(
      {.name = kWorkerProgram,
       .program = *program,
       .options = {"--connect", paths_.worker_endpoint(), "--slots", std::to_string(agents),
                   "--any-type", "--state-dir", paths_.worker_folder, "--name", kEmbeddedWorker},
       .log = paths_.worker_log,
       .tells_ready = false});
  if (!child) return child.error();
  worker_.emplace(std::move(child).value());
  agents_ = agents;
  return wait_until_joined({kEmbeddedWorker}, coordinator, interrupts, paths_.worker_log,
                           [this] { return check_alive(); });
}

Result<void> Embedded::check_alive() {
  if (Result<void> alive = coordinator_.check_alive(); !alive) return alive;
  if (worker_) return worker_->check_alive();
  return {};
}

void Embedded::end() {
  if (worker_) worker_->end(kWorkerEnd);
  coordinator_.end(kCoordinatorEnd);
}

}  // namespace headway::cli
