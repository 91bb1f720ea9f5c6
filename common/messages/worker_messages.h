#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"

/// What coordinator and worker say to each other (architecture, section 6; schemas/protocol.md).
/// Plain data. Each struct lists its fields once, in `fields`: the codec writes and reads them
/// under these names, skips names that it does not know, and leaves a missing field at its default.
/// On the wire a Duration is a whole number of microseconds (names end in `_us`), a WallTime of
/// milliseconds (`_ms`), an enumeration its word, and `Bytes` a msgpack bin.

namespace headway {

inline constexpr std::uint32_t kProtocolVersion = 1;

/// Bytes that need not be text.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

// ---- Joining

/// What a worker knows of an attempt that it was once given.
enum class HeldState : std::uint8_t {
  kQueued,      ///< accepted, not started
  kRunning,     ///< its processes may be alive
  kValidating,  ///< as running: its command has ended well, and its gates run
  kEnded,       ///< ended; its result is not acknowledged yet
  kDead,        ///< of a former life of this worker; proven that nothing of it is alive
};
template <>
struct EnumText<HeldState> {
  static constexpr std::array kWords = {
      std::pair{HeldState::kQueued, std::string_view{"queued"}},
      std::pair{HeldState::kRunning, std::string_view{"running"}},
      std::pair{HeldState::kValidating, std::string_view{"validating"}},
      std::pair{HeldState::kEnded, std::string_view{"ended"}},
      std::pair{HeldState::kDead, std::string_view{"dead"}},
  };
};

struct InventoryEntry {
  Token token;
  HeldState state = HeldState::kRunning;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("state", state);
  }
  friend bool operator==(const InventoryEntry&, const InventoryEntry&) = default;
};

/// In `Hello::abilities`: requirements, checkpoints and gates of an attempt, in its slot.
inline constexpr std::string_view kChecksAbility = "checks";

struct Hello {
  std::uint32_t protocol = kProtocolVersion;
  std::string worker;             ///< its name
  std::uint64_t incarnation = 0;  ///< random for each process
  /// Grows with each hello of the process, so that one which comes late over an old connection is
  /// known for what it is. 0: hellos are not counted.
  std::uint64_t number = 0;
  /// Earlier processes on the same state directory, of which nothing is alive any more: a proof.
  std::vector<std::uint64_t> formers;
  std::string boot_id;  ///< of the machine
  std::string host;
  std::uint32_t slots = 1;
  std::vector<std::string> labels;
  std::vector<std::string> types;  ///< agent types that it offers
  bool every_type = false;         ///< offers any type (an embedded worker)
  std::vector<std::pair<std::string, std::int64_t>> resources;  ///< in thousandths
  /// What it can do beyond running a command: `checks`. An attempt that needs more than a worker
  /// can do does not go to it.
  std::vector<std::string> abilities;
  std::string containment;  ///< how its tickets are held together: `pid namespace` or `subreaper`
  std::string registry;     ///< of which its tokens are; empty: it holds none
  std::vector<InventoryEntry> inventory;
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("worker", worker);
    v("incarnation", incarnation);
    v("number", number);
    v("formers", formers);
    v("boot_id", boot_id);
    v("host", host);
    v("slots", slots);
    v("labels", labels);
    v("types", types);
    v("every_type", every_type);
    v("resources", resources);
    v("abilities", abilities);
    v("containment", containment);
    v("registry", registry);
    v("inventory", inventory);
  }
  friend bool operator==(const Hello&, const Hello&) = default;
};

/// What a worker is to do with an attempt of its inventory.
enum class Verdict : std::uint8_t {
  kContinue,  ///< it is yours; go on
  kKill,      ///< it is not yours any more; kill it, and answer with its result or `stopped`
  kResend,    ///< send its result again
  kForget,    ///< settled; drop all that you keep of it
};
template <>
struct EnumText<Verdict> {
  static constexpr std::array kWords = {
      std::pair{Verdict::kContinue, std::string_view{"continue"}},
      std::pair{Verdict::kKill, std::string_view{"kill"}},
      std::pair{Verdict::kResend, std::string_view{"resend"}},
      std::pair{Verdict::kForget, std::string_view{"forget"}},
  };
};

