#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "tests/sim/world/disk.h"
#include "tests/sim/world/network.h"

namespace headway::sim {

/// The coordinator's process: the real Core, and around it what coordinator/shell does. A turn
/// takes all that has arrived, commits, and only then sends; it may die at any point of that.
class CoordinatorHost {
 public:
  CoordinatorHost(Stage& stage, Network& network, Disk& disk);

  void start();
  void crash(bool word_is_left = true);
  void freeze(Duration length);
  void thaw();
  /// The next turn that has something to write dies there.
  void crash_at(Fault point, Duration down_for);
  void slow_commit(Duration length) { next_commit_takes_ = length; }
  void step_clock(Duration by);
  void restore_backup();

  void receive(const std::string& peer, std::string frame);
  /// A person's wish; the answer counts when it is sent.
  void ask(Input input);
  /// `request` numbers a submission of this plan.
  std::uint64_t expect_plan(std::shared_ptr<const RunPlan> plan);

  [[nodiscard]] const Core* core() const { return core_ ? &*core_ : nullptr; }
  [[nodiscard]] bool idle() const { return core_ && !busy_ && frames_.empty() && asked_.empty(); }
  /// Looks through its registry, and will tell what it found.
  [[nodiscard]] bool is_verifying() const { return verifying_ > 0; }
  [[nodiscard]] std::uint64_t undecodable() const { return undecodable_; }
  [[nodiscard]] std::uint64_t largest_turn() const { return largest_turn_; }
  /// By its machine's clocks.
  [[nodiscard]] Now local_now() const;

 private:
  void wake(Duration pause);
  void turn();
  void take_input();
  void commit(const Turn& turn);
  void carry_out(const Turn& turn, std::size_t most);
  void answer(const Effect& effect);
  void verified_later(RunId run);
  void look_at_core();

  Stage& stage_;
  Network& network_;
  Disk& disk_;
  Random random_;
  std::optional<Core> core_;
  std::uint64_t process_ = 0;
  Duration wall_offset_;
  Instant frozen_until_{};
  std::optional<Instant> wakes_at_;
  bool busy_ = false;  ///< a commit is under way
  std::optional<Fault> crash_point_;
  Duration down_for_{};
  std::optional<Duration> next_commit_takes_;

  std::deque<std::pair<std::string, std::string>> frames_;
  std::deque<Input> asked_;
  std::uint64_t requests_ = 0;
  std::map<std::uint64_t, std::shared_ptr<const RunPlan>> expected_;
  std::map<std::uint64_t, RunId> stops_asked_;
  std::uint32_t verifying_ = 0;
  std::uint64_t undecodable_ = 0;
  std::uint64_t largest_turn_ = 0;
};

}  // namespace headway::sim
