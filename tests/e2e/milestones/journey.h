#pragma once

#include <map>
#include <string>
#include <vector>

#include "elsewhere.h"
#include "project.h"
#include "recorded.h"

namespace headway::test {

/// One run of the calculator's plan in a folder of its own, by a coordinator and a worker `w` with
/// two slots that can be killed, with the person who looks after it.
class Journey {
 public:
  Journey();

  /// Submits the plan. `freely`: TABLE does not wait after its second checkpoint.
  void begin(bool freely);
  void let_table_go_on();
  /// Does what there is to do for a person now: where the plan's gate has paused the run, mends
  /// what it found and resumes; where NOTES is in review, approves.
  void attend();
  /// The same but for the approval.
  void attend_to_the_gate();
  [[nodiscard]] bool ended() const;

  /// `headway WORDS` at this coordinator.
  [[nodiscard]] Finished say(std::vector<std::string> words) const;
  /// `kill -9`, and a new one, to which the worker has come back.
  void kill_coordinator();
  /// `kill -9`, and a new one on the same state directory.
  void kill_worker();

  [[nodiscard]] Recorded recorded() const;
  /// Every file by its path, with its content, but for what tells how it came about and what
  /// belongs to the programs.
  [[nodiscard]] std::map<std::string, std::string> tree() const;
  /// The content of one file; empty where it is not there.
  [[nodiscard]] std::string file(const std::string& path) const;

 private:
  Project project_;
  Elsewhere programs_;
  std::size_t worker_ = 0;
  bool mended_ = false;
};

}  // namespace headway::test
