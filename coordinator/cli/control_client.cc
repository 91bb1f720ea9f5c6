#include "coordinator/cli/control_client.h"

#include <algorithm>
#include <array>
#include <sys/random.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/system/state_paths.h"
#include "common/wire/codec.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// How often a plan is sent to coordinators that lose it.
constexpr int kMostUploads = 5;

std::uint64_t random_number() {
  std::uint64_t number = 0;
  HW_CHECK(::getrandom(&number, sizeof(number), 0) == sizeof(number),
           "the system gives no randomness");
  return number;
}

/// Waits until the socket can do what is asked, a signal has come (true), or the time is up. libzmq
/// numbers its events as poll(2) does not, so that both go through its own poll.
bool wait_for(DealerSocket& socket, short events, const Interrupts* interrupts, Duration most) {
  std::array<zmq::pollitem_t, 3> items = {
      zmq::pollitem_t{socket.handle(), 0, events, 0},
      zmq::pollitem_t{socket.loss_handle(), 0, ZMQ_POLLIN, 0},
      zmq::pollitem_t{nullptr, interrupts != nullptr ? interrupts->wake_fd() : -1, ZMQ_POLLIN, 0},
  };
  const auto millis =
      std::chrono::ceil<std::chrono::milliseconds>(std::max(most, Duration::zero()));
  try {
    zmq::poll(items.data(), interrupts != nullptr ? 3U : 2U, millis);
  } catch (const zmq::error_t&) {
    // A signal (EINTR): the caller looks at everything again.
    return false;
  }
  return interrupts != nullptr && items[2].revents != 0;
}

/// For how long a listener may take to greet.
constexpr Duration kMostForAGreeting = std::chrono::seconds{1};

/// Tells when it is no use to wait on for an answer. At a socket file nobody comes back by himself;
/// elsewhere a coordinator may be on its way up again, and is given a while.
class Silence {
 public:
  Silence(const std::string& endpoint, Duration patience, Instant now)
      : endpoint_(endpoint), patience_(patience), seen_(now) {}

  bool is_final() {
    const bool here = endpoint_.starts_with(kIpc);
    if (here) return !socket_is_alive(endpoint_.substr(kIpc.size()));
    if (who_listens(endpoint_, kMostForAGreeting) != Listener::kNobody) {
      seen_ = read_clocks().steady;
    }
    return read_clocks().steady - seen_ >= patience_;
  }

 private:
  static constexpr std::string_view kIpc = "ipc://";
  const std::string& endpoint_;
  Duration patience_;
  Instant seen_;  ///< when somebody listened there last
};

}  // namespace

ControlClient::ControlClient(std::string endpoint, const Interrupts& interrupts,
                             const ClientTimeouts& timeouts)
    : endpoint_(std::move(endpoint)),
      interrupts_(interrupts),
      timeouts_(timeouts),
      client_(random_number()) {}

Result<std::unique_ptr<ControlClient>> ControlClient::connect(
    const std::string& endpoint, const Interrupts& interrupts, const ClientTimeouts& timeouts,
    const std::optional<Credentials>& credentials) {
  std::unique_ptr<ControlClient> client(new ControlClient(endpoint, interrupts, timeouts));
  client->credentials_ = credentials;
  Result<DealerSocket> socket = DealerSocket::connect(client->context_, endpoint, credentials);
  if (!socket) return Error{ErrorKind::kUsage, socket.error().message};
  client->socket_.emplace(std::move(socket).value());
  return client;
}

std::optional<Result<std::string>> ControlClient::take_reply(std::uint64_t id) {
  while (std::optional<std::string> frame = socket_->receive()) {
    Result<Reply> reply = decode_reply(*frame);
    if (!reply) {
      return Result<std::string>(
          Error{ErrorKind::kFailed,
                fmt::format("what answers at {} does not speak Headway's control protocol: {}",
                            printable(endpoint_), printable(reply.error().message))});
    }
    if (reply->id != id) continue;
    if (reply->ok) return Result<std::string>(std::move(reply->body.data));
    return Result<std::string>(Error{reply->error_kind, reply->error});
  }
  return std::nullopt;
}

Result<void> ControlClient::look_at_handshakes() {
  const std::optional<ConnectionLoss> failure = socket_->last_loss();
  if (!failure) return {};
  const auto denied = [this](const char* why) {
    return Error{ErrorKind::kDenied,
                 fmt::format("not allowed: what listens at {} {}", printable(endpoint_), why)};
  };
  if (*failure == ConnectionLoss::kNotKnown) {
    return denied("does not know this key, or it was revoked");
  }
  if (!greetings_.is_stranger(*failure, endpoint_, credentials_.has_value())) return {};
  if (endpoint_.starts_with("ipc://")) {
    return denied("lets in its own user and root alone; others come by tcp, with a key");
  }
  if (!credentials_) return denied("asks for a key: say which with --key FILE, or HEADWAY_KEY");
  return denied("is another coordinator than the one that this key is for, or asks for no keys");
}