struct InventoryVerdict {
  Token token;
  Verdict verdict = Verdict::kContinue;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("verdict", verdict);
  }
  friend bool operator==(const InventoryVerdict&, const InventoryVerdict&) = default;
};

struct Welcome {
  std::uint32_t protocol = kProtocolVersion;
  std::string registry;
  Epoch epoch;
  std::uint64_t session = 0;  ///< repeated in every later message of both sides
  Duration lease{};
  Duration heartbeat{};
  std::vector<InventoryVerdict> verdicts;
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("registry", registry);
    v("epoch", epoch);
    v("session", session);
    v("lease_us", lease);
    v("heartbeat_us", heartbeat);
    v("verdicts", verdicts);
  }
  friend bool operator==(const Welcome&, const Welcome&) = default;
};

/// A hello that is not accepted. `retry`: it may be later (a name still in use); else the worker
/// gives up.
struct Refused {
  std::string reason;
  bool retry = false;
  template <class V>
  void fields(V& v) {
    v("reason", reason);
    v("retry", retry);
  }
  friend bool operator==(const Refused&, const Refused&) = default;
};

/// To a peer that speaks without a valid session: say hello again, with the full inventory.
struct HelloAgain {
  template <class V>
  void fields(V& /*v*/) {}
  friend bool operator==(const HelloAgain&, const HelloAgain&) = default;
};

// ---- Attempts

/// What a command beside a ticket's own is for.
enum class CheckKind : std::uint8_t { kRequirement, kCheckpoint, kGate, kPlanGate, kRollback };
template <>
struct EnumText<CheckKind> {
  static constexpr std::array kWords = {
      std::pair{CheckKind::kRequirement, std::string_view{"requirement"}},
      std::pair{CheckKind::kCheckpoint, std::string_view{"checkpoint"}},
      std::pair{CheckKind::kGate, std::string_view{"gate"}},
      std::pair{CheckKind::kPlanGate, std::string_view{"plan gate"}},
      std::pair{CheckKind::kRollback, std::string_view{"rollback"}},
  };
};

/// A requirement or gate that a worker runs in an attempt's slot.
struct CheckOrder {
  std::string name;
  std::vector<std::string> words;  ///< argv
  std::optional<Duration> timeout;
  std::uint32_t tries = 1;  ///< it passes when one of so many does
  Duration backoff{};       ///< before the second try
  double factor = 2.0;      ///< by which the backoff grows from one to the next
  bool beside = false;      ///< runs side by side with the one before it in the list
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("words", words);
    v("timeout_us", timeout);
    v("tries", tries);
    v("backoff_us", backoff);
    v("factor", factor);
    v("beside", beside);
  }
  friend bool operator==(const CheckOrder&, const CheckOrder&) = default;
};

/// A check beside an attempt's command: due at a share of progress, after a time, or, with neither,
/// when the command names it.
struct CheckpointOrder {
  std::string name;
  std::optional<double> share;  ///< 0..1
  std::optional<Duration> after;
  std::vector<std::string> words;  ///< argv; empty: nothing is checked
  std::optional<Duration> timeout;
  bool stop = false;  ///< the attempt ends when it fails
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("share", share);
    v("after_us", after);
    v("words", words);
    v("timeout_us", timeout);
    v("stop", stop);
  }
  friend bool operator==(const CheckpointOrder&, const CheckpointOrder&) = default;
};

