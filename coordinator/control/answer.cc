#include "coordinator/control/answer.h"

namespace headway {

namespace {

/// More than any message has that Headway writes, and well within a frame.
constexpr std::size_t kMaxErrorBytes = 256U << 10U;

template <class Question, class Ask>
Reply answered(const Request& request, Ask ask) {
  const Result<Question> question = decode_body<Question>(request.body.data);
  if (!question) return error_reply(request, question.error());
  const auto answer = ask(*question);
  if (!answer) return error_reply(request, answer.error());
  return body_reply(request, *answer);
}

template <class Question>
Result<std::optional<RunId>> run_in(const Request& request) {
  const Result<Question> question = decode_body<Question>(request.body.data);
  if (!question) return question.error();
  return std::optional(question->run);
}

}  // namespace

bool changes_something(Verb verb) {
  switch (verb) {
    case Verb::kUpload:
    case Verb::kSubmit:
    case Verb::kPause:
    case Verb::kResume:
    case Verb::kStop:
    case Verb::kTicket:
    case Verb::kWorker:
    case Verb::kAdjust:
    case Verb::kClearLocks:
    case Verb::kApply:
      return true;
    case Verb::kStatus:
    case Verb::kAgents:
    case Verb::kRuns:
    case Verb::kLogs:
    case Verb::kEvents:
    case Verb::kExplain:
    case Verb::kValidate:
    case Verb::kWatch:
    case Verb::kLocks:
    case Verb::kDiagnose:
    case Verb::kWhatIf:
    case Verb::kGraph:
      return false;
  }
  return false;
}

Result<std::optional<RunId>> run_asked_about(const Request& request) {
  switch (request.verb) {
    case Verb::kStatus:
      return run_in<StatusRequest>(request);
    case Verb::kLogs:
      return run_in<LogsRequest>(request);
    case Verb::kExplain:
      return run_in<ExplainRequest>(request);
    case Verb::kWatch:
      return run_in<WatchRequest>(request);
    case Verb::kDiagnose:
      return run_in<DiagnoseRequest>(request);
    case Verb::kWhatIf:
      return run_in<WhatIfRequest>(request);
    case Verb::kGraph:
      return run_in<GraphRequest>(request);
    case Verb::kEvents: {
      Result<std::optional<RunId>> run = run_in<EventsRequest>(request);
      if (run && **run == RunId{}) return std::optional<RunId>{};  // of all runs
      return run;
    }
    case Verb::kAgents:
    case Verb::kRuns:
    case Verb::kUpload:
    case Verb::kSubmit:
    case Verb::kPause:
    case Verb::kResume:
    case Verb::kStop:
    case Verb::kTicket:
    case Verb::kWorker:
    case Verb::kValidate:
    case Verb::kLocks:
    case Verb::kAdjust:
    case Verb::kClearLocks:
    case Verb::kApply:
      return std::optional<RunId>{};
  }
  return std::optional<RunId>{};
}

Reply answer_question(RegistryView& view, const Request& request, Now now) {
  switch (request.verb) {
    case Verb::kStatus:
      return answered<StatusRequest>(request, [&](const auto& q) { return view.status(q, now); });
    case Verb::kAgents:
      return answered<AgentsRequest>(request, [&](const auto& q) { return view.agents(q, now); });
    case Verb::kRuns:
      return answered<RunsRequest>(request, [&](const auto& q) { return view.runs(q, now); });
    case Verb::kLogs:
      return answered<LogsRequest>(request, [&](const auto& q) { return view.logs(q, now); });
    case Verb::kEvents:
      return answered<EventsRequest>(request, [&](const auto& q) { return view.events(q, now); });
    case Verb::kExplain:
      return answered<ExplainRequest>(request, [&](const auto& q) { return view.explain(q, now); });
    case Verb::kWatch:
      return answered<WatchRequest>(request, [&](const auto& q) { return view.watch(q, now); });
    case Verb::kGraph:
      return answered<GraphRequest>(request, [&](const auto& q) { return view.graph(q); });
    case Verb::kLocks:
      return answered<LocksRequest>(request, [&](const auto& q) { return view.locks(q, now); });
    case Verb::kDiagnose:
      return answered<DiagnoseRequest>(request,
                                       [&](const auto& q) { return view.diagnose(q, now); });
    case Verb::kWhatIf:
      return answered<WhatIfRequest>(request, [&](const auto& q) { return view.what_if(q, now); });
    case Verb::kUpload:
    case Verb::kSubmit:
    case Verb::kPause:
    case Verb::kResume:
    case Verb::kStop:
    case Verb::kTicket:
    case Verb::kWorker:
    case Verb::kValidate:
    case Verb::kAdjust:
    case Verb::kClearLocks:
    case Verb::kApply:
      break;
  }
  return error_reply(request, {ErrorKind::kUsage, "this is no question that is answered at once"});
}

Reply error_reply(const Request& request, const Error& error) {
  Reply reply;
  reply.id = request.id;
  reply.ok = false;
  reply.error_kind = error.kind;
  reply.error = error.message.substr(0, kMaxErrorBytes);
  return reply;
}

}  // namespace headway
