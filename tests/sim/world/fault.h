#pragma once

#include <array>
#include <cstdint>

#include "common/base/enum_text.h"

namespace headway::sim {

/// Everything that goes wrong in a world, by kind.
enum class Fault : std::uint8_t {
  kCrashBeforeCommit,
  kCrashAfterCommit,
  kCrashBetweenSends,
  kCoordinatorFreeze,
  kSlowCommit,
  kRestoredRegistry,
  kClockStep,
  kWorkerKilled,
  kWorkerFrozen,
  kWorkerDrained,
  kWorkerStopped,
  kStateLost,
  kSupervisorKilled,
  kMachineRebooted,
  kMachineLost,
  kConnectionReset,
  kCutBothWays,
  kCutUp,
  kCutDown,
  kCutAskew,
  kNamesake,
  kForgedMessage,
  kGarbage,
  kMessageLost,
  kMessageTwice,
  kMessageLate,
  kMessageReordered,
  kHang,
  kIgnoredTerm,
  kFailedCommand,
  kLeftProcesses,
  kKilledItsWorker,
  kOutputLost,
  kRefusedAssign,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kRefusedAssign) + 1;

/// How often each kind happened.
using FaultCounts = std::array<std::uint64_t, kFaults>;

}  // namespace headway::sim

namespace headway {

template <>
struct EnumText<sim::Fault> {
  static constexpr std::array kWords = {
      std::pair{sim::Fault::kCrashBeforeCommit,
                std::string_view{"coordinator crash before commit"}},
      std::pair{sim::Fault::kCrashAfterCommit, std::string_view{"coordinator crash after commit"}},
      std::pair{sim::Fault::kCrashBetweenSends,
                std::string_view{"coordinator crash between sends"}},
      std::pair{sim::Fault::kCoordinatorFreeze, std::string_view{"coordinator frozen"}},
      std::pair{sim::Fault::kSlowCommit, std::string_view{"slow commit"}},
      std::pair{sim::Fault::kRestoredRegistry, std::string_view{"older registry restored"}},
      std::pair{sim::Fault::kClockStep, std::string_view{"wall clock stepped"}},
      std::pair{sim::Fault::kWorkerKilled, std::string_view{"worker killed"}},
      std::pair{sim::Fault::kWorkerFrozen, std::string_view{"worker frozen"}},
      std::pair{sim::Fault::kWorkerDrained, std::string_view{"worker drained"}},
      std::pair{sim::Fault::kWorkerStopped, std::string_view{"worker stopped"}},
      std::pair{sim::Fault::kStateLost, std::string_view{"worker killed, its state lost"}},
      std::pair{sim::Fault::kSupervisorKilled, std::string_view{"slot supervisor killed"}},
      std::pair{sim::Fault::kMachineRebooted, std::string_view{"machine rebooted"}},
      std::pair{sim::Fault::kMachineLost, std::string_view{"machine lost for ever"}},
      std::pair{sim::Fault::kConnectionReset, std::string_view{"connection reset"}},
      std::pair{sim::Fault::kCutBothWays, std::string_view{"network cut both ways"}},
      std::pair{sim::Fault::kCutUp, std::string_view{"network cut to the coordinator"}},
      std::pair{sim::Fault::kCutDown, std::string_view{"network cut to the worker"}},
      std::pair{sim::Fault::kCutAskew, std::string_view{"network cut one way, then the other"}},
      std::pair{sim::Fault::kNamesake, std::string_view{"namesake of a worker cut off"}},
      std::pair{sim::Fault::kForgedMessage, std::string_view{"forged message"}},
      std::pair{sim::Fault::kGarbage, std::string_view{"garbage frame"}},
      std::pair{sim::Fault::kMessageLost, std::string_view{"message lost"}},
      std::pair{sim::Fault::kMessageTwice, std::string_view{"message twice"}},
      std::pair{sim::Fault::kMessageLate, std::string_view{"message late"}},
      std::pair{sim::Fault::kMessageReordered, std::string_view{"message out of order"}},
      std::pair{sim::Fault::kHang, std::string_view{"command hangs"}},
      std::pair{sim::Fault::kIgnoredTerm, std::string_view{"command ignores SIGTERM"}},
      std::pair{sim::Fault::kFailedCommand, std::string_view{"command fails"}},
      std::pair{sim::Fault::kLeftProcesses, std::string_view{"command leaves processes behind"}},
      std::pair{sim::Fault::kKilledItsWorker, std::string_view{"command kills its worker"}},
      std::pair{sim::Fault::kOutputLost, std::string_view{"output lost to a full disk"}},
      std::pair{sim::Fault::kRefusedAssign, std::string_view{"assign refused"}},
  };
};

}  // namespace headway
