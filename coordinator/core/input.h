#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "common/messages/control_messages.h"
#include "common/messages/worker_messages.h"
#include "coordinator/core/plan_change.h"
#include "coordinator/core/plan_revision.h"
#include "coordinator/core/state.h"

namespace headway {

/// What the shell tells the core. `request` is the shell's number for whoever waits for the answer.

struct WorkerInput {
  std::string peer;  ///< the connection that it came over
  FromWorker message;
};
struct SubmitInput {
  std::uint64_t request = 0;
  std::shared_ptr<const RunPlan> source;
};
struct PauseInput {
  std::uint64_t request = 0;
  RunId run;  ///< 0: all that are unfinished
  bool dry_run = false;
};
struct ResumeInput {
  std::uint64_t request = 0;
  RunId run;
  bool dry_run = false;
};
struct StopInput {
  std::uint64_t request = 0;
  StopRequest stop;
};

struct TicketInput {
  std::uint64_t request = 0;
  TicketControl control;
  /// Where the run has ended and left the memory: a state with it alone, from the registry.
  std::shared_ptr<const State> ended;
};
/// What a `VerifyRegistry` has found.
struct VerifiedInput {
  RunId run;
  std::uint32_t problems = 0;
  std::string detail;
};
struct WorkerControlInput {
  std::uint64_t request = 0;
  WorkerControl control;
};

struct AdjustInput {
  std::uint64_t request = 0;
  AdjustRequest adjust;
};
struct ClearLocksInput {
  std::uint64_t request = 0;
  ClearLocksRequest clear;
};

/// A new version of a run's plan.
struct ApplyInput {
  std::uint64_t request = 0;
  RunId run;
  std::shared_ptr<const PlanRevision> revision;
  PlanChangeWishes wishes;
  bool dry_run = false;
  std::string by;
  std::string comment;
};

/// A worker's key is not known any more.
struct ShutOutInput {
  std::string worker;  ///< its name
  std::string why;
};

using Input = std::variant<WorkerInput, SubmitInput, PauseInput, ResumeInput, StopInput,
                           TicketInput, VerifiedInput, WorkerControlInput, AdjustInput,
                           ClearLocksInput, ApplyInput, ShutOutInput>;

}  // namespace headway
