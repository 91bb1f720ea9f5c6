#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "common/system/state_paths.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/control_client.h"

namespace headway::cli {

/// Answers that outlive their coordinator: an embedded one ends with the last run, perhaps before
/// everybody who looked on has seen the end. When it no longer answers and nobody listens on its
/// socket, its registry is asked from then on. A client that is not owned must outlive this.
class LastingAnswers final : public Answers {
 public:
  /// Without `state` (a coordinator that is known by its address) it is the client and no more.
  LastingAnswers(ControlClient& client, std::optional<StatePaths> state)
      : client_(client), state_(std::move(state)) {}
  /// Owns its client.
  LastingAnswers(std::unique_ptr<ControlClient> client, std::optional<StatePaths> state)
      : owned_(std::move(client)), client_(*owned_), state_(std::move(state)) {}

  Result<StatusAnswer> status(const StatusRequest& request) override;
  Result<AgentsAnswer> agents(const AgentsRequest& request) override;
  Result<RunsAnswer> runs(const RunsRequest& request) override;
  Result<LogsAnswer> logs(const LogsRequest& request) override;
  Result<EventsAnswer> events(const EventsRequest& request) override;
  Result<DiagnoseAnswer> diagnose(const DiagnoseRequest& request) override;
  Result<ExplainAnswer> explain(const ExplainRequest& request) override;
  Result<GraphAnswer> graph(const GraphRequest& request) override;
  Result<WatchAnswer> watch(const WatchRequest& request) override;
  Result<WhatIfAnswer> what_if(const WhatIfRequest& request) override;
  [[nodiscard]] bool live() const override { return registry_ == nullptr; }

 private:
  template <class Answer, class Question>
  Result<Answer> ask(Result<Answer> (Answers::*verb)(const Question&), const Question& question);

  std::unique_ptr<ControlClient> owned_;  ///< null: somebody else's
  ControlClient& client_;
  std::optional<StatePaths> state_;
  std::unique_ptr<Answers> registry_;
};

}  // namespace headway::cli
