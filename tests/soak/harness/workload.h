#pragma once

#include <string>
#include <vector>

#include "common/base/time.h"
#include "tests/soak/harness/diary.h"
#include "tests/soak/judge/history.h"
#include "tests/soak/judge/judge.h"

namespace headway::soak {

/// The runs as the registry tells of them.
struct SeenRuns {
  std::vector<RunRow> rows;
  bool known = false;  ///< read since the last submission was answered
  Instant next_look{};

  /// Reads them, if it is time; false: it is not, or they could not be read.
  bool look(const std::string& registry, Diary& diary);
};

/// What the system under test is given to do, and who looks after it. One thread.
class Workload {
 public:
  virtual ~Workload() = default;

  /// Looks at the runs and does what is due; keeps some at work while `submitting`.
  virtual void turn(bool submitting) = 0;
  /// Whether the violence may begin.
  [[nodiscard]] virtual bool is_ready() const = 0;
  /// Nothing is left to do: every run has ended, nobody waits for an answer.
  [[nodiscard]] virtual bool at_rest() const = 0;
  /// The runs that have not ended, for people: `r3 soak-3 running`.
  [[nodiscard]] virtual std::string unfinished() const = 0;
  /// What is to be said of it once all programs have ended. Errors: what happened cannot be read.
  virtual Result<Judgement> judge(const History& history, const std::vector<Restart>& restarts) = 0;
  /// Lines that its tickets have written; 0: they write none.
  [[nodiscard]] virtual std::uint64_t lines() const = 0;
};

/// Whether a run has come to its end.
bool has_ended(const RunRow& run);

/// `r3 soak-3 running, r4 soak-4 paused`: those that have not.
std::string unfinished_of(const std::vector<RunRow>& runs);

/// `r3`.
std::string run_name(std::uint64_t run);

}  // namespace headway::soak
