#pragma once

#include <functional>
#include <optional>

#include "tests/sim/world/script.h"
#include "worker/core/worker_core.h"

namespace headway::sim {

/// A slot's supervisor with what runs in it, as worker/process does it: deadlines are its own, and
/// go on while the worker is frozen; when the worker is gone it kills everything.
///
///   idle --start--> running --main process ends--> emptying --nothing left--> reading --> idle
///          |   ^       |  stop, timeout: SIGTERM, grace, SIGKILL   |    (artifacts) |  ^
///          v   |       `- lease over, worker gone: SIGKILL --------'              v  |
///       checking                                                              checking
///    (inputs, requirements)                                                    (gates)
///
/// Checks that would run side by side run one after the other here: their results are the same.
class Slot {
 public:
  struct Hooks {
    std::function<void(worker::SlotEvent)> tell;  ///< the worker
    std::function<void()> kill_worker;
  };
  Slot(Stage& stage, std::size_t machine, SlotId number, const LocalClock& clock, Random random,
       Hooks hooks)
      : stage_(stage),
        machine_(machine),
        number_(number),
        clock_(clock),
        random_(random),
        hooks_(std::move(hooks)) {}

  void take(const worker::SlotCommand& command);
  /// The worker is gone, whichever way.
  void worker_gone();
  /// The supervisor is killed: whatever it ran ends at once, and another takes its place.
  void supervisor_killed();
  /// Nothing survives.
  void power_off();
  /// Whether nothing is alive in it.
  [[nodiscard]] bool empty() const { return !attempt_ || !attempt_->alive; }

 private:
  enum class Phase { kRunning, kEmptying, kReading, kChecking };
  struct Running {
    Token token;
    AttemptSpec spec;
    Script script;
    Phase phase = Phase::kRunning;
    bool alive = true;
    bool killed = false;
    bool orphaned = false;  ///< nobody is left to be told
    Instant started{};
    std::optional<Instant> lease_ends;  ///< by the machine's clock
    std::optional<Outcome> imposed;
    std::uint64_t output = 0;

    CheckKind checking = CheckKind::kRequirement;
    std::size_t check = 0;        ///< of the requirements or gates
    std::uint32_t tries = 0;      ///< of it
    std::uint64_t moment = 0;     ///< one more for each try, so that no late word ends another
    std::size_t checkpoints = 0;  ///< whose checks are running beside the command
    bool gated = false;           ///< its gates have begun
    bool main_over = false;       ///< the command has ended; such checks are waited for
    std::vector<CheckResult> checks;
    std::optional<Outcome> failed;  ///< what a check has made of the attempt
    std::string detail;
  };

  void start(const worker::StartSlot& command);
  void extend(const worker::ExtendLease& command);
  void stop(const worker::StopSlot& command);
  void run_command();
  void watch_lease();
  void impose(Outcome outcome, Duration grace);
  void kill_all();
  void main_ended();
  void emptied();
  void deliver();
  void die();

  // slot_checks.cc
  void begin_checks(CheckKind kind);
  void next_check();
  void check_ended();
  [[nodiscard]] const std::vector<CheckOrder>& checks_of(const Running& running) const;
  void run_checkpoints();
  void checkpoint_ended(const CheckpointOrder& order, Duration took);
  /// Later, if the same attempt is still there.
  void later(Duration pause, std::function<void(Running&)> action);
  [[nodiscard]] Instant local_now() const { return clock_.local(stage_.queue.now()); }

  Stage& stage_;
  std::size_t machine_;
  SlotId number_;
  const LocalClock& clock_;
  Random random_;
  Hooks hooks_;
  std::optional<Running> attempt_;
  std::uint64_t life_ = 0;  ///< one more for each attempt
};

}  // namespace headway::sim
