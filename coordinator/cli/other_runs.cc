#include "coordinator/cli/other_runs.h"

#include <algorithm>
#include <string>
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

/// The runs that are waited for, the first that began first.
class OtherRuns {
 public:
  OtherRuns(Answers& answers, const Environment& environment)
      : answers_(answers), environment_(environment) {}

  /// Tells of the runs that are new here. Whether any goes on; false too where nobody answers.
  bool go_on() {
    const Result<std::vector<RunSummary>> runs = list_runs(answers_, kMostOtherRuns);
    if (!runs) return false;
    std::vector<RunId> now;
    std::vector<std::string> fresh;
    for (auto run = runs->rbegin(); run != runs->rend(); ++run) {
      if (!goes_on(*run)) continue;
      now.push_back(run->id);
      if (std::ranges::find(awaited_, run->id) == awaited_.end()) fresh.push_back(run_title(*run));
    }
    tell_ends(now);
    awaited_ = now;
    if (!fresh.empty()) {
      environment_.note(fmt::format("other runs are still going on here; waiting for their end: {}",
                                    some_of(fresh)));
    }
    return !awaited_.empty();
  }

 private:
  /// Of those that were waited for and are not among `now`.
  void tell_ends(const std::vector<RunId>& now) const {
    for (const RunId run : awaited_) {
      if (std::ranges::find(now, run) != now.end()) continue;
      const Result<StatusAnswer> status =
          answers_.status({.run = run, .first_ticket = 0, .summary_only = true});
      if (!status) continue;
      environment_.note(fmt::format("{} {}: {}", run_title(status->run), to_text(status->run.state),
                                    counts_sentence(status->run)));
    }
  }

  Answers& answers_;
  const Environment& environment_;
  std::vector<RunId> awaited_;
};

}  // namespace

void wait_for_other_runs(ControlClient& client, Environment& environment, Embedded& embedded) {
  OtherRuns others(client, environment);
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
