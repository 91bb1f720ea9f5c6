#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/messages/diagnosis_messages.h"
#include "common/messages/graph_messages.h"
#include "common/messages/watch_messages.h"
#include "coordinator/control/forecasts.h"
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
/// Without a core, runs are folded from the journal; the last one is kept, for the next page. With
/// one, those in its memory are answered at once and nothing is folded: that takes long, and
/// belongs to EndedRuns (`at_hand` says which). Not thread-safe; the registry and the output store
/// must outlive it.
class RegistryView {
 public:
  RegistryView(const Registry& registry, const OutputStore& outputs)
      : registry_(registry), outputs_(outputs) {}

  /// The core must outlive the view or be taken away again with null.
  void set_core(const Core* core) { core_ = core; }

  /// Where the ETA of runs is to be had; without it there is none. They must outlive the view.
  void set_forecasts(const Forecasts* forecasts) { forecasts_ = forecasts; }

  /// Folding a run ends early, with an error, when this says so.
  void give_up_when(std::function<bool()> give_up) { give_up_ = std::move(give_up); }

  Result<StatusAnswer> status(const StatusRequest& request, Now now);
  Result<AgentsAnswer> agents(const AgentsRequest& request, Now now);
  Result<RunsAnswer> runs(const RunsRequest& request, Now now);
  Result<LogsAnswer> logs(const LogsRequest& request, Now now);
  /// What there is now: waiting for more is the caller's.
  Result<EventsAnswer> events(const EventsRequest& request, Now now);
  Result<ExplainAnswer> explain(const ExplainRequest& request, Now now);
  Result<GraphAnswer> graph(const GraphRequest& request);
  /// As things are now: waiting for news is the caller's.
  Result<WatchAnswer> watch(const WatchRequest& request, Now now);
  /// On the agents of a living coordinator, else on those that the question names. Takes as long as
  /// two forecasts.
  Result<WhatIfAnswer> what_if(const WhatIfRequest& request, Now now);
  /// Only a living coordinator knows: an error without one.
  Result<LocksAnswer> locks(const LocksRequest& request, Now now) const;
  /// What is wrong with a run, why, and what to do (registry_diagnosis.cc).
  Result<DiagnoseAnswer> diagnose(const DiagnoseRequest& request, Now now);
  /// The checks that need the living coordinator, after those that `validate_run` made.
  Result<ValidateAnswer> validated(RunId run, const StateValidation& validation);
  /// Of a run that has ended: what the registry's list says.
  Result<RunSummary> summary(RunId run, Now now);

  /// The run meant where none is named: the only unfinished one, else the latest. With several
  /// unfinished: an error that lists them.
  Result<RunId> choose(RunId named) const;
  /// Whether questions about this run can be answered without folding it from the registry; also
  /// where there is no such run, and the answer an error.
  [[nodiscard]] bool at_hand(RunId named) const;

 private:
  /// A state that has this run, and the core where it is its own.
  struct Source {
    const State* state = nullptr;
    const Core* core = nullptr;
    const Run* run = nullptr;
  };
  Result<Source> source_of(RunId run);
  [[nodiscard]] Result<std::vector<ListedRun>> unfinished() const;
  void show_eta(RunSummary& summary, Now now) const {
    if (forecasts_ != nullptr) forecasts_->show(summary, now);
  }
  Result<const State*> any_state();
  /// Where an output is kept, and whether more of it may come.
  struct KeptOutput {
    Token token;
    std::uint32_t number = 0;  ///< which attempt, or time that the check ran; 0: none yet
    bool alive = false;        ///< what writes it
    TicketState state = TicketState::kWaiting;
  };
  Result<KeptOutput> output_of_attempt(const Source& source, const LogsRequest& request);
  Result<KeptOutput> output_of_check(const Source& source, const LogsRequest& request);
  Result<KeptOutput> output_of_plan_gate(const Source& source, const LogsRequest& request);
  /// Of the ticket's facts that are wanted, in their order.
  Result<std::vector<Token>> tokens_of(const Run& run, TicketIndex ticket,
                                       const std::function<bool(const Fact&)>& wanted) const;
  /// Of the failures that a person sees first, what they said last; of what cannot be read nothing.
  void show_output_ends(const Run& run, WatchAnswer& answer) const;
  [[nodiscard]] Token token_of_failure(const Run& run, TicketIndex ticket) const;
  Result<TicketIndex> find_ticket(const Run& run, const std::string& id) const;

  const Registry& registry_;
  const OutputStore& outputs_;
  const Core* core_ = nullptr;
  const Forecasts* forecasts_ = nullptr;
  std::optional<State> folded_;  ///< the last run that was not in memory
  RunId folded_run_;
  Sequence folded_at_;  ///< its last fact then
  std::function<bool()> give_up_;
};

}  // namespace headway
