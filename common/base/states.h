#pragma once

#include <cstdint>

#include "common/base/enum_text.h"

namespace headway {

/// The life of a ticket (architecture, section 4):
///
///   waiting -> ready -> assigned -> running -> validating -> succeeded -> undone
///      |         ^          |          |           |    `--> review -> succeeded | failed
///      |         `----------+----------+-----------+ (retry, worker lost, taken back, stopped)
///      |                                           `-> failed (attempts used up)
///      `-> aborted (something it depends on did not succeed)      any before the end -> cancelled
enum class TicketState : std::uint8_t {
  kWaiting,
  kReady,
  kAssigned,
  kRunning,
  kValidating,
  kReview,
  kSucceeded,
  kFailed,
  kAborted,
  kCancelled,
  kUndone,
};

constexpr bool is_final(TicketState state) { return state >= TicketState::kSucceeded; }
/// Whether an attempt holds the ticket's locks and resources.
constexpr bool is_alive(TicketState state) {
  return state >= TicketState::kAssigned && state <= TicketState::kReview;
}

template <>
struct EnumText<TicketState> {
  static constexpr std::array kWords = {
      std::pair{TicketState::kWaiting, std::string_view{"waiting"}},
      std::pair{TicketState::kReady, std::string_view{"ready"}},
      std::pair{TicketState::kAssigned, std::string_view{"assigned"}},
      std::pair{TicketState::kRunning, std::string_view{"running"}},
      std::pair{TicketState::kValidating, std::string_view{"validating"}},
      std::pair{TicketState::kReview, std::string_view{"review"}},
      std::pair{TicketState::kSucceeded, std::string_view{"succeeded"}},
      std::pair{TicketState::kFailed, std::string_view{"failed"}},
      std::pair{TicketState::kAborted, std::string_view{"aborted"}},
      std::pair{TicketState::kCancelled, std::string_view{"cancelled"}},
      std::pair{TicketState::kUndone, std::string_view{"undone"}},
  };
};

/// How an attempt ended.
enum class Outcome : std::uint8_t {
  kSucceeded,
  kExit,           ///< the command ended with a code other than 0
  kSignal,         ///< a signal that Headway did not send
  kTimeout,        ///< it ran longer than its timeout
  kOutOfMemory,    ///< the kernel killed it for want of memory
  kCouldNotStart,  ///< no such program, directory or secret
  kRequirement,    ///< a check before the command failed
  kGate,           ///< a check after the command failed, or a declared artifact is missing
  kWorkerLost,     ///< the lease ran out, or the worker proved that it died
  kKilledWorkers,  ///< too many workers were lost while they ran it
  kCancelled,      ///< a person stopped it
  kTakenBack,      ///< stopped or recalled to be handed out again; uses up no retry
};

template <>
struct EnumText<Outcome> {
  static constexpr std::array kWords = {
      std::pair{Outcome::kSucceeded, std::string_view{"succeeded"}},
      std::pair{Outcome::kExit, std::string_view{"exit"}},
      std::pair{Outcome::kSignal, std::string_view{"signal"}},
      std::pair{Outcome::kTimeout, std::string_view{"timeout"}},
      std::pair{Outcome::kOutOfMemory, std::string_view{"out of memory"}},
      std::pair{Outcome::kCouldNotStart, std::string_view{"could not start"}},
      std::pair{Outcome::kRequirement, std::string_view{"requirement"}},
      std::pair{Outcome::kGate, std::string_view{"gate"}},
      std::pair{Outcome::kWorkerLost, std::string_view{"worker lost"}},
      std::pair{Outcome::kKilledWorkers, std::string_view{"killed its workers"}},
      std::pair{Outcome::kCancelled, std::string_view{"cancelled"}},
      std::pair{Outcome::kTakenBack, std::string_view{"taken back"}},
  };
};

/// The life of a run:
///
///   running <-> paused            running | paused -> stopping -> stopped (resumable) | cancelled
///      `-> succeeded | failed     stopped -> running (resumed)
enum class RunState : std::uint8_t {
  kRunning,
  kPaused,
  kStopping,
  kStopped,
  kSucceeded,
  kFailed,
  kCancelled,
};

/// Whether nothing more happens in a run unless a person opens it again.
constexpr bool is_final(RunState state) { return state >= RunState::kSucceeded; }

template <>
struct EnumText<RunState> {
  static constexpr std::array kWords = {
      std::pair{RunState::kRunning, std::string_view{"running"}},
      std::pair{RunState::kPaused, std::string_view{"paused"}},
      std::pair{RunState::kStopping, std::string_view{"stopping"}},
      std::pair{RunState::kStopped, std::string_view{"stopped"}},
      std::pair{RunState::kSucceeded, std::string_view{"succeeded"}},
      std::pair{RunState::kFailed, std::string_view{"failed"}},
      std::pair{RunState::kCancelled, std::string_view{"cancelled"}},
  };
};

}  // namespace headway