/// A file that must be as it was recorded before the command may start.
struct ExpectedFile {
  std::string path;  ///< relative to the root
  std::uint64_t size = 0;
  std::string sha256;
  std::string origin;  ///< for people: whose artifact it is, or why it is expected
  template <class V>
  void fields(V& v) {
    v("path", path);
    v("size", size);
    v("sha256", sha256);
    v("origin", origin);
  }
  friend bool operator==(const ExpectedFile&, const ExpectedFile&) = default;
};

/// Everything that a worker needs to run one attempt.
struct AttemptSpec {
  std::string run;
  std::string ticket;
  std::uint32_t attempt = 1;
  std::vector<std::string> words;  ///< argv; a shell line comes as `/bin/sh -c LINE`
  std::string call;                ///< `module:function`, instead of `words`
  std::string args;                ///< of `call`: a JSON array or object; empty: none
  std::string
      root;  ///< the plan's folder where it was submitted; a worker with `--root` uses its own
  std::string dir;  ///< relative to the root
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<std::string> secrets;  ///< names only
  std::optional<Duration> timeout;
  Duration kill_grace{};
  bool finish_on_disconnect = false;
  std::vector<std::string> artifacts;     ///< patterns, relative to the root
  std::uint64_t output_head = 8U << 20U;  ///< bytes kept from the start of the output
  std::uint64_t output_tail = 1U << 20U;  ///< bytes kept from its end
  std::string check;  ///< name of the check that this is; empty: a ticket's own command
  // Before the command, in this order: `strict`, `inputs`, `require`.
  bool strict = false;  ///< programs and directories of all that is to run here must be there
  std::vector<ExpectedFile> inputs;
  std::vector<CheckOrder> require;
  std::vector<CheckpointOrder> checkpoints;
  std::string last_checkpoint;  ///< the last that an attempt of this ticket has passed
  /// After it and after its artifacts were read: the gates that this worker is to run, which are
  /// the ticket's first ones.
  std::vector<CheckOrder> gates;
  std::vector<std::string> watched;  ///< patterns: digests of these come with the result as well
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("ticket", ticket);
    v("attempt", attempt);
    v("words", words);
    v("call", call);
    v("args", args);
    v("root", root);
    v("dir", dir);
    v("env", env);
    v("secrets", secrets);
    v("timeout_us", timeout);
    v("kill_grace_us", kill_grace);
    v("finish_on_disconnect", finish_on_disconnect);
    v("artifacts", artifacts);
    v("output_head", output_head);
    v("output_tail", output_tail);
    v("check", check);
    v("strict", strict);
    v("inputs", inputs);
    v("require", require);
    v("checkpoints", checkpoints);
    v("last_checkpoint", last_checkpoint);
    v("gates", gates);
    v("watched", watched);
  }
  friend bool operator==(const AttemptSpec&, const AttemptSpec&) = default;
};

struct Assign {
  Token token;
  AttemptSpec spec;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("spec", spec);
  }
  friend bool operator==(const Assign&, const Assign&) = default;
};

struct Accept {
  Token token;
  template <class V>
  void fields(V& v) {
    v("token", token);
  }
  friend bool operator==(const Accept&, const Accept&) = default;
};

/// The worker does not run it: nothing of it was started, and nothing will be.
struct Reject {
  Token token;
  std::string reason;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("reason", reason);
  }
  friend bool operator==(const Reject&, const Reject&) = default;
};

struct Started {
  Token token;
  SlotId slot;
  std::int64_t process = 0;  ///< as the worker's machine numbers it
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("slot", slot);
    v("process", process);
  }
  friend bool operator==(const Started&, const Started&) = default;
};

struct Progress {
  Token token;
  double share = 0;  ///< 0..1
  std::string message;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("share", share);
    v("message", message);
  }
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// What an attempt is busy with in its slot; may be lost.
struct Step {
  enum class Kind : std::uint8_t { kRequirement, kCommand, kGate };
  Token token;
  Kind kind = Kind::kCommand;
  std::uint32_t number = 0;  ///< of the requirement or gate, from 1
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("kind", kind);
    v("number", number);
  }
  friend bool operator==(const Step&, const Step&) = default;
};
template <>
struct EnumText<Step::Kind> {
  static constexpr std::array kWords = {
      std::pair{Step::Kind::kRequirement, std::string_view{"requirement"}},
      std::pair{Step::Kind::kCommand, std::string_view{"command"}},
      std::pair{Step::Kind::kGate, std::string_view{"gate"}},
  };
};

