#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/messages/worker_messages.h"
#include "coordinator/core/fact.h"
#include "coordinator/core/plan_change.h"
#include "coordinator/core/track_record.h"

namespace headway {

/// What the core wants done, after the facts of its turn are durable and not before.

struct SendToWorker {
  std::string peer;
  FromCoordinator message;
  friend bool operator==(const SendToWorker&, const SendToWorker&) = default;
};
struct StoreOutput {
  RunId run;
  Token token;
  std::uint64_t offset = 0;
  std::string bytes;
  friend bool operator==(const StoreOutput&, const StoreOutput&) = default;
};
struct AnswerSubmit {
  std::uint64_t request = 0;
  SubmitAnswer answer;
  friend bool operator==(const AnswerSubmit&, const AnswerSubmit&) = default;
};
struct AnswerControl {
  std::uint64_t request = 0;
  std::vector<RunId> runs;        ///< acted upon
  std::vector<Change> changes{};  ///< that were made, or with `dry_run` would be
  friend bool operator==(const AnswerControl&, const AnswerControl&) = default;
};
struct AnswerWorkerControl {
  std::uint64_t request = 0;
  WorkerControlAnswer answer;
  friend bool operator==(const AnswerWorkerControl&, const AnswerWorkerControl&) = default;
};
struct AnswerAdjust {
  std::uint64_t request = 0;
  AdjustAnswer answer;
  friend bool operator==(const AnswerAdjust&, const AnswerAdjust&) = default;
};
struct AnswerClearLocks {
  std::uint64_t request = 0;
  ClearLocksAnswer answer;
  friend bool operator==(const AnswerClearLocks&, const AnswerClearLocks&) = default;
};
struct AnswerApply {
  std::uint64_t request = 0;
  std::shared_ptr<const PlanChange> change;
  Sequence sequence{};  ///< of the fact that the plan has changed; 0: it has not
  friend bool operator==(const AnswerApply&, const AnswerApply&) = default;
};
struct AnswerError {
  std::uint64_t request = 0;
  Error error;
  friend bool operator==(const AnswerError&, const AnswerError&) = default;
};

/// Look, beside everything else, whether the registry agrees with itself and with the files; a
/// VerifiedInput tells.
struct VerifyRegistry {
  RunId run;
  friend bool operator==(const VerifyRegistry&, const VerifyRegistry&) = default;
};

using Effect =
    std::variant<SendToWorker, StoreOutput, VerifyRegistry, AnswerSubmit, AnswerControl,
                 AnswerWorkerControl, AnswerAdjust, AnswerClearLocks, AnswerApply, AnswerError>;

/// How many tickets of a run have ended, and how.
struct EndedCounts {
  RunId run;
  std::uint32_t succeeded = 0, failed = 0, aborted = 0, cancelled = 0;
  friend bool operator==(const EndedCounts&, const EndedCounts&) = default;
};

/// All that came of one turn.
struct Turn {
  std::vector<Fact> facts;
  /// As they were after each fact that changed a run's state, in that order: for the list of runs,
  /// which would have to add up all facts of a run otherwise.
  std::vector<EndedCounts> counts;
  /// Those of the track record that the facts changed, as they are after all of them.
  std::vector<KeptTally> tallies;
  std::vector<Effect> effects;
  std::vector<std::pair<RunId, std::uint64_t>>
      submitted;  ///< a new run, and the request that brought its plan
  std::vector<std::pair<RunId, std::uint64_t>>
      replanned;  ///< a run, and the request that brought its plan's new version
};

}  // namespace headway
