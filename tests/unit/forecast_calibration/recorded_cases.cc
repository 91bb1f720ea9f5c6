#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "coordinator/import/import_wfcommons.h"
#include "truth.h"

namespace headway::test {

namespace {

/// The folder of the published workflows: below HEADWAY_DATA, else beside the repository.
std::filesystem::path data_folder() {
  const char* data = std::getenv("HEADWAY_DATA");
  const std::filesystem::path folder =
      data != nullptr ? std::filesystem::path(data)
                      : std::filesystem::path(HEADWAY_SOURCE_DIR) / "../shared/data";
  return folder / "wfinstances";
}

/// In their own time; each ticket's estimate is what it took.
std::map<std::string, Plan> recorded_workflows() {
  std::map<std::string, Plan> plans;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder(), missing)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Result<Plan> plan = import_wfcommons(text, entry.path().stem(), {.time_scale = 1});
    if (plan) plans.emplace(entry.path().stem(), std::move(*plan));
  }
  return plans;
}

}  // namespace

std::vector<Case> recorded_cases(std::uint64_t seed) {
  std::vector<Case> cases;
  for (const auto& [name, plan] : recorded_workflows()) {
    Truth truth;
    for (const Ticket& ticket : plan.tickets) truth.takes.push_back(*ticket.estimate);
    truth.failures.resize(plan.tickets.size());
    for (const auto& [estimator, set] : {std::pair{Estimator::kMedians, "recorded, medians"},
                                         std::pair{Estimator::kGuesses, "recorded, guesses"},
                                         std::pair{Estimator::kEach, "recorded, each"}}) {
      for (const std::vector<std::uint32_t>& slots :
           {std::vector<std::uint32_t>{3}, std::vector<std::uint32_t>{4, 6}}) {
        Case made{set, name, plan, truth, slots, ++seed};
        estimate(made.plan, truth, estimator, made.seed);
        cases.push_back(std::move(made));
      }
    }
  }
  return cases;
}

}  // namespace headway::test
