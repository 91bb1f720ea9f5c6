#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/plan/plan.h"

namespace headway {

/// How the time units of an instance become time.
struct InstanceOptions {
  double time_scale = 1;  ///< of the importer's unit
};

/// Limits of what is read from an instance, far above any that was published.
inline constexpr std::int64_t kMaxInstanceTasks = 100'000;
inline constexpr std::int64_t kMaxInstanceNumber = 1'000'000;

/// A task of an instance, before it is a ticket. Numbers are those of the instance.
struct InstanceTask {
  std::int64_t number = 0;
  std::int64_t duration = 0;
  std::vector<std::int64_t> predecessors;
  std::vector<std::string> labels;
  std::vector<ResourceAmount> resources;
};

/// A plan of tickets called by their numbers, each of which sleeps for its estimate: duration times
/// `unit` times the scale, to the millisecond, and at least one where it is not zero. Tasks that
/// take no time and nothing else, and have nothing before or nothing after them, are the frame that
/// such instances have and become no tickets.
///
/// Errors: a scale that is none, tasks that wait for each other.
Result<Plan> plan_of_tasks(const std::string& name, const std::vector<InstanceTask>& tasks,
                           Duration unit, const InstanceOptions& options);

}  // namespace headway