/// A checkpoint was reached, and its check, should it have one, has ended.
struct CheckpointReached {
  Token token;
  std::uint32_t number = 0;  ///< of those that the attempt has reached, from 1
  std::string name;
  Outcome outcome = Outcome::kSucceeded;  ///< of its check; without one it has passed
  std::int32_t exit_code = 0;             ///< with `exit`
  Duration elapsed{};
  std::string detail{};  ///< for people
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("number", number);
    v("name", name);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("elapsed_us", elapsed);
    v("detail", detail);
  }
  friend bool operator==(const CheckpointReached&, const CheckpointReached&) = default;
};

struct CheckpointAck {
  Token token;
  std::uint32_t number = 0;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("number", number);
  }
  friend bool operator==(const CheckpointAck&, const CheckpointAck&) = default;
};

/// A piece of an attempt's output (standard output and error, as they came). An offset beyond the
/// end of what came before says that the bytes between were left out: the middle of a flood.
struct Output {
  Token token;
  std::uint64_t offset = 0;
  Bytes bytes;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("offset", offset);
    v("bytes", bytes);
  }
  friend bool operator==(const Output&, const Output&) = default;
};

struct Usage {
  Duration elapsed{};            ///< from start to end
  Duration cpu{};                ///< user and system, of the whole process tree
  std::uint64_t max_memory = 0;  ///< bytes, of its largest process
  template <class V>
  void fields(V& v) {
    v("elapsed_us", elapsed);
    v("cpu_us", cpu);
    v("max_memory", max_memory);
  }
  friend bool operator==(const Usage&, const Usage&) = default;
};

struct Artifact {
  std::string path;  ///< relative to the root
  std::uint64_t size = 0;
  std::string sha256;
  template <class V>
  void fields(V& v) {
    v("path", path);
    v("size", size);
    v("sha256", sha256);
  }
  friend bool operator==(const Artifact&, const Artifact&) = default;
};

/// How one try of a requirement or gate ended.
struct CheckResult {
  CheckKind kind = CheckKind::kGate;
  std::uint32_t number = 0;   ///< of the ticket's requirements or gates, from 1
  std::uint32_t attempt = 1;  ///< of this check in this attempt of the ticket, from 1
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;  ///< with `exit`
  std::int32_t signal = 0;     ///< with `signal`
  Duration elapsed{};
  std::string detail;  ///< for people
  template <class V>
  void fields(V& v) {
    v("kind", kind);
    v("number", number);
    v("attempt", attempt);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("signal", signal);
    v("elapsed_us", elapsed);
    v("detail", detail);
  }
  friend bool operator==(const CheckResult&, const CheckResult&) = default;
};

/// How an attempt ended. Sent only when nothing of its process tree is alive: it is the proof of
/// that as well.
struct AttemptResult {
  Token token;
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;  ///< with `exit`
  std::int32_t signal = 0;     ///< with `signal`
  std::string detail;          ///< for people
  Usage usage;
  std::vector<Artifact> artifacts;
  std::uint64_t output_size = 0;    ///< where its output ends, left out bytes included
  std::vector<CheckResult> checks;  ///< in the order in which they ended
  std::vector<Artifact> watched;    ///< files of `AttemptSpec::watched`, after a success
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("signal", signal);
    v("detail", detail);
    v("usage", usage);
    v("artifacts", artifacts);
    v("output_size", output_size);
    v("checks", checks);
    v("watched", watched);
  }
  friend bool operator==(const AttemptResult&, const AttemptResult&) = default;
};

