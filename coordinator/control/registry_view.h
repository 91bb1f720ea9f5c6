#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "coordinator/control/validation.h"
#include "coordinator/core/core.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/output_store.h"
#include "coordinator/journal/registry.h"

namespace headway {

/// Answers the reading verbs from a registry and, where there is one, a living core, which is asked
/// first. Used by the coordinator's desk and, without a core, by the command when no coordinator is
/// alive: both give the same answers.
///
/// Runs that are not in the core's memory are folded from the journal; the last one so folded is
/// kept. Not thread-safe; the registry and the output store must outlive it.
class RegistryView {
 public:
  RegistryView(const Registry& registry, const OutputStore& outputs)
      : registry_(registry), outputs_(outputs) {}

  /// An ended run that was folded for an answer may come back to life.
  void forget_ended() { folded_.reset(); }
  /// The core must outlive the view or be taken away again with null.
  void set_core(const Core* core) { core_ = core; }

  Result<StatusAnswer> status(const StatusRequest& request, Now now);
  Result<AgentsAnswer> agents(const AgentsRequest& request, Now now);
  Result<RunsAnswer> runs(const RunsRequest& request, Now now);
  Result<LogsAnswer> logs(const LogsRequest& request, Now now);
  /// What there is now: waiting for more is the caller's.
  Result<EventsAnswer> events(const EventsRequest& request, Now now);
  Result<ExplainAnswer> explain(const ExplainRequest& request, Now now);
  /// The checks that need the living coordinator, after those that `validate_run` made.
  Result<ValidateAnswer> validated(RunId run, const Validation& validation);
  Result<RunSummary> summary(RunId run, Now now);

  /// The run meant where none is named: the only unfinished one, else the latest. With several
  /// unfinished: an error that lists them.
  Result<RunId> choose(RunId named);

 private:
  /// A state that has this run, and the core where it is its own.
  struct Source {
    const State* state = nullptr;
    const Core* core = nullptr;
    const Run* run = nullptr;
  };
  Result<Source> source_of(RunId run);
  Result<const State*> any_state();
  Result<TicketIndex> find_ticket(const Run& run, const std::string& id) const;

  const Registry& registry_;
  const OutputStore& outputs_;
  const Core* core_ = nullptr;
  std::optional<State> folded_;  ///< the last run that was not in memory
  RunId folded_run_;
  Sequence folded_at_;
};

}  // namespace headway
