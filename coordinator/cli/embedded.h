#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/system/state_paths.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/child_process.h"
#include "coordinator/cli/interrupts.h"

namespace headway::cli {

/// A coordinator and one worker as children of this command, in the project's state directory. They
/// end with it, even by `kill -9`; what they were doing goes on with `headway resume`.
class Embedded {
 public:
  /// Makes the state directory where there is none and starts a coordinator in it. kInUse: another
  /// one has become alive there meanwhile.
  static Result<Embedded> start(const std::string& state_folder);

  /// Starts the worker `local`, which offers so many agents and every type, and waits until
  /// `coordinator` (this one) lists them.
  Result<void> add_worker(std::uint32_t agents, Answers& coordinator, const Interrupts& interrupts);

  [[nodiscard]] const StatePaths& paths() const { return paths_; }
  [[nodiscard]] std::uint32_t agents() const { return agents_; }
  /// An error once one of the two has ended.
  Result<void> check_alive();
  /// Ends both: the worker first, which kills what it still runs.
  void end();

 private:
  Embedded(StatePaths paths, ChildProcess coordinator);

  StatePaths paths_;
  ChildProcess coordinator_;
  std::optional<ChildProcess> worker_;
  std::uint32_t agents_ = 0;
};

/// Agents of an embedded run where nobody says how many: one for each processor that this process
/// may use.
std::uint32_t default_agents();

}  // namespace headway::cli
