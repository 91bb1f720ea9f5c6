#include "tests/sim/program/fleet.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/check.h"
#include "tests/sim/program/shared_memory.h"

namespace headway::sim {

namespace {

constexpr std::size_t kMostJobs = 256;

/// What the processes of a fleet share beside the sums.
struct Board {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> failed{0};
  std::array<std::atomic<std::uint64_t>, kMostJobs> playing{};
};

/// A child process whose standard error, and what it tells, are read by the parent.
struct Child {
  pid_t process = -1;
  int out = -1;
  std::string text;
};

template <class Work>
Child start_child(Work work) {
  int ends[2];
  HW_CHECK(::pipe(ends) == 0, "no pipe is to be had");
  std::fflush(stdout);
  const pid_t process = ::fork();
  HW_CHECK(process >= 0, "no process is to be had");
  if (process == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
    work(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  return {process, ends[0], {}};
}

void write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    done += static_cast<std::size_t>(wrote);
  }
}

/// False: it has said everything.
bool read_some(Child& child) {
  char block[4096];
  const ssize_t got = ::read(child.out, block, sizeof block);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  child.text.append(block, static_cast<std::size_t>(got));
  return true;
}

/// Whether it ended as it should.
bool wait_for(Child& child) {
  ::close(child.out);
  int status = 0;
  while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Failures come as `seed N` and indented lines.
void take_failures(const std::string& text, std::vector<Failure>& failures) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("seed ")) {
      failures.push_back({std::stoull(line.substr(5)), {}});
    } else if (!failures.empty()) {
      failures.back().story += line + "\n";
    }
  }
}

}  // namespace

Totals& shared_totals() {
  static Totals& totals = make_shared_memory<Totals>();
  return totals;
}

std::vector<Failure> play_seeds(std::uint64_t first, std::uint64_t count, unsigned jobs,
                                std::size_t most_failures, Totals& totals) {
  Board& board = make_shared_memory<Board>();
  board.next = first;
  jobs = std::clamp<unsigned>(jobs, 1, kMostJobs);
  const auto work = [&](unsigned job) {
    return [&, job](int out) {
      while (board.failed < most_failures) {
        const std::uint64_t seed = board.next++;
        if (seed >= first + count) break;
        board.playing[job] = seed;
        const Scenario scenario = draw_scenario(seed);
        const Verdict verdict = World(scenario, false).play();
        totals.add(verdict);
        if (!verdict.problems.empty()) {
          ++board.failed;
          write_all(out, fmt::format("seed {}\n{}", seed, tell(verdict.problems)));
        }
      }
    };
  };
  std::vector<Failure> failures;
  std::map<unsigned, Child> children;
  for (unsigned job = 0; job < jobs; ++job) children[job] = start_child(work(job));
  while (!children.empty()) {
    std::vector<pollfd> waiting;
    std::vector<unsigned> whose;
    for (auto& [job, child] : children) {
      waiting.push_back({child.out, POLLIN, 0});
      whose.push_back(job);
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      Child& child = children.at(whose[i]);
      if (read_some(child)) continue;
      const bool well = wait_for(child);
      if (!well) child.text += "\n";
      std::vector<Failure> told;
      take_failures(child.text, told);
      if (!well) {
        // What is not told under a seed is what the code said when it gave up.
        totals.schedules++;
        const std::uint64_t seed = board.playing[whose[i]];
        if (!told.empty() && told.back().seed == seed) told.pop_back();
        told.push_back({seed, "  the code gave up:\n" + child.text});
        ++board.failed;
      }
      failures.insert(failures.end(), told.begin(), told.end());
      children.erase(whose[i]);
      const bool more = board.failed < most_failures && board.next < first + count;
      if (!well && more) children[whose[i]] = start_child(work(whose[i]));
    }
  }
  ::munmap(&board, sizeof board);
  totals.violations += failures.size();
  return failures;
}

std::string tell(const std::vector<Problem>& problems) {
  std::string story;
  for (const Problem& problem : problems) {
    story += fmt::format("  [{}] at {:.3f} s: {}\n", problem.invariant,
                         to_seconds(problem.at.time_since_epoch()), problem.what);
  }
  return story;
}

std::string play_apart(const std::function<std::vector<Problem>()>& play) {
  Child child = start_child([&](int out) { write_all(out, tell(play())); });
  while (read_some(child)) {
  }
  if (!wait_for(child)) return "  the code gave up:\n" + child.text;
  return child.text;
}

}  // namespace headway::sim
