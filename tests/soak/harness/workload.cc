#include "tests/soak/harness/workload.h"

#include <utility>

#include <fmt/format.h>

#include "common/system/clock.h"

namespace headway::soak {

namespace {

/// Pause between two looks at the registry.
constexpr Duration kLookEvery = std::chrono::milliseconds{300};

}  // namespace

bool has_ended(const RunRow& run) {
  return run.state == "succeeded" || run.state == "failed" || run.state == "cancelled";
}

std::string run_name(std::uint64_t run) { return fmt::format("r{}", run); }

bool SeenRuns::look(const std::string& registry, Diary& diary) {
  const Instant now = read_clocks().steady;
  if (now < next_look) return false;
  next_look = now + kLookEvery;
  Result<std::vector<RunRow>> read = read_runs(registry);
  if (!read) {
    diary.note("the registry could not be read: " + read.error().message);
    return false;
  }
  rows = std::move(*read);
  known = true;
  return true;
}

std::string unfinished_of(const std::vector<RunRow>& runs) {
  std::string text;
  for (const RunRow& run : runs) {
    if (has_ended(run)) continue;
    text +=
        fmt::format("{}{} {} {}", text.empty() ? "" : ", ", run_name(run.run), run.name, run.state);
  }
  return text;
}

}  // namespace headway::soak
