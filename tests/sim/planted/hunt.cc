#include "tests/sim/planted/hunt.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "tests/sim/interleavings/small_world.h"
#include "tests/sim/planted/planted.h"
#include "tests/sim/program/fleet.h"
#include "tests/sim/program/shared_memory.h"

namespace headway::sim {

namespace {

constexpr std::size_t kMostBugs = 256;
/// Processor time of one process; all seeds of a bug that is not found take a fifth of it.
constexpr rlim_t kMostSeconds = 60;

struct Board {
  std::atomic<std::size_t> next{0};
  std::array<Find, kMostBugs> finds{};  ///< each written by the process that took it
};

/// Inherited by all that play: what goes round in circles is ended, and nothing is left of what
/// gave up.
void bound_this_process() {
  const rlimit time{kMostSeconds, kMostSeconds + 1};
  const rlimit core{0, 0};
  HW_CHECK(::setrlimit(RLIMIT_CPU, &time) == 0 && ::setrlimit(RLIMIT_CORE, &core) == 0,
           "a process cannot be bounded");
}

/// The first problem, or what the code said when it gave up, in one line.
std::string first_of(const std::string& story) {
  const auto line_after = [&](std::string_view mark) -> std::optional<std::string> {
    const std::size_t at = story.find(mark);
    if (at == std::string::npos) return std::nullopt;
    const std::size_t from = at + mark.size();
    return story.substr(from, story.find('\n', from) - from);
  };
  if (const auto condition = line_after("[this is a bug]: ")) return "check failed: " + *condition;
  if (const auto said = line_after("the code gave up:\n")) {
    return said->empty() ? "it does not end" : *said;
  }
  const std::size_t number = story.find(']') + 1;
  const std::size_t text = story.find(": ") + 2;
  return story.substr(2, number - 2) + " " + story.substr(text, story.find('\n') - text);
}

void look_for(const Bug& bug, std::uint64_t seeds, Find& find) {
  const auto begun = std::chrono::steady_clock::now();
  planted_bug = bug.number;
  std::string story;
  const std::vector<Failure> failures = play_seeds(1, seeds, 1, 1, shared_totals());
  if (!failures.empty()) {
    find.seed = failures.front().seed;
    story = failures.front().story;
  }
  find.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  for (const SmallPlan& plan : small_plans(1)) {
    const std::string told = play_apart([&] { return play_all(plan, UINT64_MAX).problems; });
    if (told.empty()) continue;
    find.by_interleaving = true;
    if (story.empty()) story = told;
  }
  if (!find.found()) return;
  const std::string told = first_of(story);
  std::copy_n(told.begin(), std::min(told.size(), Find::kMostTold - 1), find.told.begin());
}

}  // namespace

std::vector<Find> hunt(const std::vector<Bug>& wanted, const Hunt& manner) {
  HW_CHECK(wanted.size() <= kMostBugs, "more bugs than there is room for");
  Board& board = make_shared_memory<Board>();
  shared_totals();  // made once, for all
  std::vector<pid_t> hunters;
  for (unsigned job = 0; job < std::max(manner.jobs, 1U); ++job) {
    const pid_t hunter = ::fork();
    HW_CHECK(hunter >= 0, "no process is to be had");
    if (hunter == 0) {
      bound_this_process();
      for (std::size_t i = board.next++; i < wanted.size(); i = board.next++) {
        look_for(wanted[i], manner.seeds, board.finds[i]);
      }
      ::_exit(0);
    }
    hunters.push_back(hunter);
  }
  for (const pid_t hunter : hunters) {
    int status = 0;
    ::waitpid(hunter, &status, 0);
    HW_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a hunter did not come back");
  }
  return {board.finds.begin(), board.finds.begin() + static_cast<std::ptrdiff_t>(wanted.size())};
}

}  // namespace headway::sim
