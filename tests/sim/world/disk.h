#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "coordinator/core/core.h"

namespace headway::sim {

/// The registry, as coordinator/journal keeps it: facts in order and tallies of workers, each
/// turn's all or none, and the plans of the runs. A copy of it may take its place later.
class Disk {
 public:
  /// Tokens that a copy leaves out (kTokensSkippedByCopies, coordinator/journal/backup.h).
  static constexpr std::uint64_t kTokensSkipped = 1U << 20U;

  using Tallies = std::map<TallyKey, KeptTally>;

  void commit(const Turn& turn);
  void store_plan(RunId run, std::shared_ptr<const RunPlan> plan) { plans_[run] = std::move(plan); }

  void store_version(RunId run, std::shared_ptr<const RunPlan> version) {
    versions_[{run, version->version}] = std::move(version);
  }

  void back_up() {
    backup_ = Backup{facts_.size(), tallies_, last_token().number() + kTokensSkipped};
  }
  /// The copy takes the place of the original. False: there is none.
  bool restore();

  /// What a coordinator starts from: unfinished runs alone (coordinator/control/replay.cc).
  [[nodiscard]] State replay_unfinished() const;
  /// One run, whatever became of it.
  [[nodiscard]] State replay_run(RunId run) const;
  /// The fold of the first facts, for the promise that every prefix recovers.
  [[nodiscard]] State replay_prefix(std::size_t length) const;

  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
  [[nodiscard]] const Tallies& tallies() const { return tallies_; }
  [[nodiscard]] const std::map<RunId, std::shared_ptr<const RunPlan>>& plans() const {
    return plans_;
  }
  /// Later versions of them; of a copy that took this place some are of a future that is gone.
  using Versions = std::map<std::pair<RunId, std::uint32_t>, std::shared_ptr<const RunPlan>>;
  [[nodiscard]] const Versions& versions() const { return versions_; }
  [[nodiscard]] Token last_token() const;

 private:
  struct Backup {
    std::size_t facts = 0;
    Tallies tallies;
    std::uint64_t token_floor = 0;
  };
  [[nodiscard]] State replay(std::size_t length, std::optional<RunId> only) const;

  [[nodiscard]] std::shared_ptr<const RunPlan> version(const Fact& changed) const;
  [[nodiscard]] TrackRecord kept_record() const;
  [[nodiscard]] TrackRecord folded_record(std::size_t length) const;

  std::vector<Fact> facts_;
  Tallies tallies_;
  std::map<RunId, std::shared_ptr<const RunPlan>> plans_;
  Versions versions_;
  std::uint64_t token_floor_ = 0;
  std::optional<Backup> backup_;
};

}  // namespace headway::sim
