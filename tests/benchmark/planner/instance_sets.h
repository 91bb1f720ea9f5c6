#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "coordinator/planner/model/agent.h"

namespace headway::bench {

/// One instance of a published set, with what is known of it.
struct Instance {
  std::string name;
  Plan plan;
  std::vector<planner::PlanAgent> agents;
  Duration unit{};              ///< a unit of the instance's times
  std::int64_t best_known = 0;  ///< a makespan in units; 0: none is known
  std::int64_t reference = 0;   ///< what the gap is measured from, in units; 0: the own lower bound
};

/// The instances of `set` (j30, j60, d36, stg, workflows) whose data is below `data`, every
/// `every`-th from `first` on. Archives are unpacked with tar into a folder of this process;
/// `unpacked` is used instead where it is not empty. Ends the program with a message where
/// something is missing.
std::vector<Instance> load_set(const std::string& set, const std::filesystem::path& data,
                               const std::filesystem::path& unpacked, std::size_t every,
                               std::size_t first);

}  // namespace headway::bench
