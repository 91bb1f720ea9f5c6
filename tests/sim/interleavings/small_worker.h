#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/world/stage.h"
#include "worker/core/worker_core.h"

namespace headway::sim {

/// A worker with one slot and a perfect clock: the real WorkerCore, whose messages lie in a queue
/// until the coordinator takes them, and a command that ends when it is told to.
class SmallWorker {
 public:
  SmallWorker(Stage& stage, std::size_t index) : stage_(stage), index_(index) {}

  void start();
  void kill();  ///< with all that it runs; what it had sent is lost
  void reset();
  void receive(const std::string& frame);
  /// Looks at the clock; kills what has lost its lease.
  void tick();
  /// Its command ends by itself.
  void end_command(Outcome outcome);

  [[nodiscard]] bool up() const { return core_.has_value(); }
  [[nodiscard]] bool runs() const { return running_.has_value(); }
  [[nodiscard]] Token token() const { return running_->token; }
  [[nodiscard]] std::string peer() const { return fmt::format("w{}#{}", index_, connection_); }
  [[nodiscard]] std::string name() const { return fmt::format("w{}", index_); }
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  std::deque<FromWorker> sent;  ///< not taken yet

 private:
  void step(worker::Input input);
  void perform(worker::Effect& effect);
  void end(Outcome outcome);
  [[nodiscard]] Now now() const { return {stage_.queue.now(), WallTime{}}; }

  struct Running {
    Token token;
    std::optional<Instant> lease_ends;
  };

  Stage& stage_;
  std::size_t index_;
  std::optional<worker::WorkerCore> core_;
  std::optional<Running> running_;
  std::deque<worker::Input> backlog_;
  bool stepping_ = false;
  std::uint64_t connection_ = 0;
  std::vector<std::uint64_t> lives_;
  std::set<Token> started_;
  std::string registry_;
};

}  // namespace headway::sim
