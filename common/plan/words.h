#pragma once

#include "common/base/enum_text.h"
#include "common/plan/diagnostic.h"
#include "common/plan/plan.h"

/// The words of the enumerations of plans and tickets, as people write them and as the schemas list
/// them.

namespace headway {

template <>
struct EnumText<Priority> {
  static constexpr std::array kWords = {
      std::pair{Priority::kCritical, std::string_view{"critical"}},
      std::pair{Priority::kHigh, std::string_view{"high"}},
      std::pair{Priority::kMedium, std::string_view{"medium"}},
      std::pair{Priority::kLow, std::string_view{"low"}},
      std::pair{Priority::kBackground, std::string_view{"background"}},
  };
};

template <>
struct EnumText<LockMode> {
  static constexpr std::array kWords = {
      std::pair{LockMode::kWrite, std::string_view{"write"}},
      std::pair{LockMode::kRead, std::string_view{"read"}},
  };
};

template <>
struct EnumText<Isolation> {
  static constexpr std::array kWords = {
      std::pair{Isolation::kParallel, std::string_view{"parallel"}},
      std::pair{Isolation::kSequential, std::string_view{"sequential"}},
      std::pair{Isolation::kIsolated, std::string_view{"isolated"}},
  };
};

template <>
struct EnumText<RetryCause> {
  static constexpr std::array kWords = {
      std::pair{RetryCause::kExit, std::string_view{"exit"}},
      std::pair{RetryCause::kSignal, std::string_view{"signal"}},
      std::pair{RetryCause::kTimeout, std::string_view{"timeout"}},
      std::pair{RetryCause::kOutOfMemory, std::string_view{"out of memory"}},
      std::pair{RetryCause::kCouldNotStart, std::string_view{"could not start"}},
      std::pair{RetryCause::kRequirement, std::string_view{"requirement"}},
      std::pair{RetryCause::kGate, std::string_view{"gate"}},
  };
};

template <>
struct EnumText<OnDisconnect> {
  static constexpr std::array kWords = {
      std::pair{OnDisconnect::kKill, std::string_view{"kill"}},
      std::pair{OnDisconnect::kFinish, std::string_view{"finish"}},
  };
};

template <>
struct EnumText<Reassign> {
  static constexpr std::array kWords = {
      std::pair{Reassign::kOnExpiry, std::string_view{"on_expiry"}},
      std::pair{Reassign::kOnProof, std::string_view{"on_proof"}},
  };
};

template <>
struct EnumText<OnCheckpointFail> {
  static constexpr std::array kWords = {
      std::pair{OnCheckpointFail::kWarn, std::string_view{"warn"}},
      std::pair{OnCheckpointFail::kStop, std::string_view{"stop"}},
  };
};

template <>
struct EnumText<OnPlanGateFail> {
  static constexpr std::array kWords = {
      std::pair{OnPlanGateFail::kWarn, std::string_view{"warn"}},
      std::pair{OnPlanGateFail::kPause, std::string_view{"pause"}},
      std::pair{OnPlanGateFail::kFail, std::string_view{"fail"}},
  };
};

template <>
struct EnumText<OnReviewTimeout> {
  static constexpr std::array kWords = {
      std::pair{OnReviewTimeout::kReject, std::string_view{"reject"}},
      std::pair{OnReviewTimeout::kApprove, std::string_view{"approve"}},
  };
};

template <>
struct EnumText<RollbackScope> {
  static constexpr std::array kWords = {
      std::pair{RollbackScope::kTicket, std::string_view{"ticket"}},
      std::pair{RollbackScope::kDescendants, std::string_view{"descendants"}},
      std::pair{RollbackScope::kGroup, std::string_view{"group"}},
      std::pair{RollbackScope::kRun, std::string_view{"run"}},
  };
};

template <>
struct EnumText<TicketStatus> {
  static constexpr std::array kWords = {
      std::pair{TicketStatus::kPending, std::string_view{"pending"}},
      std::pair{TicketStatus::kInProgress, std::string_view{"in-progress"}},
      std::pair{TicketStatus::kCompleted, std::string_view{"completed"}},
      std::pair{TicketStatus::kBlocked, std::string_view{"blocked"}},
      std::pair{TicketStatus::kCancelled, std::string_view{"cancelled"}},
  };
};

template <>
struct EnumText<Strategy> {
  static constexpr std::array kWords = {
      std::pair{Strategy::kMaximum, std::string_view{"maximum"}},
      std::pair{Strategy::kBalanced, std::string_view{"balanced"}},
      std::pair{Strategy::kSequential, std::string_view{"sequential"}},
  };
};

template <>
struct EnumText<OnFailure> {
  static constexpr std::array kWords = {
      std::pair{OnFailure::kContinue, std::string_view{"continue"}},
      std::pair{OnFailure::kFailFast, std::string_view{"fail_fast"}},
  };
};

template <>
struct EnumText<Severity> {
  static constexpr std::array kWords = {
      std::pair{Severity::kError, std::string_view{"error"}},
      std::pair{Severity::kWarning, std::string_view{"warning"}},
  };
};

}  // namespace headway
