#include "tests/soak/harness/workload.h"

#include <fmt/format.h>

namespace headway::soak {

bool has_ended(const RunRow& run) {
  return run.state == "succeeded" || run.state == "failed" || run.state == "cancelled";
}

std::string run_name(std::uint64_t run) { return fmt::format("r{}", run); }

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
