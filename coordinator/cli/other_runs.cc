#include "coordinator/cli/other_runs.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// How often the runs are asked for.
constexpr Duration kOtherRunsPoll = std::chrono::seconds{1};
constexpr std::size_t kMostOtherRuns = 1000;

bool goes_on(const RunSummary& run) {
  return run.state == RunState::kRunning || run.state == RunState::kStopping;
}

bool is_among(RunId run, const std::vector<RunId>& runs) {
  return std::ranges::find(runs, run) != runs.end();
}

/// The runs that are waited for, the first that began first.
class OtherRuns {
 public:
  OtherRuns(Answers& answers, const Environment& environment, std::vector<RunId> taken_up)
      : answers_(answers), environment_(environment), known_(std::move(taken_up)) {}

  /// Tells of the runs that are new here. Whether any goes on; false too where nobody answers.
  bool go_on() {
    const Result<std::vector<RunSummary>> runs = list_runs(answers_, kMostOtherRuns);
    if (!runs) return false;
    std::vector<RunId> now;
    std::vector<std::string> fresh;
    for (auto run = runs->rbegin(); run != runs->rend(); ++run) {
      if (!goes_on(*run)) continue;
      now.push_back(run->id);
      if (!waits_ || !is_among(run->id, known_)) fresh.push_back(run_title(*run));
    }
    tell_ends(now);
    known_ = now;
    waits_ = true;
    if (!fresh.empty()) {
      environment_.note(fmt::format("other runs are still going on here; waiting for their end: {}",
                                    some_of(fresh)));
    }
    return !known_.empty();
  }

 private:
  /// Of those that were known to go on and are not among `now`.
  void tell_ends(const std::vector<RunId>& now) const {
    for (const RunId run : known_) {
      if (is_among(run, now)) continue;
      const Result<StatusAnswer> status =
          answers_.status({.run = run, .first_ticket = 0, .summary_only = true});
      if (!status) continue;
      environment_.note(fmt::format("{} {}: {}", run_title(status->run), to_text(status->run.state),
                                    counts_sentence(status->run)));
    }
  }

  Answers& answers_;
  const Environment& environment_;
  std::vector<RunId> known_;  ///< to go on, when they were last asked for
  bool waits_ = false;
};

}  // namespace

std::vector<RunId> runs_taken_up(Answers& answers, const Environment& environment, RunId own) {
  const Result<std::vector<RunSummary>> runs = list_runs(answers, kMostOtherRuns);
  if (!runs) return {};
  std::vector<RunId> taken_up;
  std::vector<std::string> titles;
  for (auto run = runs->rbegin(); run != runs->rend(); ++run) {
    if (!goes_on(*run) || run->id == own) continue;
    taken_up.push_back(run->id);
    titles.push_back(run_title(*run));
  }
  if (!titles.empty()) {
    environment.note("what was cut off here before goes on as well: " + some_of(titles));
  }
  return taken_up;
}

void wait_for_other_runs(ControlClient& client, Environment& environment, Embedded& embedded,
                         const std::vector<RunId>& taken_up) {
  OtherRuns others(client, environment, taken_up);
  bool asked_to_stop = false;
  const int signals = environment.interrupts.count();
  while (embedded.check_alive() && others.go_on()) {
    environment.interrupts.wait(kOtherRunsPoll);
    const int count = environment.interrupts.count() - signals;
    environment.interrupts.settle();
    if (count >= 2) return;
    if (count == 1 && !asked_to_stop) {
      asked_to_stop = true;
      const Result<ControlAnswer> stopped =
          client.stop({.run = {}, .force = false, .preserve_state = true});
      if (!stopped) return;
    }
  }
}

}  // namespace headway::cli
