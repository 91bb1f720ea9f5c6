#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/messages/control_messages.h"
#include "common/wire/socket.h"
#include "coordinator/control/registry_view.h"
#include "coordinator/core/core.h"

namespace headway {

/// What clients ask on the control socket, from the request to its reply. Owned by the
/// coordinator's shell, on its thread.
///
/// A request that changes something becomes an input of the core, and is answered when the core's
/// answer is durable. One that reads is answered after the commit of the turn in which it came, so
/// that nobody sees what may yet be lost. A request for events waits here until there are some.
/// Every queue is bounded; a client that asks again with the id of its last change gets the same
/// answer again.
class Desk {
 public:
  Desk(Registry& registry, OutputStore& outputs) : registry_(registry), view_(registry, outputs) {}

  void set_core(const Core* core) { view_.set_core(core); }
  /// While set, nothing new may be submitted; the text says why.
  void refuse_submissions(std::string reason) { refusal_ = std::move(reason); }

  /// Takes a request; the inputs that follow from it are appended.
  void receive(const PeerId& peer, const Request& request, Now now, std::vector<Input>& inputs);

  /// The rows for runs that a turn submitted; each is asked for once.
  StoredRun take_submission(std::uint64_t request, RunId run, Now now);
  /// An answer of the core, durable by now.
  void answer(const Effect& effect, Now now);
  /// After a commit: answers what reads, and those who wait for these facts.
  void after_commit(const std::vector<Fact>& facts, Now now);

  /// When somebody has waited long enough for events.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// Replies to send, with the connections that they go to.
  std::vector<std::pair<PeerId, Reply>> take_replies() { return std::exchange(replies_, {}); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Asked {
    PeerId peer;
    Request request;
  };
  struct Upload {
    std::string bytes;
    Instant touched{};
  };
  struct Submission {
    std::string text;
    std::shared_ptr<const RunPlan> source;
    std::string sha256;
  };
  struct Waiter {
    Asked asked;
    EventsRequest events;
    Instant until{};
  };

  void change(const Asked& asked, Now now, std::vector<Input>& inputs);
  Result<UploadAnswer> upload(std::uint64_t client, const UploadRequest& piece, Now now);
  Result<SubmitInput> submit(std::uint64_t client, const SubmitRequest& request,
                             std::uint64_t number);
  Result<TicketInput> control_tickets(const TicketControl& control, std::uint64_t number, Now now);
  void read(const Asked& asked, Now now);
  Result<ValidateAnswer> validate(const ValidateRequest& request);
  void wait_for_events(const Asked& asked, const EventsRequest& request, Now now);
  [[nodiscard]] bool repeated(const Asked& asked);
  void reply(const Asked& asked, Bytes body);
  void reply_error(const Asked& asked, const Error& error);
  template <class Body>
  void reply_with(const Asked& asked, const Result<Body>& result);

  Registry& registry_;
  RegistryView view_;
  std::string refusal_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Upload> uploads_;  ///< by client and its number
  std::map<std::uint64_t, Submission> submissions_;  ///< by our number of the request
  std::map<std::uint64_t, Asked> changing_;          ///< handed to the core, by our number
  std::vector<Asked> reading_;
  std::vector<Waiter> waiters_;
  std::map<std::uint64_t, Reply> last_change_;  ///< each client's last answered change
  std::vector<std::pair<PeerId, Reply>> replies_;
  std::uint64_t last_number_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace headway
