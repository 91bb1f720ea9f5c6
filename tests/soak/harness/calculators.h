#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/soak/harness/commands.h"
#include "tests/soak/harness/workload.h"

namespace headway::soak {

/// Calculators in C (tests/support/calculator), each made by a run of its own in a folder of its
/// own, with the person who looks after them: mends what the plan's gate finds, approves the notes.
/// The first is made before the violence begins; what the others become is compared with it.
class Calculators : public Workload {
 public:
  Calculators(const Options& options, Cluster& cluster, Commands& commands, Diary& diary);

  void turn(bool submitting) override;
  [[nodiscard]] bool is_ready() const override;
  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string unfinished() const override { return unfinished_of(seen_.rows); }
  Result<Judgement> judge(const History& history, const std::vector<Restart>& restarts) override;
  [[nodiscard]] std::uint64_t lines() const override { return 0; }

 private:
  void submit();
  void attend(const RunRow& run);
  /// Says something about a run; one command a run at a time.
  void tell(std::uint64_t run, std::vector<std::string> words);
  [[nodiscard]] std::string folder_of(const std::string& plan) const;
  [[nodiscard]] std::vector<Workpiece> pieces(const History& history) const;

  const Options& options_;
  Cluster& cluster_;
  Commands& commands_;
  Diary& diary_;
  std::vector<Plan> plans_;
  SeenRuns seen_;
  std::set<std::uint64_t> busy_;
  std::set<std::uint64_t> mended_;
  unsigned submitting_ = 0;
};

}  // namespace headway::soak
