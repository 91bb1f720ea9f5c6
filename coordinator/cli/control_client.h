#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <zmq.hpp>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/messages/plan_messages.h"
#include "common/wire/listener.h"
#include "common/wire/socket.h"
#include "coordinator/cli/answers.h"
#include "coordinator/cli/interrupts.h"

namespace headway::cli {

/// How long the command waits for answers.
struct ClientTimeouts {
  Duration answer = std::chrono::seconds{10};  ///< beyond what the question itself asks to wait for
  Duration forecast = std::chrono::minutes{1};   ///< of a large run, twice
  Duration submit = std::chrono::minutes{5};     ///< of a whole plan: it is parsed and made durable
  Duration validate = std::chrono::minutes{10};  ///< of a run: every artifact is read
  Duration resend =
      std::chrono::seconds{2};  ///< a question is asked again after so long: one may get lost
};

/// Talks to a coordinator on its control socket: one question at a time, repeated under the same id
/// until the answer comes, so that a lost connection costs nothing. Used by one thread.
///
/// Every call ends with the answer, the coordinator's own error, kDenied when it lets this client
/// not in, or kUnreachable when nothing was heard in time.
class ControlClient final : public Answers {
 public:
  /// Succeeds though nobody listens: the first question shows that. `interrupts` outlives it.
  static Result<std::unique_ptr<ControlClient>> connect(
      const std::string& endpoint, const Interrupts& interrupts,
      const ClientTimeouts& timeouts = {},
      const std::optional<Credentials>& credentials = std::nullopt);

  Result<StatusAnswer> status(const StatusRequest& request) override;
  Result<AgentsAnswer> agents(const AgentsRequest& request) override;
  Result<RunsAnswer> runs(const RunsRequest& request) override;
  Result<LogsAnswer> logs(const LogsRequest& request) override;
  /// Comes back early and empty when a signal arrives while the coordinator waits for an event.
  Result<EventsAnswer> events(const EventsRequest& request) override;
  Result<DiagnoseAnswer> diagnose(const DiagnoseRequest& request) override;
  Result<ExplainAnswer> explain(const ExplainRequest& request) override;
  Result<GraphAnswer> graph(const GraphRequest& request) override;
  /// kTimedOut where a signal arrives while the coordinator waits for a change.
  Result<WatchAnswer> watch(const WatchRequest& request) override;
  Result<WhatIfAnswer> what_if(const WhatIfRequest& request) override;
  Result<LocksAnswer> locks(const LocksRequest& request);
  [[nodiscard]] bool live() const override { return true; }

  /// Uploads a plan's text in pieces and starts a run of it.
  Result<SubmitAnswer> submit(const std::string& plan_text, const RunOptions& options);
  Result<ControlAnswer> pause(const RunsControl& request);
  Result<ControlAnswer> resume(const RunsControl& request);
  Result<ControlAnswer> stop(const StopRequest& request);
  Result<ControlAnswer> control_tickets(const TicketControl& request);
  Result<ValidateAnswer> validate(const ValidateRequest& request);
  Result<WorkerControlAnswer> control_worker(const WorkerControl& request);
  Result<AdjustAnswer> adjust(const AdjustRequest& request);
  Result<ClearLocksAnswer> clear_locks(const ClearLocksRequest& request);

  /// Sends the plan first, unless the request is to go back.
  Result<ApplyAnswer> apply(ApplyRequest request, const std::string& plan_text);

  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  /// By what it comes in there; none: without a key.
  [[nodiscard]] const std::optional<Credentials>& credentials() const { return credentials_; }

 private:
  /// Whether a signal cuts the wait for an answer short.
  enum class OnSignal { kGoOnWaiting, kGiveUp };
  struct Exchange {
    Verb verb = Verb::kStatus;
    std::string body;
    Duration most{};
    OnSignal on_signal = OnSignal::kGoOnWaiting;
  };

  ControlClient(std::string endpoint, const Interrupts& interrupts, const ClientTimeouts& timeouts);

  Result<void> send_plan(std::uint64_t upload, const std::string& plan_text);
  /// The body of the answer; none where a signal came first.
  Result<std::optional<std::string>> exchange(const Exchange& what);
  /// The reply to this request, if it has come; others are of questions given up.
  std::optional<Result<std::string>> take_reply(std::uint64_t id);
  /// kDenied where the coordinator has shown that it does not let this client in.
  Result<void> look_at_handshakes();
  template <class Answer, class Question>
  Result<Answer> ask(Verb verb, const Question& question, Duration most);

  std::string endpoint_;
  const Interrupts& interrupts_;
  ClientTimeouts timeouts_;
  zmq::context_t context_;
  std::optional<Credentials> credentials_;
  std::optional<DealerSocket> socket_;
  GreetingJudge greetings_;
  std::uint64_t client_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace headway::cli