Result<std::optional<std::string>> ControlClient::exchange(const Exchange& what) {
  const std::uint64_t id = ++last_id_;
  const std::string frame = encode(Request{.protocol = kProtocolVersion,
                                           .client = client_,
                                           .id = id,
                                           .verb = what.verb,
                                           .body = Bytes{what.body}});
  const bool may_give_up = what.on_signal == OnSignal::kGiveUp;
  Instant now = read_clocks().steady;
  const Instant deadline = now + what.most;
  Instant next_send = now;
  bool sent = false;
  Silence silence(endpoint_, timeouts_.answer, now);
  while (now < deadline) {
    if (now >= next_send) {
      // The second time round: nothing came for a while.
      if (now > deadline - what.most && silence.is_final()) break;
      sent = false;
      next_send = now + timeouts_.resend;
    }
    if (!sent) sent = socket_->send(frame) == SendResult::kSent;
    const bool woken =
        wait_for(*socket_, sent ? ZMQ_POLLIN : ZMQ_POLLOUT, may_give_up ? &interrupts_ : nullptr,
                 std::min(next_send, deadline) - now);
    if (std::optional<Result<std::string>> reply = take_reply(id)) {
      if (!*reply) return reply->error();
      greetings_.let_in();
      return std::optional<std::string>(std::move(*reply).value());
    }
    if (Result<void> let_in = look_at_handshakes(); !let_in) return let_in.error();
    if (woken) return std::optional<std::string>{};
    now = read_clocks().steady;
  }
  return Error{ErrorKind::kUnreachable,
               fmt::format("no coordinator answers at {} (waited {})", printable(endpoint_),
                           short_duration(now - (deadline - what.most)))};
}

template <class Answer, class Question>
Result<Answer> ControlClient::ask(Verb verb, const Question& question, Duration most) {
  Result<std::optional<std::string>> body = exchange({.verb = verb,
                                                      .body = encode_body(question),
                                                      .most = most,
                                                      .on_signal = OnSignal::kGoOnWaiting});
  if (!body) return body.error();
  return decode_body<Answer>(**body);
}

Result<StatusAnswer> ControlClient::status(const StatusRequest& request) {
  return ask<StatusAnswer>(Verb::kStatus, request, timeouts_.answer);
}
Result<AgentsAnswer> ControlClient::agents(const AgentsRequest& request) {
  return ask<AgentsAnswer>(Verb::kAgents, request, timeouts_.answer);
}
Result<RunsAnswer> ControlClient::runs(const RunsRequest& request) {
  return ask<RunsAnswer>(Verb::kRuns, request, timeouts_.answer);
}
Result<LogsAnswer> ControlClient::logs(const LogsRequest& request) {
  return ask<LogsAnswer>(Verb::kLogs, request, timeouts_.answer);
}
Result<ExplainAnswer> ControlClient::explain(const ExplainRequest& request) {
  return ask<ExplainAnswer>(Verb::kExplain, request, timeouts_.answer);
}
Result<GraphAnswer> ControlClient::graph(const GraphRequest& request) {
  return ask<GraphAnswer>(Verb::kGraph, request, timeouts_.answer);
}
Result<WatchAnswer> ControlClient::watch(const WatchRequest& request) {
  const OnSignal on_signal =
      request.wait > Duration::zero() ? OnSignal::kGiveUp : OnSignal::kGoOnWaiting;
  Result<std::optional<std::string>> body = exchange({.verb = Verb::kWatch,
                                                      .body = encode_body(request),
                                                      .most = timeouts_.answer + request.wait,
                                                      .on_signal = on_signal});
  if (!body) return body.error();
  if (!*body) return Error{ErrorKind::kTimedOut, "interrupted while waiting for a change"};
  return decode_body<WatchAnswer>(**body);
}
Result<WhatIfAnswer> ControlClient::what_if(const WhatIfRequest& request) {
  return ask<WhatIfAnswer>(Verb::kWhatIf, request, timeouts_.forecast);
}
Result<LocksAnswer> ControlClient::locks(const LocksRequest& request) {
  return ask<LocksAnswer>(Verb::kLocks, request, timeouts_.answer);
}
Result<DiagnoseAnswer> ControlClient::diagnose(const DiagnoseRequest& request) {
  return ask<DiagnoseAnswer>(Verb::kDiagnose, request, timeouts_.answer);
}
Result<ControlAnswer> ControlClient::pause(const RunsControl& request) {
  return ask<ControlAnswer>(Verb::kPause, request, timeouts_.answer);
}
Result<ControlAnswer> ControlClient::resume(const RunsControl& request) {
  return ask<ControlAnswer>(Verb::kResume, request, timeouts_.answer);
}
Result<ControlAnswer> ControlClient::stop(const StopRequest& request) {
  return ask<ControlAnswer>(Verb::kStop, request, timeouts_.answer);
}
Result<ControlAnswer> ControlClient::control_tickets(const TicketControl& request) {
  return ask<ControlAnswer>(Verb::kTicket, request, timeouts_.answer);
}
Result<WorkerControlAnswer> ControlClient::control_worker(const WorkerControl& request) {
  return ask<WorkerControlAnswer>(Verb::kWorker, request, timeouts_.answer);
}
Result<AdjustAnswer> ControlClient::adjust(const AdjustRequest& request) {
  return ask<AdjustAnswer>(Verb::kAdjust, request, timeouts_.answer);
}
Result<ClearLocksAnswer> ControlClient::clear_locks(const ClearLocksRequest& request) {
  return ask<ClearLocksAnswer>(Verb::kClearLocks, request, timeouts_.answer);
}
Result<ValidateAnswer> ControlClient::validate(const ValidateRequest& request) {
  return ask<ValidateAnswer>(Verb::kValidate, request, timeouts_.validate);
}

