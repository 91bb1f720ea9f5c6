#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/base/states.h"
#include "common/base/time.h"

/// Old runs go from a registry, with what their tickets printed.

namespace headway::cli {

/// Which runs are old: all conditions must hold.
struct Age {
  std::uint32_t keep = 0;  ///< so many that have ended for good stay, the latest
  WallTime ended_before = WallTime::max();
};

struct OldRun {
  RunId id;
  std::string name;
  RunState state = RunState::kSucceeded;
  WallTime ended_at{};
  std::uint32_t tickets = 0;
};

/// Those of a registry, also while a coordinator is at work; the newest first. What can be resumed
/// is none of them, nor is the latest run.
Result<std::vector<OldRun>> find_old_runs(const std::string& registry, const Age& age);

/// What was removed, and what came of it.
struct Pruned {
  std::vector<OldRun> runs;
  std::uint64_t facts = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;  ///< of the registry's file
  std::vector<std::string> left;  ///< what could not be removed or given back, in sentences
};

/// Removes them and gives their space back. kInUse while a coordinator is at work.
Result<Pruned> prune_registry(const std::string& registry, const Age& age, WallTime now,
                              const std::string& by);

}  // namespace headway::cli
