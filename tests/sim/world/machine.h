#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/world/network.h"
#include "tests/sim/world/slot.h"
#include "worker/core/worker_core.h"

namespace headway::sim {

/// What a worker keeps in its state directory (worker/process/state_directory.h).
struct StateRecord {
  std::string registry;
  std::set<Token> started;
  std::set<Token> dead;
  std::vector<std::uint64_t> lives;
};

/// A machine with a worker on it: the real WorkerCore, and around it what worker/shell and
/// worker/process do, in virtual time and by the machine's own clock.
class Machine {
 public:
  Machine(Stage& stage, Network& network, std::size_t index);

  // What happens to it
  void start();
  void kill();  ///< kill -9 of the worker; supervisors clean up and end
  void freeze(Duration length);
  void signal();  ///< SIGTERM: the first drains, the second ends everything
  void reboot();
  void lose_for_ever();
  void lose_state() { record_ = {}; }
  void kill_supervisor(std::uint64_t dice);
  void thaw();
  /// What lies here unread promises nothing any more: the registry is older than it.
  void registry_restored() { void_frames_ = frames_.size(); }

  // From the network
  void connected();
  void receive(std::string frame);

  [[nodiscard]] bool up() const { return core_.has_value(); }
  [[nodiscard]] bool lost() const { return lost_; }
  /// Whether its worker was sent a SIGTERM: it will leave, and then come again.
  [[nodiscard]] bool told_to_leave() const { return signals_ > 0; }
  [[nodiscard]] bool has_record() const { return !record_.lives.empty(); }
  [[nodiscard]] const worker::WorkerCore* core() const { return core_ ? &*core_ : nullptr; }
  [[nodiscard]] std::uint64_t undecodable() const { return undecodable_; }
  /// Called when the worker has left by itself.
  std::function<void()> left;

 private:
  void wake(Duration pause);
  void poll();
  void step(worker::Input input);
  void perform(worker::Effect& effect);
  void send(const FromWorker& message);
  bool refuses(const FromCoordinator& message);
  void perform_output(const worker::SendOutput& effect);
  void end_process();
  void hear(worker::SlotEvent event);
  [[nodiscard]] const WorkerSetup& setup() const { return stage_.scenario.workers[index_]; }
  [[nodiscard]] Now local_now() const;

  Stage& stage_;
  Network& network_;
  std::size_t index_;
  const LocalClock& clock_;
  Random random_;
  StateRecord record_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::optional<worker::WorkerCore> core_;
  std::uint64_t process_ = 0;  ///< one more for each start
  std::uint64_t served_ = 0;   ///< the process that the supervisors serve; 0: none any more
  bool starting_ = false;
  bool lost_ = false;
  Instant frozen_until_{};
  std::optional<Instant> wakes_at_;

  bool connected_ = false;
  int signals_ = 0;
  int signals_taken_ = 0;
  std::deque<std::string> frames_;
  std::size_t void_frames_ = 0;  ///< the first so many promise nothing
  std::set<Token> refused_;
  std::deque<worker::SlotEvent> events_;
  Instant last_event_{}, last_command_{};  ///< channels keep their order
  std::deque<worker::Input> backlog_;
  std::map<Token, std::map<std::uint64_t, std::string>> spool_;  ///< pieces by their offset
  std::uint64_t undecodable_ = 0;
};

}  // namespace headway::sim