Result<EventsAnswer> ControlClient::events(const EventsRequest& request) {
  const OnSignal on_signal =
      request.wait > Duration::zero() ? OnSignal::kGiveUp : OnSignal::kGoOnWaiting;
  Result<std::optional<std::string>> body = exchange({.verb = Verb::kEvents,
                                                      .body = encode_body(request),
                                                      .most = timeouts_.answer + request.wait,
                                                      .on_signal = on_signal});
  if (!body) return body.error();
  if (!*body)
    return EventsAnswer{.events = {}, .last = request.after, .run_state = RunState::kRunning};
  return decode_body<EventsAnswer>(**body);
}

Result<void> ControlClient::send_plan(std::uint64_t upload, const std::string& plan_text) {
  for (std::size_t offset = 0; offset < plan_text.size(); offset += kUploadChunkBytes) {
    const UploadRequest piece{.upload = upload,
                              .offset = offset,
                              .bytes = Bytes{plan_text.substr(offset, kUploadChunkBytes)}};
    Result<UploadAnswer> taken = ask<UploadAnswer>(Verb::kUpload, piece, timeouts_.answer);
    if (!taken) return taken.error();
    if (taken->received != offset + piece.bytes.data.size()) {
      return Error{ErrorKind::kFailed,
                   fmt::format("the coordinator has {} bytes of the plan where it should have {}",
                               taken->received, offset + piece.bytes.data.size())};
    }
  }
  return {};
}

/// A coordinator that was started anew meanwhile knows nothing of the upload, but does know the run
/// that it has made of it: asking again under the same number makes no second one.
Result<SubmitAnswer> ControlClient::submit(const std::string& plan_text,
                                           const RunOptions& options) {
  const SubmitRequest request{.upload = random_number(),
                              .size = plan_text.size(),
                              .sha256 = sha256_hex(plan_text),
                              .options = options};
  for (int attempt = 1;; ++attempt) {
    Result<SubmitAnswer> answer = SubmitAnswer{};
    if (const Result<void> sent = send_plan(request.upload, plan_text); !sent) {
      answer = sent.error();
    } else {
      answer = ask<SubmitAnswer>(Verb::kSubmit, request, timeouts_.submit);
    }
    if (answer || answer.error().kind != ErrorKind::kNotFound || attempt == kMostUploads) {
      return answer;
    }
  }
}

/// Asked again after a restart of the coordinator, a version that it made is not made twice: the
/// request says which one the person saw.
Result<ApplyAnswer> ControlClient::apply(ApplyRequest request, const std::string& plan_text) {
  request.upload = random_number();
  request.size = plan_text.size();
  if (!request.undo) request.sha256 = sha256_hex(plan_text);
  for (int attempt = 1;; ++attempt) {
    Result<ApplyAnswer> answer = ApplyAnswer{};
    const Result<void> sent = request.undo ? Result<void>{} : send_plan(request.upload, plan_text);
    if (!sent) {
      answer = sent.error();
    } else {
      answer = ask<ApplyAnswer>(Verb::kApply, request, timeouts_.submit);
    }
    if (answer || answer.error().kind != ErrorKind::kNotFound || request.undo ||
        attempt == kMostUploads) {
      return answer;
    }
  }
}

}  // namespace headway::cli
