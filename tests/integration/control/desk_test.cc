#include "coordinator/control/desk.h"

#include <array>
#include <memory>
#include <optional>
#include <poll.h>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "common/system/files.h"
#include "common/wire/codec.h"
#include "coordinator/control/run_source.h"
#include "coordinator/core/core.h"
#include "tests/support/temporary_folder.h"

/// What clients are answered while the runs that they ask about come to their end.

namespace headway {
namespace {

constexpr const char* kOneTicket = R"(version: 1
tickets:
  - {id: a, run: "true"}
)";

/// A desk with its core and registry, as the shell has them, and one worker without a process.
class DeskTest : public ::testing::Test {
 protected:
  DeskTest()
      : registry_(Registry::open_owner(folder_ / "registry.db").value()),
        outputs_(folder_.path()),
        desk_(registry_, outputs_, {folder_ / "registry.db", folder_.path()}) {
    core_.emplace(CoreOptions{}, State{}, now_);
    desk_.set_core(&*core_);
    Hello hello;
    hello.worker = "w";
    hello.incarnation = 1;
    take(WorkerInput{"peer", {0, hello}});
  }

  /// Of a plan with one ticket, which is handed out at once; sent by this client under this number.
  void submit(std::pair<std::uint64_t, std::uint64_t> sent = {}) {
    std::tie(stored_.client, stored_.upload) = sent;
    const RunPlan source = make_run_plan(kOneTicket, {}).value();
    stored_.plan_text = kOneTicket;
    stored_.plan_sha256 = sha256_hex(kOneTicket);
    stored_.tickets = stored_tickets(source);
    take(SubmitInput{1, std::make_shared<const RunPlan>(source)});
  }

  /// The ticket succeeds, and the run with it.
  void finish() {
    AttemptResult result;
    result.token = token_;
    take(WorkerInput{"peer", {session_, result}});
  }

  void refuse(const std::string& why) { desk_.refuse_submissions(why); }

  void ask_for_status() { ask(Verb::kStatus, StatusRequest{}); }

  template <class Body>
  void ask(Verb verb, const Body& body) {
    Request request;
    request.client = 7;
    request.id = ++asked_;
    request.verb = verb;
    request.body = {encode_body(body)};
    std::vector<Input> inputs;
    desk_.receive({"viewer", request, ""}, now_, inputs);
    desk_.after_commit({}, now_);
  }

  /// The answer, once the background threads have made it.
  Reply reply() {
    while (true) {
      auto replies = desk_.take_replies();
      if (!replies.empty()) return replies.front().second;
      std::array<pollfd, 4> done{};
      for (std::size_t i = 0; i < done.size(); ++i) done[i] = {desk_.finished_fds()[i], POLLIN, 0};
      if (::poll(done.data(), done.size(), 30'000) <= 0) return {};
      std::vector<Input> inputs;
      desk_.take_finished(inputs);
    }
  }

 private:
  void take(const Input& input) {
    core_->step(input, now_);
    const Turn turn = core_->finish_turn(now_);
    Commit commit{{}, turn.facts, turn.counts, turn.tallies};
    for (const auto& [run, request] : turn.submitted) {
      stored_.id = run;
      commit.runs.push_back(stored_);
    }
    ASSERT_TRUE(registry_.commit(commit));
    for (const Effect& effect : turn.effects) {
      const auto* send = std::get_if<SendToWorker>(&effect);
      if (send == nullptr) continue;
      session_ = send->message.session;
      if (const auto* assign = std::get_if<Assign>(&send->message.message)) token_ = assign->token;
    }
    desk_.after_commit(turn.facts, now_);
  }

  test::TemporaryFolder folder_;
  Now now_{Instant{std::chrono::hours{1}}, wall_from_millis(1'700'000'000'000)};
  Registry registry_;
  OutputStore outputs_;
  std::optional<Core> core_;
  StoredRun stored_;
  std::uint64_t session_ = 0;
  Token token_;
  std::uint64_t asked_ = 0;
  Desk desk_;
};

TEST_F(DeskTest, TellsOfARunThatEndedWhileItsForecastWasMade) {
  submit();
  ask_for_status();
  finish();
  const Reply answer = reply();
  ASSERT_TRUE(answer.ok) << answer.error;
  EXPECT_EQ(decode_body<StatusAnswer>(answer.body.data).value().run.state, RunState::kSucceeded);
}

TEST_F(DeskTest, ShowsBesideARunThatHasEndedTheAgentsThatAreJoinedNow) {
  submit();
  finish();
  ask(Verb::kWatch, WatchRequest{});
  const Reply answer = reply();
  ASSERT_TRUE(answer.ok) << answer.error;
  const WatchAnswer watch = decode_body<WatchAnswer>(answer.body.data).value();
  EXPECT_EQ(watch.run.state, RunState::kSucceeded);
  ASSERT_EQ(watch.agents.size(), 1U);
  EXPECT_EQ(watch.agents.front().state, AgentState::kIdle);
  EXPECT_EQ(watch.agents.front().id, "w/1");
}

TEST_F(DeskTest, TellsOfARunThatWasMadeThoughTheDiskIsLowSince) {
  submit({7, 3});
  refuse("only 6MiB are free");
  SubmitRequest again;
  again.upload = 3;
  ask(Verb::kSubmit, again);
  const Reply answer = reply();
  ASSERT_TRUE(answer.ok) << answer.error;
  EXPECT_EQ(decode_body<SubmitAnswer>(answer.body.data).value().run, RunId{1});
}

TEST_F(DeskTest, TakesNoPlanWhileTheDiskIsLowAndCallsThatAnError) {
  refuse("only 6MiB are free");
  ask(Verb::kSubmit, SubmitRequest{});
  const Reply answer = reply();
  EXPECT_FALSE(answer.ok);
  EXPECT_EQ(answer.error_kind, ErrorKind::kFailed);
  EXPECT_EQ(answer.error, "only 6MiB are free");
}

}  // namespace
}  // namespace headway
