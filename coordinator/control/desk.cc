#include "coordinator/control/desk.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include <fmt/format.h>

#include "common/plan_file/plan_reader.h"
#include "common/wire/codec.h"
#include "coordinator/control/answer.h"

namespace headway {

namespace {

constexpr std::size_t kMostUploads = 8;
/// Plans of at most 256 MiB that wait for the one that is being read.
constexpr std::size_t kMostCompiling = 4;
constexpr std::size_t kMostReading = 10'000;
constexpr std::size_t kMostClients = 1000;

/// What was asked for, in the name of whoever the key says, where there is one.
template <class Body>
Result<Body> body_of(const Desk::Asked& asked) {
  Result<Body> body = decode_body<Body>(asked.request.body.data);
  if constexpr (requires { body->by; }) {
    if (body && !asked.by.empty()) body->by = asked.by;
  }
  return body;
}

}  // namespace

Desk::Desk(Registry& registry, OutputStore& outputs, DeskPlaces places)
    : registry_(registry),
      view_(registry, outputs),
      compiler_{std::move(places.program), places.registry},
      ended_(places.registry, std::move(places.folder)) {
  view_.set_forecasts(&forecasts_);
}

void Desk::receive(const Asked& asked, Now now, std::vector<Input>& inputs) {
  const Request& request = asked.request;
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
  const auto refuse = [&](const Error& error) { reply_error(asked, error); };
  const auto hand_over = [&](auto input) {
    input.request = ++last_number_;
    changing_.emplace(input.request, asked);
    inputs.emplace_back(std::move(input));
  };
  if (asked.request.verb == Verb::kUpload) {
    const Result<UploadRequest> piece = body_of<UploadRequest>(asked);
    if (!piece) return refuse(piece.error());
    const Result<UploadAnswer> taken = upload(asked.request.client, *piece, now);
    if (!taken) return refuse(taken.error());
    return reply(asked, body_reply(asked.request, *taken));
  }
  if (asked.request.verb == Verb::kSubmit) {
    const Result<SubmitRequest> request = body_of<SubmitRequest>(asked);
    if (!request) return refuse(request.error());
    if (const Result<void> begun = submit(asked, *request); !begun) refuse(begun.error());
    return;
  }
  if (asked.request.verb == Verb::kApply) {
    const Result<ApplyRequest> request = body_of<ApplyRequest>(asked);
    if (!request) return refuse(request.error());
    if (const Result<void> begun = apply(asked, *request); !begun) refuse(begun.error());
    return;
  }
  if (asked.request.verb == Verb::kStop) {
    const Result<StopRequest> request = body_of<StopRequest>(asked);
    if (!request) return refuse(request.error());
    return hand_over(StopInput{0, *request});
  }
  if (asked.request.verb == Verb::kTicket) {
    const Result<TicketControl> request = body_of<TicketControl>(asked);
    if (!request) return refuse(request.error());
    if (const Result<void> begun = control_tickets(asked, *request, inputs); !begun) {
      refuse(begun.error());
    }
    return;
  }
  if (asked.request.verb == Verb::kWorker) {
    const Result<WorkerControl> request = body_of<WorkerControl>(asked);
    if (!request) return refuse(request.error());
    return hand_over(WorkerControlInput{0, *request});
  }
  if (asked.request.verb == Verb::kAdjust) {
    Result<AdjustRequest> request = body_of<AdjustRequest>(asked);
    if (!request) return refuse(request.error());
    return hand_over(AdjustInput{0, std::move(*request)});
  }
  if (asked.request.verb == Verb::kClearLocks) {
    Result<ClearLocksRequest> request = body_of<ClearLocksRequest>(asked);
    if (!request) return refuse(request.error());
    return hand_over(ClearLocksInput{0, std::move(*request)});
  }
  const Result<RunsControl> request = body_of<RunsControl>(asked);
  if (!request) return refuse(request.error());
  if (asked.request.verb == Verb::kPause) {
    return hand_over(PauseInput{0, request->run, request->dry_run});
  }
  hand_over(ResumeInput{0, request->run, request->dry_run});
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
    return Error{received == 0 ? ErrorKind::kNotFound : ErrorKind::kFailed,
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

/// Begins to read an uploaded plan, apart from this thread; `compiled` goes on.
Result<void> Desk::submit(const Asked& asked, const SubmitRequest& request) {
  const std::pair key{asked.request.client, request.upload};
  const Result<std::optional<Registry::MadeRun>> made =
      registry_.find_submission(key.first, key.second);
  if (!made) return made.error();
  if (*made) {  // by a coordinator that died before it answered
    SubmitAnswer answer;
    answer.run = (*made)->run;
    answer.sequence = (*made)->submitted;
    reply(asked, body_reply(asked.request, answer));
    return {};
  }
  if (!refusal_.empty()) return Error{ErrorKind::kFailed, refusal_};
  const auto found = uploads_.find(key);
  if (found == uploads_.end()) {
    return Error{ErrorKind::kNotFound,
                 "the coordinator does not have this upload: send it again, then submit it"};
  }
  if (compiling_.waiting() > kMostCompiling) {
    return Error{ErrorKind::kInUse,
                 fmt::format("{} other plans wait to be read; submit this one again in a while",
                             compiling_.waiting())};
  }
  const std::uint64_t number = ++last_number_;
  changing_.emplace(number, asked);
  const auto text = std::make_shared<std::string>(std::move(found->second.bytes));
  uploads_.erase(found);
  compiling_.add([this, number, key, request, text]() -> Background::Finish {
    const auto result = std::make_shared<Result<Submission>>(
        compile_in_child(compiler_, request, std::move(*text), compiling_.ending_fd()));
    if (*result) std::tie((*result)->stored.client, (*result)->stored.upload) = key;
    return [this, number, result] { compiled(number, std::move(*result)); };
  });
  return {};
}

void Desk::compiled(std::uint64_t number, Result<Submission> submission) {
  const auto found = changing_.find(number);
  if (found == changing_.end()) return;
  if (!submission) {
    return finish_change(number, error_reply(found->second.request, submission.error()));
  }
  prepared_.emplace_back(SubmitInput{number, submission->source});
  submissions_.emplace(number, std::move(*submission));
}

StoredRun Desk::take_submission(std::uint64_t request, RunId run, Now now) {
  const auto found = submissions_.find(request);
  HW_CHECK(found != submissions_.end(), "a run was submitted without a plan");
  StoredRun stored = std::move(found->second.stored);
  submissions_.erase(found);
  stored.id = run;
  stored.submitted_at = now.wall;
  return stored;
}

/// A run that has ended comes back from the registry, should the core open tickets of it again.
Result<void> Desk::control_tickets(const Asked& asked, const TicketControl& control,
                                   std::vector<Input>& inputs) {
  const Result<RunId> chosen = view_.choose(control.run);
  if (!chosen) return chosen.error();
  if (reading_ended_.waiting() >= kMostApart) return too_many_apart();
  TicketInput input{++last_number_, control, nullptr};
  input.control.run = *chosen;
  changing_.emplace(input.request, asked);
  if (view_.at_hand(*chosen)) {
    inputs.emplace_back(std::move(input));
  } else {
    load_ended(std::move(input));
  }
  return {};
}

void Desk::load_ended(TicketInput input) {
  reading_ended_.add([this, input = std::move(input)]() -> Background::Finish {
    const auto ended = std::make_shared<Result<EndedRuns::Ended>>(
        ended_.load(input.control.run, [this] { return reading_ended_.ending(); }));
    return [this, input, ended] { loaded(input, *ended); };
  });
}

void Desk::loaded(TicketInput input, const Result<EndedRuns::Ended>& ended) {
  const auto found = changing_.find(input.request);
  if (found == changing_.end()) return;
  const auto refuse = [&](const Error& error) {
    finish_change(input.request, error_reply(found->second.request, error));
  };
  if (!ended) return refuse(ended.error());
  const Result<Sequence> last = registry_.last_fact_of(input.control.run);
  if (!last) return refuse(last.error());
  // It went on, and ended, while it was being read.
  if (*last != ended->last_fact && !view_.at_hand(input.control.run)) {
    return load_ended(std::move(input));
  }
  input.ended = ended->state;
  prepared_.emplace_back(std::move(input));
}

void Desk::take_finished(std::vector<Input>& inputs) {
  compiling_.finish();
  reading_ended_.finish();
  validating_.finish();
  forecasting_.finish();
  std::ranges::move(std::exchange(prepared_, {}), std::back_inserter(inputs));
}

/// Answers a change that waited, and forgets that it did.
void Desk::finish_change(std::uint64_t number, Reply reply_to_it) {
  const auto found = changing_.find(number);
  if (found == changing_.end()) return;
  reply(found->second, std::move(reply_to_it));
  changing_.erase(found);
}

void Desk::answer(const Effect& effect, Now now) {
  const auto finish = [&](std::uint64_t number, const auto& make_reply) {
    const auto found = changing_.find(number);
    if (found != changing_.end()) finish_change(number, make_reply(found->second.request));
  };
  if (const auto* verify_it = std::get_if<VerifyRegistry>(&effect)) {
    verify(verify_it->run);
  } else if (const auto* submitted = std::get_if<AnswerSubmit>(&effect)) {
    finish(submitted->request,
           [&](const Request& request) { return body_reply(request, submitted->answer); });
  } else if (const auto* applied = std::get_if<AnswerApply>(&effect)) {
    answer_apply(*applied, now);
  } else if (const auto* error = std::get_if<AnswerError>(&effect)) {
    submissions_.erase(error->request);
    versions_.erase(error->request);
    finish(error->request,
           [&](const Request& request) { return error_reply(request, error->error); });
  } else if (const auto* worker = std::get_if<AnswerWorkerControl>(&effect)) {
    finish(worker->request,
           [&](const Request& request) { return body_reply(request, worker->answer); });
  } else if (const auto* adjusted = std::get_if<AnswerAdjust>(&effect)) {
    finish(adjusted->request,
           [&](const Request& request) { return body_reply(request, adjusted->answer); });
  } else if (const auto* cleared = std::get_if<AnswerClearLocks>(&effect)) {
    finish(cleared->request,
           [&](const Request& request) { return body_reply(request, cleared->answer); });
  } else if (const auto* controlled = std::get_if<AnswerControl>(&effect)) {
    finish(controlled->request, [&](const Request& request) {
      ControlAnswer answer;
      answer.changes = controlled->changes;
      for (const RunId run : controlled->runs) {
        const Result<RunSummary> summary = view_.summary(run, now);
        if (!summary) return error_reply(request, summary.error());
        answer.runs.push_back(*summary);
      }
      return body_reply(request, answer);
    });
  }
}

// ---- Replies

void Desk::reply(const Asked& asked, Reply reply) {
  if (changes_something(asked.request.verb)) {
    if (last_change_.size() >= kMostClients) last_change_.erase(last_change_.begin());
    last_change_[asked.request.client] = reply;
  }
  replies_.emplace_back(asked.peer, std::move(reply));
}

void Desk::reply_error(const Asked& asked, const Error& error) {
  reply(asked, error_reply(asked.request, error));
}

}  // namespace headway
