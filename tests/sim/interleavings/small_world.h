#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/interleavings/choices.h"
#include "tests/sim/interleavings/small_worker.h"
#include "tests/sim/world/disk.h"

namespace headway::sim {

/// A plan of a few tickets, and which of them fail.
struct SmallPlan {
  Plan plan;
  std::vector<bool> fails;
};

/// Every plan of `tickets` tickets in which each pair is unrelated, blocking, sequential or in
/// conflict; once with all that succeed, and once with the first that fails.
std::vector<SmallPlan> small_plans(std::size_t tickets);

/// A coordinator and two workers of one slot, in which nothing is left to chance: at every step one
/// of all that could happen next does, as `Choices` says. Once in a play something goes wrong, or a
/// person intervenes. Messages that concern nothing but the sender's own attempt are taken as soon
/// as they come, since their order beside others changes nothing.
class SmallWorld {
 public:
  SmallWorld(const Scenario& scenario, const SmallPlan& plan, Choices& choices);

  /// What went wrong; empty: nothing.
  std::vector<Problem> play();

 private:
  enum class Trouble {
    kCoordinatorCrash,
    kCrashAfterCommit,
    kReset,
    kLostAnswer,
    kWorkerRestart,
    kWorkerGone,
    kStopPreserve,
    kStopForce,
    kPause,
    kCancelTicket,
    kRemoveTicket,  ///< from the plan
    kChangeTicket,  ///< with one that is added; what runs begins anew
  };
  struct Option {
    enum class Kind { kTake, kEnd, kTrouble } kind = Kind::kTake;
    std::size_t worker = 0;
    Trouble trouble = Trouble::kReset;
  };

  [[nodiscard]] std::vector<Option> options() const;
  void happen(const Option& option);
  void cause(Trouble trouble, std::size_t worker);
  void check_stopped();
  void change_plan(Trouble how);
  void take(std::size_t worker);
  void turn(bool sends);
  void start_coordinator();
  bool let_time_pass();
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] bool is_local(std::size_t worker) const;
  [[nodiscard]] Now now() const;

  const Scenario& scenario_;
  const SmallPlan& plan_;
  Choices& choices_;
  Stage stage_;
  Disk disk_;
  std::shared_ptr<const RunPlan> source_;
  std::shared_ptr<const RunPlan> next_version_;  ///< of the plan, that the core was asked for
  std::optional<Core> core_;
  std::array<SmallWorker, 2> workers_;
  bool troubled_ = false;
  bool crash_after_commit_ = false;
  std::optional<std::size_t> deaf_;  ///< the next answers to this worker are lost
};

/// What came of every play of one plan.
struct Exhausted {
  std::uint64_t plays = 0;
  bool complete = false;  ///< not cut short
  std::vector<Problem> problems;
  std::vector<std::size_t> path;  ///< of the play that failed
};

/// Plays every interleaving, at most `most`.
Exhausted play_all(const SmallPlan& plan, std::uint64_t most);

}  // namespace headway::sim
