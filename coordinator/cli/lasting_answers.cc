#include "coordinator/cli/lasting_answers.h"

#include "coordinator/cli/registry_answers.h"

namespace headway::cli {

template <class Answer, class Question>
Result<Answer> LastingAnswers::ask(Result<Answer> (Answers::*verb)(const Question&),
                                   const Question& question) {
  if (registry_) return (registry_.get()->*verb)(question);
  Result<Answer> answer = (client_.*verb)(question);
  if (answer || answer.error().kind != ErrorKind::kUnreachable || !state_) return answer;
  if (socket_is_alive(state_->control_socket)) return answer;
  Result<std::unique_ptr<Answers>> registry = open_registry_answers(*state_);
  if (!registry) return answer;
  registry_ = std::move(registry).value();
  return (registry_.get()->*verb)(question);
}

Result<StatusAnswer> LastingAnswers::status(const StatusRequest& request) {
  return ask(&Answers::status, request);
}
Result<AgentsAnswer> LastingAnswers::agents(const AgentsRequest& request) {
  return ask(&Answers::agents, request);
}
Result<RunsAnswer> LastingAnswers::runs(const RunsRequest& request) {
  return ask(&Answers::runs, request);
}
Result<LogsAnswer> LastingAnswers::logs(const LogsRequest& request) {
  return ask(&Answers::logs, request);
}
Result<EventsAnswer> LastingAnswers::events(const EventsRequest& request) {
  return ask(&Answers::events, request);
}
Result<DiagnoseAnswer> LastingAnswers::diagnose(const DiagnoseRequest& request) {
  return ask(&Answers::diagnose, request);
}
Result<ExplainAnswer> LastingAnswers::explain(const ExplainRequest& request) {
  return ask(&Answers::explain, request);
}
Result<GraphAnswer> LastingAnswers::graph(const GraphRequest& request) {
  return ask(&Answers::graph, request);
}
Result<WatchAnswer> LastingAnswers::watch(const WatchRequest& request) {
  return ask(&Answers::watch, request);
}
Result<WhatIfAnswer> LastingAnswers::what_if(const WhatIfRequest& request) {
  return ask(&Answers::what_if, request);
}

}  // namespace headway::cli
