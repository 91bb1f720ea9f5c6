#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/plan/plan.h"
#include "coordinator/cli/answers.h"

namespace headway::cli {

/// What tickets of a category took, those that succeeded: from start to end of their last attempt.
struct CategoryHistory {
  Duration median{};
  std::size_t tickets = 0;
};

/// The same by category; tickets without one are left out.
using Histories = std::map<std::string, CategoryHistory>;

/// From the latest runs, as many as have some `kMostHistory` tickets together.
Result<Histories> category_histories(Answers& answers);
inline constexpr std::size_t kMostHistory = 20'000;

/// Gives tickets without an estimate the median of their category, and says so in a sentence for
/// people; empty where every ticket has its own.
std::string fill_estimates(const Histories& histories, Plan& plan);

}  // namespace headway::cli
