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
#include "common/messages/worker_messages.h"

/// What the worker's core and the supervisor of a slot say to each other. Plain data;
/// worker/process carries it between the two processes.

namespace headway::worker {

/// Run an attempt in a slot that is idle. The supervisor answers with SlotStarted and later
/// SlotEnded, or with SlotEnded alone when it could not start it.
struct StartSlot {
  SlotId slot;
  Token token;
  AttemptSpec spec;
  std::string root;  ///< absolute; where the plan's folder is on this machine
  std::optional<Instant>
      lease_ends;  ///< then everything is killed at once; none: runs to its end whatever happens
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("spec", spec);
    v("root", root);
    v("lease_ends_us", lease_ends);
  }
  friend bool operator==(const StartSlot&, const StartSlot&) = default;
};

/// The lease was renewed: the deadline moves.
struct ExtendLease {
  SlotId slot;
  Token token;
  Instant lease_ends;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("lease_ends_us", lease_ends);
  }
  friend bool operator==(const ExtendLease&, const ExtendLease&) = default;
};

/// End the attempt: SIGTERM, `grace`, SIGKILL; SIGKILL at once with no grace. The attempt's outcome
/// will be `outcome`, unless it has ended by itself before.
struct StopSlot {
  SlotId slot;
  Token token;
  Duration grace{};
  Outcome outcome = Outcome::kCancelled;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("grace_us", grace);
    v("outcome", outcome);
  }
  friend bool operator==(const StopSlot&, const StopSlot&) = default;
};

using SlotCommand = std::variant<StartSlot, ExtendLease, StopSlot>;

struct SlotStarted {
  SlotId slot;
  Token token;
  std::int64_t process = 0;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("process", process);
  }
  friend bool operator==(const SlotStarted&, const SlotStarted&) = default;
};

/// Secrets are masked already. An offset beyond the end of what came before: bytes left out of a
/// flood.
struct SlotOutput {
  SlotId slot;
  Token token;
  std::uint64_t offset = 0;
  Bytes bytes;  ///< at most 64 KiB
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("offset", offset);
    v("bytes", bytes);
  }
  friend bool operator==(const SlotOutput&, const SlotOutput&) = default;
};

/// From HEADWAY_PROGRESS.
struct SlotProgress {
  SlotId slot;
  Token token;
  double share = 0;
  std::string message;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("share", share);
    v("message", message);
  }
  friend bool operator==(const SlotProgress&, const SlotProgress&) = default;
};
/// A checkpoint was reached, and its check, should it have one, has ended.
struct SlotCheckpoint {
  SlotId slot;
  Token token;
  std::string name;
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;
  Duration elapsed{};
  std::string detail{};
  std::uint32_t left_out = 0;  ///< so many before it were named and are not told of
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("name", name);
    v("outcome", outcome);
    v("exit_code", exit_code);
    v("elapsed_us", elapsed);
    v("detail", detail);
    v("left_out", left_out);
  }
  friend bool operator==(const SlotCheckpoint&, const SlotCheckpoint&) = default;
};

/// A requirement, the command or a gate begins.
struct SlotStep {
  SlotId slot;
  Token token;
  Step::Kind kind = Step::Kind::kCommand;
  std::uint32_t number = 0;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
    v("kind", kind);
    v("number", number);
  }
  friend bool operator==(const SlotStep&, const SlotStep&) = default;
};

/// The attempt has ended and nothing of its process tree is alive.
struct SlotEnded {
  SlotId slot;
  Token token;
  Outcome outcome = Outcome::kSucceeded;
  std::int32_t exit_code = 0;
  std::int32_t signal = 0;
  std::string detail;
  Usage usage;
  std::vector<Artifact> artifacts;
  std::uint64_t output_size = 0;
  std::vector<CheckResult> checks;
  std::vector<Artifact> watched;
  template <class V>
  void fields(V& v) {
    v("slot", slot);
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
  friend bool operator==(const SlotEnded&, const SlotEnded&) = default;
};

/// The supervisor itself died. `contained`: the kernel killed everything in its slot with it (a PID
/// namespace), or the worker has swept up what it left. A new supervisor has taken its place when
/// this arrives.
struct SlotLost {
  SlotId slot;
  Token token;  ///< what it ran; 0: nothing
  template <class V>
  void fields(V& v) {
    v("slot", slot);
    v("token", token);
  }
  friend bool operator==(const SlotLost&, const SlotLost&) = default;
};

using SlotEvent = std::variant<SlotStarted, SlotOutput, SlotProgress, SlotStep, SlotCheckpoint,
                               SlotEnded, SlotLost>;

}  // namespace headway::worker

namespace headway {

HW_MESSAGE_NAME(worker::StartSlot, "start");
HW_MESSAGE_NAME(worker::ExtendLease, "extend");
HW_MESSAGE_NAME(worker::StopSlot, "stop_slot");
HW_MESSAGE_NAME(worker::SlotStarted, "slot_started");
HW_MESSAGE_NAME(worker::SlotOutput, "slot_output");
HW_MESSAGE_NAME(worker::SlotProgress, "slot_progress");
HW_MESSAGE_NAME(worker::SlotStep, "slot_step");
HW_MESSAGE_NAME(worker::SlotCheckpoint, "slot_checkpoint");
HW_MESSAGE_NAME(worker::SlotEnded, "slot_ended");
HW_MESSAGE_NAME(worker::SlotLost, "slot_lost");

}  // namespace headway
