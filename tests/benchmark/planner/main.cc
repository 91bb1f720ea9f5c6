// Measures how good the planner's schedules are: the average deviation over a whole set of
// published instances, with seconds and the number of schedules. Not a test; run it by hand:
//   bench_planner SET [--seconds S] [--threads N] [--every K] [--first I] [--seed N]
//                     [--data FOLDER] [--unpacked FOLDER] [--verbose]
// SET: j30, j60 (deviation from the critical path), d36 (gap to the published lower bound), stg
// (gap to the published optimum), workflows (4 and 16 agents; gap to the own lower bound). Seconds
// are of the processor, for one instance on one thread: what else the machine does is not measured.
// Data: HEADWAY_DATA, else ../shared/data beside the repository.
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "coordinator/planner/model/problem_from_plan.h"
#include "coordinator/planner/search/optimize.h"
#include "coordinator/planner/verify/verify_schedule.h"
#include "instance_sets.h"

namespace headway::bench {
namespace {

struct Arguments {
  std::string set;
  double seconds = 2;
  std::size_t threads = 1;
  std::size_t every = 1;
  std::size_t first = 0;
  std::uint64_t seed = 1;
  std::filesystem::path data;
  std::filesystem::path unpacked;
  bool verbose = false;
};

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// What a set amounts to.
struct Totals {
  std::size_t instances = 0;
  double deviation = 0;   ///< percent, summed
  double own_gap = 0;     ///< to the own lower bound, percent, summed
  double attainable = 0;  ///< from the reference or the own bound, whichever is larger
  double seconds = 0;
  std::uint64_t schedules = 0;
  std::size_t proven = 0;        ///< the makespan is the own lower bound
  std::size_t at_best = 0;       ///< at most the best known
  std::size_t better = 0;        ///< shorter than it
  std::size_t violations = 0;    ///< of the verifier
  std::size_t bounds_above = 0;  ///< own lower bound above the best known makespan
};

double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

void measure(const Instance& instance, const Arguments& arguments, Totals& totals,
             std::mutex& mutex) {
  const auto graph = PlanGraph::build(instance.plan);
  if (!graph) {
    fmt::print(stderr, "{}: {}\n", instance.name, graph.error().message);
    std::exit(1);
  }
  const auto problem = planner::problem_from_plan(instance.plan, **graph, instance.agents);
  if (!problem) {
    fmt::print(stderr, "{}: {}\n", instance.name, problem.error().message);
    std::exit(1);
  }
  const double begin = thread_seconds();
  planner::SearchOptions options;
  options.seed = arguments.seed;
  options.enough = [&] { return thread_seconds() - begin > arguments.seconds; };
  const planner::SearchResult result = planner::optimize(*problem, options);
  const double seconds = thread_seconds() - begin;
  const auto faults = planner::verify_schedule(
      instance.plan, instance.agents, planner::scheduled_tickets(*problem, result.schedule));

  const auto units = [&](planner::Ticks ticks) {
    return static_cast<double>(problem->time(ticks).count()) /
           static_cast<double>(instance.unit.count());
  };
  const double makespan = units(result.schedule.makespan);
  const double bound = units(result.lower_bound);
  const double reference = instance.reference > 0 ? static_cast<double>(instance.reference) : bound;
  const auto best = static_cast<double>(instance.best_known);

  const std::lock_guard lock(mutex);
  ++totals.instances;
  totals.deviation += percent(makespan - reference, reference);
  totals.own_gap += percent(makespan - bound, bound);
  totals.attainable += percent(makespan - std::max(reference, bound), std::max(reference, bound));
  totals.seconds += seconds;
  totals.schedules += result.schedules;
  totals.proven += result.is_optimal ? 1 : 0;
  totals.violations += faults.size();
  if (instance.best_known > 0) {
    totals.at_best += makespan <= best ? 1 : 0;
    totals.better += makespan < best ? 1 : 0;
    totals.bounds_above += bound > best ? 1 : 0;
  }
  for (const std::string& fault : faults) fmt::print("{}: {}\n", instance.name, fault);
  if (arguments.verbose) {
    fmt::print(
        "{:<40} makespan {:>10} bound {:>10} best known {:>6} {:>6.2f} s {:>9} schedules  {}\n",
        instance.name, makespan, bound, instance.best_known, seconds, result.schedules,
        result.bound_reason);
  }
}

void print(const Arguments& arguments, const Totals& totals) {
  const auto count = static_cast<double>(std::max<std::size_t>(1, totals.instances));
  fmt::print(
      "{}: {} instances, {} s each at most: average deviation {:.3f} %, from the own lower bound "
      "{:.3f} %\n"
      "  {:.2f} s and {:.0f} schedules on average ({:.2f} us each); {} proven optimal; violations "
      "{}\n",
      arguments.set, totals.instances, arguments.seconds, totals.deviation / count,
      totals.own_gap / count, totals.seconds / count, static_cast<double>(totals.schedules) / count,
      1e6 * totals.seconds / static_cast<double>(std::max<std::uint64_t>(1, totals.schedules)),
      totals.proven, totals.violations);
  if (arguments.set == "workflows") return;
  fmt::print(
      "  {} as short as the best known, {} of them shorter; bounds above the best known {}\n",
      totals.at_best, totals.better, totals.bounds_above);
  if (totals.bounds_above > 0) {
    fmt::print("  from the reference or the own bound, whichever is longer: {:.3f} %\n",
               totals.attainable / count);
  }
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  const char* data = std::getenv("HEADWAY_DATA");
  arguments.data = data != nullptr ? std::filesystem::path(data)
                                   : std::filesystem::path(HEADWAY_SOURCE_DIR) / "../shared/data";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--verbose") {
      arguments.verbose = true;
    } else if (!word.starts_with("--")) {
      arguments.set = word;
    } else if (i + 1 < argc) {
      const std::string value = argv[++i];
      const auto whole = [&] { return std::strtoull(value.c_str(), nullptr, 10); };
      if (word == "--seconds") arguments.seconds = std::strtod(value.c_str(), nullptr);
      if (word == "--threads") arguments.threads = std::max<std::size_t>(1, whole());
      if (word == "--every") arguments.every = std::max<std::size_t>(1, whole());
      if (word == "--first") arguments.first = whole();
      if (word == "--seed") arguments.seed = whole();
      if (word == "--data") arguments.data = value;
      if (word == "--unpacked") arguments.unpacked = value;
    }
  }
  return arguments;
}

int run(const Arguments& arguments) {
  if (arguments.set.empty()) {
    fmt::print(stderr,
               "usage: bench_planner j30|j60|d36|stg|workflows [--seconds S] [--threads N] "
               "[--every K] [--first I] [--seed N] [--data FOLDER] [--unpacked FOLDER] "
               "[--verbose]\n");
    return 2;
  }
  const std::vector<Instance> instances =
      load_set(arguments.set, arguments.data, arguments.unpacked, arguments.every, arguments.first);
  Totals totals;
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < arguments.threads; ++i) {
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < instances.size(); at = next++) {
        measure(instances[at], arguments, totals, mutex);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  print(arguments, totals);
  return totals.violations == 0 ? 0 : 1;
}

}  // namespace
}  // namespace headway::bench

int main(int argc, char** argv) { return headway::bench::run(headway::bench::parse(argc, argv)); }