enum class ResultVerdict : std::uint8_t {
  kCommitted,  ///< durable
  kDuplicate,  ///< was durable before
  kStale,      ///< not the ticket's attempt any more; changed nothing
};
template <>
struct EnumText<ResultVerdict> {
  static constexpr std::array kWords = {
      std::pair{ResultVerdict::kCommitted, std::string_view{"committed"}},
      std::pair{ResultVerdict::kDuplicate, std::string_view{"duplicate"}},
      std::pair{ResultVerdict::kStale, std::string_view{"stale"}},
  };
};

struct ResultAck {
  Token token;
  ResultVerdict verdict = ResultVerdict::kCommitted;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("verdict", verdict);
  }
  friend bool operator==(const ResultAck&, const ResultAck&) = default;
};

/// End an attempt: SIGTERM, `grace`, SIGKILL (at once when `grace` is 0). Answered by its result,
/// by `reject` when it was not started, or by `stopped` when the worker knows nothing of it. With
/// `recall` only what is not started is given back; a running attempt goes on, and no answer is
/// sent.
struct Stop {
  Token token;
  Duration grace{};
  bool recall = false;
  Outcome outcome = Outcome::kCancelled;  ///< what the result is to say
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("grace_us", grace);
    v("recall", recall);
    v("outcome", outcome);
  }
  friend bool operator==(const Stop&, const Stop&) = default;
};

/// Proof that nothing of the attempt is alive at this worker.
struct Stopped {
  Token token;
  template <class V>
  void fields(V& v) {
    v("token", token);
  }
  friend bool operator==(const Stopped&, const Stopped&) = default;
};

// ---- Heartbeats

/// What a worker's machine is busy with. Shares are 0..1; rates are bytes a second.
struct Load {
  double cpu = 0;
  double memory = 0;
  double disk_busy = 0;
  double network = 0;  ///< of the fastest interface's speed; 0 where that is not known
  std::uint64_t memory_bytes = 0;
  std::uint64_t disk_rate = 0;
  std::uint64_t network_rate = 0;
  template <class V>
  void fields(V& v) {
    v("cpu", cpu);
    v("memory", memory);
    v("disk_busy", disk_busy);
    v("network", network);
    v("memory_bytes", memory_bytes);
    v("disk_rate", disk_rate);
    v("network_rate", network_rate);
  }
  friend bool operator==(const Load&, const Load&) = default;
};

struct Heartbeat {
  std::uint64_t number = 0;
  std::vector<InventoryEntry> held;  ///< the full inventory again
  Load load;
  std::optional<WallTime> wall_clock{};  ///< the worker's calendar when it was sent
  template <class V>
  void fields(V& v) {
    v("number", number);
    v("held", held);
    v("load", load);
    v("wall_clock_ms", wall_clock);
  }
  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

/// How much of an attempt's output the coordinator has: everything before `offset`.
struct OutputReceived {
  Token token;
  std::uint64_t offset = 0;
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("offset", offset);
  }
  friend bool operator==(const OutputReceived&, const OutputReceived&) = default;
};

/// The lease is renewed, counted from when the worker sent heartbeat `number`.
struct HeartbeatAck {
  std::uint64_t number = 0;
  std::vector<Token> revoked;  ///< held, but not the worker's: kill
  std::vector<OutputReceived> outputs;
  template <class V>
  void fields(V& v) {
    v("number", number);
    v("revoked", revoked);
    v("outputs", outputs);
  }
  friend bool operator==(const HeartbeatAck&, const HeartbeatAck&) = default;
};

// ---- Leaving

/// From a worker: give me nothing more, I leave when what I run has ended. From the coordinator: do
/// so.
struct Drain {
  /// From the coordinator: once it has left, its process is to start itself anew and join again.
  bool restart = false;
  template <class V>
  void fields(V& v) {
    v("restart", restart);
  }
  friend bool operator==(const Drain&, const Drain&) = default;
};

