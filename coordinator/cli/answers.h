#pragma once

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/messages/diagnosis_messages.h"
#include "common/messages/graph_messages.h"
#include "common/messages/watch_messages.h"

namespace headway::cli {

/// Who answers the verbs that only read: a living coordinator (ControlClient), or the registry of a
/// state directory where none is alive. One page for each question, as control_messages.h says.
class Answers {
 public:
  Answers() = default;
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  virtual ~Answers() = default;

  virtual Result<StatusAnswer> status(const StatusRequest& request) = 0;
  virtual Result<AgentsAnswer> agents(const AgentsRequest& request) = 0;
  virtual Result<RunsAnswer> runs(const RunsRequest& request) = 0;
  virtual Result<LogsAnswer> logs(const LogsRequest& request) = 0;
  /// May come back empty and early when the process was signalled.
  virtual Result<EventsAnswer> events(const EventsRequest& request) = 0;
  virtual Result<DiagnoseAnswer> diagnose(const DiagnoseRequest& request) = 0;
  virtual Result<ExplainAnswer> explain(const ExplainRequest& request) = 0;
  virtual Result<GraphAnswer> graph(const GraphRequest& request) = 0;
  virtual Result<WatchAnswer> watch(const WatchRequest& request) = 0;
  virtual Result<WhatIfAnswer> what_if(const WhatIfRequest& request) = 0;
  /// Whether something can still happen: nothing does in the registry of a coordinator that is
  /// gone.
  [[nodiscard]] virtual bool live() const = 0;
};

/// All pages of a status, with every ticket; the summary is that of the first page.
Result<StatusAnswer> whole_status(Answers& answers, RunId run);
Result<std::vector<AgentView>> all_agents(Answers& answers);
/// The latest first; at most `most`.
Result<std::vector<RunSummary>> list_runs(Answers& answers, std::size_t most);
/// All events of a run there are by now, the oldest first.
Result<std::vector<EventView>> all_events(Answers& answers, RunId run);
/// What the tickets of a run wait for, by their places in `whole_status`.
Result<std::vector<DependencyView>> all_dependencies(Answers& answers, RunId run);
/// The number of the last event of a run there is by now.
Result<Sequence> last_event(Answers& answers, RunId run);

}  // namespace headway::cli
