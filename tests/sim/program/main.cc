#include <chrono>
#include <cstdio>
#include <malloc.h>

#include <fmt/format.h>

#include "tests/sim/program/exhaust.h"
#include "tests/sim/program/fleet.h"
#include "tests/sim/program/options.h"
#include "tests/sim/program/shrink.h"

namespace headway::sim {
namespace {

constexpr std::size_t kMostFailures = 20;
/// Failures that are made small, and how long one may take.
constexpr std::size_t kMostShrunk = 3;
constexpr auto kShrinking = std::chrono::seconds{20};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

int replay(const Options& options) {
  const Scenario scenario = without(draw_scenario(*options.replay), options.drop);
  const Verdict verdict = World(scenario, true).play();
  for (const Problem& problem : verdict.problems) {
    fmt::print("[{}] at {:.3f} s: {}\n", problem.invariant,
               to_seconds(problem.at.time_since_epoch()), problem.what);
  }
  fmt::print("seed {}: {} events, {} violations, trace {:016x}\n", scenario.seed, verdict.events,
             verdict.problems.size(), verdict.trace);
  return verdict.problems.empty() ? 0 : 1;
}

void tell_failure(const Failure& failure, bool with_shrinking) {
  fmt::print("\nseed {} fails:\n{}  replay: headway-sim --replay {}\n", failure.seed, failure.story,
             failure.seed);
  if (!with_shrinking) return;
  const Scenario scenario = draw_scenario(failure.seed);
  const std::vector<std::string> dropped = shrink(scenario, kShrinking);
  fmt::print("  smallest, {} of {} parts: headway-sim --replay {} --drop {}\n",
             parts_of(scenario).size() - dropped.size(), parts_of(scenario).size(), failure.seed,
             joined(dropped));
  std::fflush(stdout);
}

void tell_totals(const Totals& totals, double seconds) {
  const double played = static_cast<double>(totals.played_millis) / 1000;
  fmt::print("\n{} schedules, {} violations\n", totals.schedules.load(), totals.violations.load());
  fmt::print("{} events, {} messages, {} facts\n", totals.events.load(), totals.messages.load(),
             totals.facts.load());
  fmt::print(
      "{:.1f} h of virtual time in {:.1f} s ({:.0f} times as fast; {:.0f} schedules a second)\n",
      played / 3600, seconds, played / seconds, static_cast<double>(totals.schedules) / seconds);
  fmt::print("faults:\n");
  for (std::size_t i = 0; i < kFaults; ++i) {
    fmt::print("  {:<34} {:>10}\n", to_text(static_cast<Fault>(i)), totals.faults[i].load());
  }
}

int run(const Options& options) {
  Totals& totals = shared_totals();
  const auto begun = std::chrono::steady_clock::now();
  const std::vector<Failure> failures =
      play_seeds(options.first, options.seeds, options.jobs, kMostFailures, totals);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  for (std::size_t i = 0; i < failures.size(); ++i) {
    tell_failure(failures[i], options.shrink && i < kMostShrunk);
  }
  tell_totals(totals, took.count());
  return failures.empty() ? 0 : 1;
}

}  // namespace
}  // namespace headway::sim

int main(int argc, char** argv) {
  using namespace headway::sim;
  const auto options = read_options({argv + 1, argv + argc});
  if (!options) {
    fmt::print(stderr, "headway-sim: {}\n", options.error().message);
    return 2;
  }
  if (options->help) {
    fmt::print("{}", usage());
    return 0;
  }
  // A world's memory goes back to the system and comes again a thousand times a second otherwise.
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::mallopt(M_TOP_PAD, 64 << 20);
  if (options->interleavings) return exhaust(*options->interleavings, options->jobs) ? 0 : 1;
  return options->replay ? replay(*options) : run(*options);
}
