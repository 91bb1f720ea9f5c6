#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/messages/control_messages.h"
#include "common/wire/socket.h"
#include "coordinator/control/background.h"
#include "coordinator/control/ended_runs.h"
#include "coordinator/control/forecasts.h"
#include "coordinator/control/planned_version.h"
#include "coordinator/control/registry_view.h"
#include "coordinator/control/submission.h"
#include "coordinator/control/validation.h"
#include "coordinator/core/core.h"

namespace headway {

/// Where a desk's background threads find the registry, and the program that compiles plans.
struct DeskPlaces {
  std::string registry;  ///< its file
  std::string folder;    ///< the state directory
  std::string program = CompilerPlace{}.program;
};

/// What clients ask on the control socket, from the request to its reply. Owned by the
/// coordinator's shell, on its thread.
///
/// A request that changes something becomes an input of the core, and is answered when the core's
/// answer is durable. One that reads is answered after the commit of the turn in which it came, so
/// that nobody sees what may yet be lost. A request for events waits here until there are some.
///
/// What takes long goes to four background threads: one waits for the processes that read
/// submitted plans, one folds runs that have ended, one validates, one forecasts. A request is in
/// nobody's way meanwhile; what comes of it arrives with `take_finished`. Every queue is bounded; a
/// client that asks again with the id of its last change gets the same answer again, or waits on
/// for the first.
class Desk {
 public:
  /// A request with whoever asks.
  struct Asked {
    PeerId peer;
    Request request;
    std::string by;  ///< as their key names them; empty: whoever they say
  };

  Desk(Registry& registry, OutputStore& outputs, DeskPlaces places);

  void set_core(const Core* core) {
    core_ = core;
    view_.set_core(core);
  }
  /// While set, nothing new may be submitted; the text says why.
  void refuse_submissions(std::string reason) { refusal_ = std::move(reason); }

  /// Takes a request; the inputs that follow from it are appended.
  void receive(const Asked& asked, Now now, std::vector<Input>& inputs);
  /// What the background threads have done; the inputs that follow from it are appended.
  void take_finished(std::vector<Input>& inputs);
  /// Readable while there is something to take.
  [[nodiscard]] std::array<int, 4> finished_fds() const {
    return {compiling_.done_fd(), reading_ended_.done_fd(), validating_.done_fd(),
            forecasting_.done_fd()};
  }

  /// The rows for runs that a turn submitted; each is asked for once.
  StoredRun take_submission(std::uint64_t request, RunId run, Now now);
  /// The rows for a version of a run's plan; each is asked for once.
  StoredPlan take_version(std::uint64_t request, Now now);
  /// An answer of the core, durable by now.
  void answer(const Effect& effect, Now now);
  /// After a commit: answers what reads, and those who wait for these facts.
  void after_commit(const std::vector<Fact>& facts, Now now);

  /// When somebody has waited long enough for events, or memory is to be given back.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// A run in memory as programs that watch see it, with an ETA that nobody waits for.
  RunSummary published_summary(const Run& run, Now now);
  /// Replies to send, with the connections that they go to.
  std::vector<std::pair<PeerId, Reply>> take_replies() { return std::exchange(replies_, {}); }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Upload {
    std::string bytes;
    Instant touched{};
  };
  /// Somebody who waits for facts of a run, or (0) for any.
  struct Waiter {
    Asked asked;
    RunId run;
    Instant until{};
  };

  // desk.cc: changes
  void change(const Asked& asked, Now now, std::vector<Input>& inputs);
  Result<UploadAnswer> upload(std::uint64_t client, const UploadRequest& piece, Now now);
  Result<void> submit(const Asked& asked, const SubmitRequest& request);
  void compiled(std::uint64_t number, Result<Submission> submission);
  Result<void> control_tickets(const Asked& asked, const TicketControl& control,
                               std::vector<Input>& inputs);
  void load_ended(TicketInput input);
  void loaded(TicketInput input, const Result<EndedRuns::Ended>& ended);
  void finish_change(std::uint64_t number, Reply reply);

  // desk_planning.cc: new versions of runs' plans
  Result<void> apply(const Asked& asked, const ApplyRequest& request);
  void planned(std::uint64_t number, const ApplyRequest& request, Result<PlannedVersion> version);
  void answer_apply(const AnswerApply& applied, Now now);

  // desk_reading.cc
  void read(const Asked& asked, Now now);
  void read_at_hand(const Asked& asked, Now now);
  void read_events(const Asked& asked, Now now);
  void read_watch(const Asked& asked, Now now);
  void read_ended(const Asked& asked, Now now);
  [[nodiscard]] Reply with_late_output(const Request& request, Reply reply) const;
  [[nodiscard]] Reply with_living_agents(const Request& request, Reply reply, Now now) const;
  void validate(const Asked& asked);
  void verify(RunId run);
  void verified(RunId run, const Result<StateValidation>& validation);
  /// What works for a question is called by the background thread, and what it gives back by this
  /// one: it makes the answer, or is told for whom it is to care by then.
  using Prepare = std::function<std::function<Reply()>()>;
  using Work = std::function<std::function<void(const Asked&)>()>;
  void answer_apart(Background& where, const Asked& asked, Prepare prepare);
  void work_apart(Background& where, const Asked& asked, Work work);
  void forget_ended(Now now);

  // desk_forecasting.cc
  bool forecast_for(const Asked& asked, RunId named, Now now);
  void forecast_apart(RunId id, std::uint32_t version,
                      const std::shared_ptr<const Situation>& situation);
  void what_if_at_hand(const Asked& asked, Now now);
  void answer_forecast(const Asked& asked, RunId named, Now now);

  static Error too_many_apart();
  /// Questions that wait for one background thread.
  static constexpr std::size_t kMostApart = 64;

  [[nodiscard]] bool repeated(const Asked& asked);
  void reply(const Asked& asked, Reply reply);
  void reply_error(const Asked& asked, const Error& error);

  Registry& registry_;
  RegistryView view_;
  const Core* core_ = nullptr;
  Forecasts forecasts_;
  CompilerPlace compiler_;
  EndedRuns ended_;  ///< the second background thread's
  std::string refusal_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Upload> uploads_;  ///< by client and its number
  std::map<std::uint64_t, Submission> submissions_;   ///< compiled, by our number of the request
  std::map<std::uint64_t, PlannedVersion> versions_;  ///< likewise
  std::map<std::uint64_t, Asked> changing_;  ///< being prepared or with the core, by our number
  std::vector<Input> prepared_;              ///< for the core's next turn
  std::vector<Asked> reading_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, PeerId>
      asked_apart_;  ///< who waits for a background thread's answer, by client and request id
  std::map<RunId, bool> verifying_;  ///< runs; whether once more when that is done
  std::optional<Instant> forget_at_;
  std::vector<Waiter> waiters_;
  Sequence committed_;  ///< the last fact that is durable, as far as this desk was told
  std::map<std::uint64_t, Reply> last_change_;  ///< each client's last answered change
  std::vector<std::pair<PeerId, Reply>> replies_;
  std::uint64_t last_number_ = 0;
  std::uint64_t dropped_ = 0;
  // The last members, and so the first to end: their jobs use what is above.
  Background compiling_;
  Background reading_ended_;
  Background validating_;
  Background forecasting_;
};

}  // namespace headway