/// The worker leaves; it holds nothing and runs nothing.
struct Goodbye {
  template <class V>
  void fields(V& /*v*/) {}
  friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

// ---- Being registered, before anything else, over a connection with a join token's key

/// A new worker wants to be known from now on by a key of its own.
struct Join {
  std::uint32_t protocol = kProtocolVersion;
  std::string worker;  ///< its name
  Bytes public_key;    ///< 32 bytes; the secret half never leaves the worker
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("worker", worker);
    v("public_key", public_key);
  }
  friend bool operator==(const Join&, const Join&) = default;
};

/// It is registered: connect with that key, and say hello.
struct Admitted {
  std::string worker;
  template <class V>
  void fields(V& v) {
    v("worker", worker);
  }
  friend bool operator==(const Admitted&, const Admitted&) = default;
};

/// Worker to coordinator.
using WorkerMessage =
    std::variant<Hello, Accept, Reject, Started, Progress, Step, CheckpointReached, Output,
                 AttemptResult, Stopped, Heartbeat, Drain, Goodbye>;
/// Coordinator to worker.
using CoordinatorMessage = std::variant<Welcome, Refused, HelloAgain, Assign, CheckpointAck,
                                        ResultAck, Stop, HeartbeatAck, Drain>;

/// The word under `type` in a message's map.
template <class Message>
struct MessageName;
#define HW_MESSAGE_NAME(Message, word)              \
  template <>                                       \
  struct MessageName<Message> {                     \
    static constexpr std::string_view kWord = word; \
  }
HW_MESSAGE_NAME(Hello, "hello");
HW_MESSAGE_NAME(Welcome, "welcome");
HW_MESSAGE_NAME(Refused, "refused");
HW_MESSAGE_NAME(HelloAgain, "hello_again");
HW_MESSAGE_NAME(Assign, "assign");
HW_MESSAGE_NAME(Accept, "accept");
HW_MESSAGE_NAME(Reject, "reject");
HW_MESSAGE_NAME(Started, "started");
HW_MESSAGE_NAME(Progress, "progress");
HW_MESSAGE_NAME(Step, "step");
HW_MESSAGE_NAME(CheckpointReached, "checkpoint");
HW_MESSAGE_NAME(CheckpointAck, "checkpoint_ack");
HW_MESSAGE_NAME(Output, "output");
HW_MESSAGE_NAME(AttemptResult, "result");
HW_MESSAGE_NAME(ResultAck, "result_ack");
HW_MESSAGE_NAME(Stop, "stop");
HW_MESSAGE_NAME(Stopped, "stopped");
HW_MESSAGE_NAME(Heartbeat, "heartbeat");
HW_MESSAGE_NAME(HeartbeatAck, "heartbeat_ack");
HW_MESSAGE_NAME(Drain, "drain");
HW_MESSAGE_NAME(Goodbye, "goodbye");
HW_MESSAGE_NAME(Join, "join");
HW_MESSAGE_NAME(Admitted, "admitted");

/// A message with the session under which it is sent; 0 in `hello`, `refused` and `hello_again`.
struct FromWorker {
  std::uint64_t session = 0;
  WorkerMessage message;
  friend bool operator==(const FromWorker&, const FromWorker&) = default;
};
struct FromCoordinator {
  std::uint64_t session = 0;
  CoordinatorMessage message;
  friend bool operator==(const FromCoordinator&, const FromCoordinator&) = default;
};

/// All that is said over a connection with a join token's key; the session is 0.
struct FromNewcomer {
  std::uint64_t session = 0;
  std::variant<Join> message;
  friend bool operator==(const FromNewcomer&, const FromNewcomer&) = default;
};
struct ToNewcomer {
  std::uint64_t session = 0;
  std::variant<Admitted, Refused> message;
  friend bool operator==(const ToNewcomer&, const ToNewcomer&) = default;
};

}  // namespace headway
