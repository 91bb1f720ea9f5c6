// Measures what a large plan costs: reading and validating it, building its graph, and its compiled
// form. Not a test; run it by hand:
//   bench_plan [tickets]      (100,000 by default, three dependencies each)
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>
#include <sys/resource.h>

#include <fmt/format.h>

#include "common/plan/graph.h"
#include "common/plan/validate.h"
#include "common/plan_codec/plan_codec.h"
#include "common/plan_file/plan_reader.h"
#include "tests/support/large_plan.h"

namespace {

/// What passed since the last call, and how much of it this process computed: the machine may be
/// busy with other things.
std::string lap() {
  static auto last = std::chrono::steady_clock::now();
  static std::clock_t last_used = 0;
  const auto now = std::chrono::steady_clock::now();
  const std::clock_t used = std::clock();
  const double seconds = std::chrono::duration<double>(now - last).count();
  const double computed = static_cast<double>(used - last_used) / CLOCKS_PER_SEC;
  last = now;
  last_used = used;
  return fmt::format("{:6.2f} s, {:5.2f} s of processor", seconds, computed);
}

long peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t tickets = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
  const std::string text = headway::test::large_plan_text(tickets);
  fmt::print("{} tickets, {:.1f} MB of YAML, {} MiB resident\n", tickets,
             static_cast<double>(text.size()) / 1e6, peak_mebibytes());
  lap();
  const headway::ReadPlan read = headway::read_plan(text);
  fmt::print("read and validate  {}  peak {} MiB\n", lap(), peak_mebibytes());
  if (!read.ok()) {
    fmt::print("{}", headway::render_diagnostics(read.diagnostics, "plan", text, 5));
    return 1;
  }
  const std::size_t findings = headway::validate_plan(read.plan).size();
  fmt::print("validate alone     {}  {} findings\n", lap(), findings);
  const auto graph = headway::PlanGraph::build(read.plan);
  if (!graph) {
    fmt::print("{}\n", graph.error().message);
    return 1;
  }
  fmt::print("build the graph    {}  {} groups, peak {} MiB\n", lap(), (*graph)->group_count(),
             peak_mebibytes());
  const std::string compiled = headway::encode_plan(read.plan, **graph, "bench");
  fmt::print("encode both        {}  {:.1f} MB\n", lap(),
             static_cast<double>(compiled.size()) / 1e6);
  const auto decoded = headway::decode_plan(compiled, "bench");
  fmt::print("decode both        {}  peak {} MiB\n", lap(), peak_mebibytes());
  if (!decoded || decoded->plan != read.plan) {
    fmt::print("they are not the same\n");
    return 1;
  }
  return 0;
}
