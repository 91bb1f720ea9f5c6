#include "coordinator/control/desk.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/plan_file/plan_reader.h"
#include "common/system/files.h"
#include "common/wire/codec.h"
#include "coordinator/control/replay.h"
#include "coordinator/control/run_source.h"

namespace headway {

namespace {

constexpr std::size_t kMostUploads = 8;
constexpr std::size_t kMostWaiters = 1000;
constexpr std::size_t kMostReading = 10'000;
constexpr std::size_t kMostClients = 1000;
constexpr Duration kLongestWait = std::chrono::seconds{30};
constexpr std::size_t kMostUnmetNamed = 20;

bool changes_something(Verb verb) {
  switch (verb) {
    case Verb::kUpload:
    case Verb::kSubmit:
    case Verb::kPause:
    case Verb::kResume:
    case Verb::kStop:
    case Verb::kTicket:
    case Verb::kWorker:
      return true;
    case Verb::kStatus:
    case Verb::kAgents:
    case Verb::kRuns:
    case Verb::kLogs:
    case Verb::kEvents:
    case Verb::kExplain:
    case Verb::kValidate:
      return false;
  }
  return false;
}

}  // namespace

void Desk::receive(const PeerId& peer, const Request& request, Now now,
                   std::vector<Input>& inputs) {
  const Asked asked{peer, request};
  if (request.protocol != kProtocolVersion) {
    return reply_error(asked, {ErrorKind::kFailed,
                               fmt::format("this coordinator speaks protocol {}, the client {}",
                                           kProtocolVersion, request.protocol)});
  }
  if (changes_something(request.verb)) {
    if (!repeated(asked)) change(asked, now, inputs);
    return;
  }
  if (reading_.size() >= kMostReading) {
    ++dropped_;
    return;
  }
  reading_.push_back(asked);
}

bool Desk::repeated(const Asked& asked) {
  for (auto& [number, waiting] : changing_) {
    if (waiting.request.client == asked.request.client && waiting.request.id == asked.request.id) {
      waiting.peer = asked.peer;  // it has reconnected; the answer goes there
      return true;
    }
  }
  const auto last = last_change_.find(asked.request.client);
  if (last == last_change_.end() || last->second.id != asked.request.id) return false;
  replies_.emplace_back(asked.peer, last->second);
  return true;
}

// ---- Changes

void Desk::change(const Asked& asked, Now now, std::vector<Input>& inputs) {
  const std::string& body = asked.request.body.data;
  const std::uint64_t number = ++last_number_;
  const auto refuse = [&](const Error& error) { reply_error(asked, error); };
  const auto hand_over = [&](Input input) {
    changing_.emplace(number, asked);
    inputs.push_back(std::move(input));
  };
  if (asked.request.verb == Verb::kUpload) {
    const Result<UploadRequest> piece = decode_body<UploadRequest>(body);
    if (!piece) return refuse(piece.error());
    return reply_with(asked, upload(asked.request.client, *piece, now));
  }
  if (asked.request.verb == Verb::kSubmit) {
    const Result<SubmitRequest> request = decode_body<SubmitRequest>(body);
    if (!request) return refuse(request.error());
    const Result<SubmitInput> input = submit(asked.request.client, *request, number);
    if (!input) return refuse(input.error());
    return hand_over(*input);
  }
  if (asked.request.verb == Verb::kStop) {
    const Result<StopRequest> request = decode_body<StopRequest>(body);
    if (!request) return refuse(request.error());
    return hand_over(StopInput{number, *request});
  }
  if (asked.request.verb == Verb::kTicket) {
    const Result<TicketControl> request = decode_body<TicketControl>(body);
    if (!request) return refuse(request.error());
    const Result<TicketInput> input = control_tickets(*request, number, now);
    if (!input) return refuse(input.error());
    return hand_over(*input);
  }
  if (asked.request.verb == Verb::kWorker) {
    const Result<WorkerControl> request = decode_body<WorkerControl>(body);
    if (!request) return refuse(request.error());
    return hand_over(WorkerControlInput{number, *request});
  }
  const Result<RunsControl> request = decode_body<RunsControl>(body);
  if (!request) return refuse(request.error());
  if (asked.request.verb == Verb::kPause) return hand_over(PauseInput{number, request->run});
  hand_over(ResumeInput{number, request->run});
}

Result<UploadAnswer> Desk::upload(std::uint64_t client, const UploadRequest& piece, Now now) {
  const std::pair key{client, piece.upload};
  if (piece.offset == 0 && !uploads_.contains(key) && uploads_.size() >= kMostUploads) {
    const auto oldest = std::ranges::min_element(
        uploads_, [](const auto& a, const auto& b) { return a.second.touched < b.second.touched; });
    uploads_.erase(oldest);
  }
  Upload& upload = uploads_[key];
  upload.touched = now.steady;
  if (piece.offset != upload.bytes.size()) {
    const std::size_t received = upload.bytes.size();
    if (received == 0) uploads_.erase(key);
    return Error{ErrorKind::kFailed,
                 fmt::format("the upload has {} bytes so far, and a piece came for {}", received,
                             piece.offset)};
  }
  if (upload.bytes.size() + piece.bytes.data.size() > kMaxPlanBytes) {
    uploads_.erase(key);
    return Error{ErrorKind::kInvalidPlan,
                 fmt::format("a plan has at most {} MiB", kMaxPlanBytes >> 20U)};
  }
  upload.bytes += piece.bytes.data;
  return UploadAnswer{upload.bytes.size()};
}

Result<SubmitInput> Desk::submit(std::uint64_t client, const SubmitRequest& request,
                                 std::uint64_t number) {
  if (!refusal_.empty()) return Error{ErrorKind::kDenied, refusal_};
  const auto found = uploads_.find({client, request.upload});
  if (found == uploads_.end())
    return Error{ErrorKind::kFailed, "the plan was not uploaded, or too long ago"};
  Submission submission;
  submission.text = std::move(found->second.bytes);
  uploads_.erase(found);
  submission.sha256 = sha256_hex(submission.text);
  if (submission.text.size() != request.size || submission.sha256 != request.sha256) {
    return Error{ErrorKind::kFailed,
                 "the plan that was uploaded is not the one that was meant; try again"};
  }
  if (!request.options.groups.empty() && !request.options.skip_dependencies) {
    RunOptions all = request.options;
    all.groups.clear();
    const Result<RunPlan> whole = make_run_plan(submission.text, all);
    if (!whole) return whole.error();
    const Result<std::vector<std::string>> succeeded =
        registry_.succeeded_tickets(submission.sha256);
    if (!succeeded) return succeeded.error();
    const std::vector<std::string> unmet = unmet_outside(*whole, request.options, *succeeded);
    if (!unmet.empty()) {
      std::string text = "the groups need what is left out:";
      for (std::size_t i = 0; i < std::min(unmet.size(), kMostUnmetNamed); ++i)
        text += "\n  " + unmet[i];
      if (unmet.size() > kMostUnmetNamed)
        text += fmt::format("\n  and {} more", unmet.size() - kMostUnmetNamed);
      return Error{ErrorKind::kInvalidPlan,
                   text + "\nrun those groups as well, or use --skip-dependencies"};
    }
  }
  Result<RunPlan> source = make_run_plan(submission.text, request.options);
  if (!source) return source.error();
  submission.source = std::make_shared<const RunPlan>(std::move(*source));
  SubmitInput input{number, submission.source};
  submissions_.emplace(number, std::move(submission));
  return input;
}

/// A run that has ended comes back from the registry, should the core open tickets of it again.
Result<TicketInput> Desk::control_tickets(const TicketControl& control, std::uint64_t number,
                                          Now now) {
  TicketInput input{number, control, nullptr};
  const Result<RunSummary> chosen = view_.summary(control.run, now);
  if (!chosen) return chosen.error();
  input.control.run = chosen->id;
  if (is_final(chosen->state)) {
    Result<State> ended = replay_run(registry_, chosen->id);
    if (!ended) return ended.error();
    input.ended = std::make_shared<const State>(std::move(*ended));
    view_.forget_ended();
  }
  return input;
}

StoredRun Desk::take_submission(std::uint64_t request, RunId run, Now now) {
  const auto found = submissions_.find(request);
  HW_CHECK(found != submissions_.end(), "a run was submitted without a plan");
  StoredRun stored;
  stored.id = run;
  stored.name = found->second.source->name;
  stored.submitted_at = now.wall;
  stored.plan_text = std::move(found->second.text);
  stored.plan_sha256 = found->second.sha256;
  stored.options = found->second.source->options;
  stored.tickets = stored_tickets(*found->second.source);
  submissions_.erase(found);
  return stored;
}

void Desk::answer(const Effect& effect, Now now) {
  const auto finish = [&](std::uint64_t request, const auto& act) {
    const auto found = changing_.find(request);
    if (found == changing_.end()) return;
    act(found->second);
    changing_.erase(found);
  };
  if (const auto* submitted = std::get_if<AnswerSubmit>(&effect)) {
    finish(submitted->request,
           [&](const Asked& asked) { reply(asked, {encode_body(submitted->answer)}); });
  } else if (const auto* error = std::get_if<AnswerError>(&effect)) {
    submissions_.erase(error->request);
    finish(error->request, [&](const Asked& asked) { reply_error(asked, error->error); });
  } else if (const auto* worker = std::get_if<AnswerWorkerControl>(&effect)) {
    finish(worker->request,
           [&](const Asked& asked) { reply(asked, {encode_body(worker->answer)}); });
  } else if (const auto* controlled = std::get_if<AnswerControl>(&effect)) {
    finish(controlled->request, [&](const Asked& asked) {
      ControlAnswer answer;
      for (const RunId run : controlled->runs) {
        const Result<RunSummary> summary = view_.summary(run, now);
        if (!summary) return reply_error(asked, summary.error());
        answer.runs.push_back(*summary);
      }
      reply(asked, {encode_body(answer)});
    });
  }
}

// ---- Reading

void Desk::after_commit(const std::vector<Fact>& facts, Now now) {
  const std::vector<Asked> reading = std::exchange(reading_, {});
  for (const Asked& asked : reading) read(asked, now);

  const auto news_for = [&](const Waiter& waiter) {
    return std::ranges::any_of(facts, [&](const Fact& fact) {
      return waiter.events.run == RunId{} || fact.run == waiter.events.run;
    });
  };
  std::vector<Waiter> waiters = std::exchange(waiters_, {});
  for (Waiter& waiter : waiters) {
    if (news_for(waiter) || waiter.until <= now.steady) {
      reply_with(waiter.asked, view_.events(waiter.events, now));
    } else {
      waiters_.push_back(std::move(waiter));
    }
  }
}

void Desk::read(const Asked& asked, Now now) {
  const std::string& body = asked.request.body.data;
  const auto answer = [&]<class RequestBody>(const Result<RequestBody>& request, const auto& act) {
    if (!request) return reply_error(asked, request.error());
    act(*request);
  };
  switch (asked.request.verb) {
    case Verb::kStatus:
      return answer(decode_body<StatusRequest>(body),
                    [&](const auto& request) { reply_with(asked, view_.status(request, now)); });
    case Verb::kAgents:
      return answer(decode_body<AgentsRequest>(body),
                    [&](const auto& request) { reply_with(asked, view_.agents(request, now)); });
    case Verb::kRuns:
      return answer(decode_body<RunsRequest>(body),
                    [&](const auto& request) { reply_with(asked, view_.runs(request, now)); });
    case Verb::kLogs:
      return answer(decode_body<LogsRequest>(body),
                    [&](const auto& request) { reply_with(asked, view_.logs(request, now)); });
    case Verb::kExplain:
      return answer(decode_body<ExplainRequest>(body),
                    [&](const auto& request) { reply_with(asked, view_.explain(request, now)); });
    case Verb::kEvents:
      return answer(decode_body<EventsRequest>(body),
                    [&](const auto& request) { wait_for_events(asked, request, now); });
    case Verb::kValidate:
      return answer(decode_body<ValidateRequest>(body),
                    [&](const auto& request) { reply_with(asked, validate(request)); });
    case Verb::kUpload:
    case Verb::kSubmit:
    case Verb::kPause:
    case Verb::kResume:
    case Verb::kStop:
    case Verb::kTicket:
    case Verb::kWorker:
      HW_CHECK(false, "a change was taken for a question");
  }
}

Result<ValidateAnswer> Desk::validate(const ValidateRequest& request) {
  const Result<RunId> run = view_.choose(request.run);
  if (!run) return run.error();
  const Result<Validation> validation = validate_run(registry_, *run, [] { return false; });
  if (!validation) return validation.error();
  return view_.validated(*run, *validation);
}

void Desk::wait_for_events(const Asked& asked, const EventsRequest& request, Now now) {
  const Result<EventsAnswer> events = view_.events(request, now);
  const bool final_state = events && request.run != RunId{} && is_final(events->run_state);
  if (!events || !events->events.empty() || request.wait <= Duration{} || final_state ||
      waiters_.size() >= kMostWaiters) {
    return reply_with(asked, events);
  }
  waiters_.push_back({asked, request, now.steady + std::min(request.wait, kLongestWait)});
}

std::optional<Instant> Desk::next_deadline() const {
  std::optional<Instant> next;
  for (const Waiter& waiter : waiters_) {
    if (!next || waiter.until < *next) next = waiter.until;
  }
  return next;
}

// ---- Replies

void Desk::reply(const Asked& asked, Bytes body) {
  Reply reply;
  reply.id = asked.request.id;
  reply.body = std::move(body);
  if (changes_something(asked.request.verb)) {
    if (last_change_.size() >= kMostClients) last_change_.erase(last_change_.begin());
    last_change_[asked.request.client] = reply;
  }
  replies_.emplace_back(asked.peer, std::move(reply));
}

void Desk::reply_error(const Asked& asked, const Error& error) {
  Reply reply;
  reply.id = asked.request.id;
  reply.ok = false;
  reply.error_kind = error.kind;
  reply.error = error.message;
  replies_.emplace_back(asked.peer, std::move(reply));
}

template <class Body>
void Desk::reply_with(const Asked& asked, const Result<Body>& result) {
  if (!result) return reply_error(asked, result.error());
  reply(asked, {encode_body(*result)});
}

}  // namespace headway
