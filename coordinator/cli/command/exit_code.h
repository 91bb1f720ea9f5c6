#pragma once

#include "common/base/result.h"

namespace headway::cli {

/// How the command ends. Scripts rely on these numbers; they never change their meaning.
enum ExitCode : int {
  kExitDone = 0,
  kExitError = 1,
  kExitUsage = 2,
  kExitInvalidPlan = 3,
  kExitDenied = 4,
  kExitNoCoordinator = 5,
  kExitTimedOut = 6,
  kExitTicketsFailed = 7,
  kExitStopped = 8,
  kExitInterrupted = 130,
};

/// The code for a failure of this kind.
constexpr ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kFailed:
    case ErrorKind::kNotFound:
    case ErrorKind::kInUse:
      return kExitError;
    case ErrorKind::kUsage:
      return kExitUsage;
    case ErrorKind::kInvalidPlan:
      return kExitInvalidPlan;
    case ErrorKind::kDenied:
      return kExitDenied;
    case ErrorKind::kUnreachable:
      return kExitNoCoordinator;
    case ErrorKind::kTimedOut:
      return kExitTimedOut;
  }
  return kExitError;
}

}  // namespace headway::cli
