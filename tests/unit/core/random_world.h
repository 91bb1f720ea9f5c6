#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "journal_checker.h"
#include "random_plan.h"
#include "random_worker.h"
#include "tests/support/core/invariants.h"

namespace headway {

/// A core among random plans, workers, people and faults, in virtual time; all of it follows from
/// the seed. Checkers that share no code with the core watch the journal and what really runs.
/// Faults come first; then they end, and every run must end too.
class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed);

  /// Plays to the end. What went wrong, one sentence each; empty: nothing.
  std::vector<std::string> play();
  [[nodiscard]] std::size_t facts() const { return journal_.facts.size(); }

 private:
  struct Packet {
    std::string peer;
    std::variant<FromWorker, FromCoordinator> message;
  };

  // What happens
  void advance();
  void deliver();
  void finish_turn();
  void commit(const Turn& turn);
  void carry_out(const Turn& turn);
  void stop_coordinator();
  void start_coordinator();
  void disturb();
  void disturb_worker();
  void command();
  void submit();
  void control_ticket();
  void heal();

  // What must hold
  void check_core();
  void check_processes();
  void explain_what_is_left();
  void problem(std::string what);

  void post(Instant& last, Packet packet);
  [[nodiscard]] Instant next_event() const;
  [[nodiscard]] Now clock() const;
  RandomWorker* worker_of(const std::string& peer);

  Random random_;
  Instant now_{std::chrono::hours{1}};
  Duration wall_offset_{};
  Instant heals_at_{};
  Instant next_fault_{};
  bool healed_ = false;
  bool with_proof_ = false;  ///< tickets may wait for proof; then all workers keep theirs
  std::uint64_t loss_ = 0;   ///< one packet in so many; 0: none
  std::uint64_t next_incarnation_ = 1;

  CoreOptions options_;
  std::optional<Core> core_;
  Instant coordinator_starts_{};
  bool turn_due_ = false;
  Journal journal_;
  State shadow_;
  State ended_;  ///< the runs that have ended, as they did
  JournalChecker checker_;
  std::vector<std::pair<RunId, std::shared_ptr<const RunPlan>>> uncommitted_;

  std::vector<FakeProcess> processes_;
  std::vector<RandomWorker> workers_;
  std::vector<Instant> restart_at_;
  std::vector<Instant> last_up_, last_down_;
  std::map<std::pair<Instant, std::uint64_t>, Packet> packets_;
  std::uint64_t next_packet_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace headway
