#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/messages/worker_messages.h"
#include "random_plan.h"

namespace headway {

/// Something that really runs somewhere, whatever the coordinator believes.
struct FakeProcess {
  Token token;
  std::size_t worker = 0;
  std::uint64_t incarnation = 0;  ///< of the worker that started it
  bool bound = true;              ///< dies with its worker's lease
  Instant ends{};
};

/// A worker as the protocol describes one, without anything real: it keeps its lease, answers
/// again what it answered before, and sends results until they are acknowledged.
class RandomWorker {
 public:
  struct Attempt {
    HeldState state = HeldState::kQueued;
    bool bound = true;
    Outcome outcome = Outcome::kSucceeded;
    Instant resend{};
  };

  RandomWorker(std::size_t index, std::uint32_t slots, Random& random,
               std::vector<FakeProcess>& processes)
      : index_(index), slots_(slots), random_(random), processes_(processes) {}

  /// A new process takes the worker's place; with `proof` nothing of the former is alive.
  void start(Instant now, std::uint64_t incarnation, bool proof);
  /// It is killed; what it ran lives on until its lease ends at the latest.
  void crash(Instant now);
  void cut();  ///< its connection breaks, and it makes another
  void freeze(Instant until) { frozen_until_ = until; }
  void leave();

  void tick(Instant now);
  void receive(const FromCoordinator& message, Instant now);
  [[nodiscard]] Instant next_event() const;

  [[nodiscard]] bool up() const { return up_; }
  /// Whether this process was ever welcomed.
  [[nodiscard]] Instant frozen_until() const { return frozen_until_; }
  [[nodiscard]] bool idle() const { return attempts_.empty() && session_ != 0; }
  [[nodiscard]] std::string peer() const;
  [[nodiscard]] std::string name() const { return "w" + std::to_string(index_); }
  [[nodiscard]] std::uint32_t slots() const { return slots_; }
  [[nodiscard]] std::size_t connection() const { return connection_; }

  std::function<void(FromWorker)> send;
  /// Whether a ticket's attempts die with the lease.
  std::function<bool(const AttemptSpec&)> is_bound;

 private:
  struct Handler;
  void say(WorkerMessage message) { send({session_, std::move(message)}); }
  void hello(Instant now);
  [[nodiscard]] std::vector<InventoryEntry> inventory() const;
  void start_queued(Instant now);
  void end(Token token, Outcome outcome, Instant now);
  void kill(Token token, Instant now);
  void drop_queued(Token token);
  void answer_past(Token token);
  FakeProcess* process_of(Token token);

  std::size_t index_;
  std::uint32_t slots_;
  Random& random_;
  std::vector<FakeProcess>& processes_;

  bool up_ = false;
  std::uint64_t incarnation_ = 0;
  std::vector<std::uint64_t> formers_;  ///< earlier processes, proven dead
  std::uint64_t hellos_ = 0;
  std::size_t connection_ = 0;
  std::uint64_t session_ = 0;
  Instant frozen_until_{};
  Instant hello_sent_{}, next_hello_{}, next_heartbeat_{}, lease_ends_{};
  Duration lease_{};
  Instant lapsed_{};  ///< the last lease that is known to have ended
  std::uint64_t heartbeats_ = 0;
  std::map<std::uint64_t, Instant> heartbeat_sent_;
  std::map<Token, Attempt> attempts_;
  std::map<Token, bool> past_;  ///< true: it was never started
  std::set<Token> dead_;
};

}  // namespace headway
