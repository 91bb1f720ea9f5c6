#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/messages/worker_messages.h"
#include "worker/core/attempt.h"
#include "worker/core/effect.h"
#include "worker/core/identity.h"
#include "worker/core/input.h"
#include "worker/core/lease.h"
#include "worker/core/limits.h"
#include "worker/core/slot_messages.h"
#include "worker/core/token_memory.h"

namespace headway::worker {

/// What a worker does with everything that happens to it: joins, runs what it is handed, keeps
/// results and output until they are acknowledged, and leaves. Pure: the time and every input are
/// arguments, and what it wants done comes back as values, in the order in which it is to be done.
/// Owned by the shell (or by a simulation), used by one thread.
///
///   connecting --connected--> greeting --welcome--> joined --drained--> gone
///       ^                        | no answer           | silence, lease over
///       |<-----------------------+---------------------'
///       `-- pausing <-- refused (for now)              joined --hello_again--> greeting
///
/// At most one hello is unanswered on a connection, and a repeated one goes over a new connection:
/// so a welcome always answers the hello that was sent last, and the lease can count from there.
///
/// What a peer sends is never trusted: what makes no sense in the present state is counted and
/// dropped. The code is in worker_core.cc (dispatch, deadlines), joining.cc, attempts.cc,
/// reporting.cc (results, output, checkpoints) and leaving.cc.
class WorkerCore {
 public:
  explicit WorkerCore(WorkerIdentity identity);

  /// Takes one input. `now` must not go back.
  std::vector<Effect> step(Input input, Now now);

  /// When `Tick` is due at the latest; none: nothing is waited for.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// What was dropped, for the log and for tests.
  struct Counters {
    std::uint64_t wrong_session = 0;  ///< messages of a session that is not this one
    std::uint64_t unexpected = 0;     ///< messages that make no sense now
    std::uint64_t odd_events = 0;     ///< events of a slot that does not run that attempt
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

  [[nodiscard]] bool is_joined() const { return phase_ == Phase::kJoined; }
  [[nodiscard]] std::optional<Instant> lease_ends() const { return lease_.ends(); }
  [[nodiscard]] const std::map<Token, Attempt>& attempts() const { return attempts_; }
  [[nodiscard]] std::size_t busy_slots() const;
  [[nodiscard]] std::size_t remembered_tokens() const { return memory_.size(); }

 private:
  enum class Phase : std::uint8_t { kConnecting, kGreeting, kJoined, kPausing, kGone };
  enum class Leaving : std::uint8_t { kNo, kDraining, kStopping };

  struct Slot {
    Token token;            ///< 0: idle
    bool disowned = false;  ///< what it runs belongs to another registry, and is being killed
  };

  // worker_core.cc: inputs, deadlines, and the small words in which the rest is said
  void on(FromCoordinator&& input);
  void on(SlotEvent&& input);
  void on(Connected&& input);
  void on(Tick&& input);
  void on(DrainRequested&& input);
  void on(StopAllRequested&& input);
  void on(LoadMeasured&& input);
  void on(OutputLost&& input);
  void fire_deadlines();
  void emit(Effect effect) { effects_.push_back(std::move(effect)); }
  void send(WorkerMessage message);
  void log(LogLevel level, std::string text);
  void log(LogLevel level, const Attempt& attempt, std::string text);
  Attempt* find(Token token);
  /// Sets the attempt's place in the index of deadlines anew; after every change of it.
  void schedule(Attempt& attempt);
  void schedule_all();
  void erase(Token token);

  // joining.cc
  void on_message(Welcome&& message);
  void on_message(Refused&& message);
  void on_message(HelloAgain&& message);
  void on_message(HeartbeatAck&& message);
  void say_hello();
  void send_heartbeat();
  void connect_anew();
  void lose_session();
  Duration retry_pause();
  void adopt_registry(const std::string& registry);
  void follow(const InventoryVerdict& verdict);
  void extend_leases();
  void expire_lease();
  [[nodiscard]] std::vector<InventoryEntry> inventory() const;

  // attempts.cc
  void on_message(Assign&& message);
  void on_message(Stop&& message);
  void on_event(SlotStarted&& event);
  void on_event(SlotProgress&& event);
  void on_event(SlotStep&& event);
  void on_event(SlotCheckpoint&& event);
  void on_event(SlotOutput&& event);
  void on_event(SlotEnded&& event);
  void on_event(SlotLost&& event);
  void start_queued();
  void kill(Attempt& attempt, Outcome outcome);
  void stop_running(Attempt& attempt, Duration grace, Outcome outcome);
  void reject(Token token, std::string reason);
  /// The final answer that a token which is not held once got, or `stopped`.
  void answer_past(Token token);
  /// Takes a queued attempt back out; nothing of it was started.
  void drop_queued(Token token);
  /// The attempt in a slot, if the event fits what the slot runs.
  Attempt* running_in(SlotId slot, Token token);
  Slot* slot_of(SlotId slot);
  void end(Attempt& attempt, AttemptResult result);

  // reporting.cc
  void on_message(ResultAck&& message);
  void on_message(CheckpointAck&& message);
  void send_result(Attempt& attempt);
  void send_checkpoints(Attempt& attempt);
  void send_output(Attempt& attempt);
  void send_progress(Attempt& attempt);
  void output_acknowledged(const OutputReceived& received);
  void check_output_marks(std::uint64_t heartbeat);
  void ask_for_room(Attempt& attempt);
  void resend_all(Attempt& attempt);
  void forget_if_settled(Token token);
  void fire(Attempt& attempt);

  // leaving.cc
  void on_message(Drain&& message);
  void begin_drain(const std::string& why);
  void leave_if_done();
  void leave(int code, std::string reason);

  const WorkerIdentity identity_;
  Counters counters_;

  Now now_{};  ///< of the present step
  std::vector<Effect> effects_;

  Phase phase_ = Phase::kConnecting;
  std::optional<Instant> phase_timer_;  ///< when the phase has lasted too long
  std::uint32_t retries_ = 0;           ///< hellos in a row that brought no welcome
  std::uint64_t session_ = 0;           ///< 0: none
  std::string registry_;                ///< of which all tokens here are
  Epoch epoch_;
  bool ever_joined_ = false;
  Instant hello_sent_{};

  Lease lease_;
  Duration heartbeat_{};
  std::uint64_t heartbeat_number_ = 0;
  std::uint64_t hellos_ = 0;
  Instant heartbeat_sent_{};
  Instant heartbeat_due_{};
  Instant last_heard_{};
  std::optional<Instant> early_heartbeat_;
  Load load_;

  std::vector<Slot> slots_;
  std::map<Token, Attempt> attempts_;
  std::deque<Token> queue_;
  std::size_t unended_ = 0;  ///< attempts that are queued or running
  std::set<Token> dead_;
  TokenMemory memory_;
  std::set<std::pair<Instant, Token>> deadlines_;  ///< of attempts

  Leaving leaving_ = Leaving::kNo;
  bool asked_to_end_ = false;  ///< on its own machine
  bool restart_ = false;       ///< once it has left, its process starts itself anew
  std::optional<Instant> leave_by_;
};

}  // namespace headway::worker
