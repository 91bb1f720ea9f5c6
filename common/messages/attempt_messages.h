#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/bytes.h"
#include "common/messages/check_messages.h"

/// How an attempt is handed out, told of, ended, and its result taken.

namespace headway {

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
  std::vector<std::string> watched;   ///< patterns: digests of these come with the result as well
  std::vector<std::string> rollback;  ///< argv of what would put the ticket back: not run, but
                                      ///< looked for where `strict`
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
    v("rollback", rollback);
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
  SlotId slot{};                    ///< where it ran
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
    v("slot", slot);
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

}  // namespace headway
