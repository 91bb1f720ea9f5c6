#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/messages/worker_messages.h"
#include "coordinator/core/fact.h"

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
  std::vector<RunId> runs;  ///< acted upon
  friend bool operator==(const AnswerControl&, const AnswerControl&) = default;
};
struct AnswerWorkerControl {
  std::uint64_t request = 0;
  WorkerControlAnswer answer;
  friend bool operator==(const AnswerWorkerControl&, const AnswerWorkerControl&) = default;
};
struct AnswerError {
  std::uint64_t request = 0;
  Error error;
  friend bool operator==(const AnswerError&, const AnswerError&) = default;
};

using Effect = std::variant<SendToWorker, StoreOutput, AnswerSubmit, AnswerControl,
                            AnswerWorkerControl, AnswerError>;

/// All that came of one turn.
struct Turn {
  std::vector<Fact> facts;
  std::vector<Effect> effects;
  std::vector<std::pair<RunId, std::uint64_t>>
      submitted;  ///< a new run, and the request that brought its plan
};

}  // namespace headway
