#include "tests/sim/program/exhaust.h"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "common/base/check.h"
#include "tests/sim/interleavings/small_world.h"
#include "tests/sim/program/shared_memory.h"

namespace headway::sim {

namespace {

struct Sums {
  std::atomic<std::uint64_t> plays{0};
  std::atomic<std::uint64_t> next{0};
};

void play_plans(const std::vector<SmallPlan>& plans, Sums& sums, bool& good) {
  for (std::uint64_t i = sums.next++; i < plans.size(); i = sums.next++) {
    const Exhausted result = play_all(plans[i], UINT64_MAX);
    sums.plays += result.plays;
    if (result.problems.empty()) continue;
    good = false;
    fmt::print("plan {} fails after {} plays, by the choices", i, result.plays);
    for (const std::size_t choice : result.path) fmt::print(" {}", choice);
    fmt::print("\n");
    for (const Problem& problem : result.problems) {
      fmt::print("  [{}] {}\n", problem.invariant, problem.what);
    }
  }
}

}  // namespace

bool exhaust(std::size_t tickets, unsigned jobs) {
  const std::vector<SmallPlan> plans = small_plans(tickets);
  Sums& sums = make_shared_memory<Sums>();
  std::fflush(stdout);
  std::vector<pid_t> children;
  for (unsigned job = 0; job < jobs; ++job) {
    const pid_t child = ::fork();
    HW_CHECK(child >= 0, "no process is to be had");
    if (child == 0) {
      bool good = true;
      play_plans(plans, sums, good);
      std::fflush(stdout);
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  bool all_good = true;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    all_good = all_good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  fmt::print(
      "{} plans of {} tickets on two workers, with one thing that goes wrong: {} "
      "interleavings, {}\n",
      plans.size(), tickets, sums.plays.load(), all_good ? "0 violations" : "with violations");
  return all_good;
}

}  // namespace headway::sim
