#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/system/files.h"
#include "coordinator/control/registry_view.h"
#include "coordinator/control/run_source.h"
#include "coordinator/core/core.h"
#include "tests/support/temporary_folder.h"

/// Checks that are handed out by themselves have outputs of their own, and are asked for by name.

namespace headway {
namespace {

using testing::HasSubstr;

constexpr const char* kChecked = R"(version: 1
tickets:
  - id: a
    run: "true"
    gates: [{name: unit tests, run: "true"}, {name: lint, run: "true"}]
    rollback: {run: "true"}
plan_gates: [{name: whole tree, run: "true", every: end}]
)";

/// A core on a registry, and one worker without a process, which runs no checks in a ticket's slot.
/// What it runs writes its own name, or `ticket`, and succeeds unless its name is in `failing`.
class CheckLogs : public ::testing::Test {
 protected:
  void play(std::vector<std::string> failing) {
    Result<Registry> opened = Registry::open_owner(folder_ / "registry.db");
    ASSERT_TRUE(opened) << opened.error().message;
    registry_.emplace(std::move(*opened));
    core_.emplace(CoreOptions{}, State{}, now_);
    failing_ = std::move(failing);
    Hello hello;
    hello.worker = "w";
    hello.incarnation = 1;
    core_->step(WorkerInput{"peer", {0, hello}}, now_);
    RunOptions options;
    options.plan_folder = "/project";
    const Result<RunPlan> source = make_run_plan(kChecked, options);
    ASSERT_TRUE(source) << source.error().message;
    stored_.plan_text = kChecked;
    stored_.plan_sha256 = sha256_hex(kChecked);
    stored_.options = options;
    stored_.tickets = stored_tickets(*source);
    core_->step(SubmitInput{1, std::make_shared<const RunPlan>(*source)}, now_);
    while (turn()) {
    }
    view_.emplace(*registry_, outputs_);
  }

  /// Whether anything was handed out.
  bool turn() {
    now_.steady += std::chrono::milliseconds{1};
    const Turn turn = core_->finish_turn(now_);
    Commit commit{{}, turn.facts, turn.counts, turn.tallies};
    for (const auto& [run, request] : turn.submitted) {
      stored_.id = run;
      commit.runs.push_back(stored_);
    }
    const Result<void> done = registry_->commit(commit);
    EXPECT_TRUE(done) << done.error().message;
    bool more = false;
    for (const Effect& effect : turn.effects) {
      const auto* send = std::get_if<SendToWorker>(&effect);
      const auto* assign = send == nullptr ? nullptr : std::get_if<Assign>(&send->message.message);
      if (assign == nullptr) continue;
      end(send->message.session, *assign);
      more = true;
    }
    return more;
  }

  void end(std::uint64_t session, const Assign& assign) {
    const std::string name = assign.spec.check.empty() ? "ticket" : assign.spec.check;
    ASSERT_TRUE(outputs_.write(RunId{1}, assign.token, 0, name));
    AttemptResult result;
    result.token = assign.token;
    const std::uint32_t reached = assign.spec.check.empty() ? checkpoints_ : 0;
    if (std::ranges::find(failing_, name) != failing_.end()) {
      result.outcome = Outcome::kExit;
      result.exit_code = 1;
    }
    core_->step(WorkerInput{"peer", {session, Accept{assign.token}}}, now_);
    core_->step(WorkerInput{"peer", {session, Started{assign.token, SlotId{1}, 1}}}, now_);
    for (std::uint32_t number = 1; number <= reached; ++number) {
      const CheckpointReached checkpoint{assign.token, number, std::to_string(number)};
      core_->step(WorkerInput{"peer", {session, checkpoint}}, now_);
    }
    core_->step(WorkerInput{"peer", {session, result}}, now_);
  }

  /// What was written, or why there is nothing.
  std::string said(const std::string& ticket, const std::string& check, std::uint32_t time = 0) {
    LogsRequest request;
    request.run = RunId{1};
    request.ticket = ticket;
    request.check = check;
    request.attempt = time;
    const Result<LogsAnswer> answer = view_->logs(request, now_);
    if (!answer) return answer.error().message;
    EXPECT_TRUE(answer->complete);
    return answer->attempt == 0 ? "never run" : answer->bytes.data;
  }

  /// What a dashboard gets of the ticket's output.
  std::string watched() {
    const Result<WatchAnswer> answer =
        view_->watch({.run = RunId{1}, .after = {}, .wait = {}}, now_);
    if (!answer) return answer.error().message;
    if (answer->troubled.size() != 1) return "nothing is troubled";
    return answer->troubled.front().output_end.data;
  }

  test::TemporaryFolder folder_;
  Now now_{Instant{std::chrono::hours{1}}, wall_from_millis(1'700'000'000'000)};
  OutputStore outputs_{folder_ / "outputs"};
  std::optional<Registry> registry_;
  std::optional<Core> core_;
  std::optional<RegistryView> view_;
  StoredRun stored_;
  std::vector<std::string> failing_;
  std::uint32_t checkpoints_ = 0;  ///< that the ticket reaches
};

TEST_F(CheckLogs, AreFoundByTheNamesOfGates) {
  play({});
  EXPECT_EQ(said("a", ""), "ticket");
  EXPECT_EQ(said("a", "unit tests"), "unit tests");
  EXPECT_EQ(said("a", "lint"), "lint");
  EXPECT_EQ(said("", "whole tree"), "whole tree");
  EXPECT_EQ(said("", "whole tree", 1), "whole tree");
  EXPECT_EQ(said("a", "rollback"), "never run");
  EXPECT_THAT(said("a", "lint", 2), HasSubstr("has had 1 attempt, no attempt 2"));
  EXPECT_THAT(said("a", "linter"),
              HasSubstr("a has no gate `linter`; there is unit tests, lint and rollback"));
  EXPECT_THAT(said("", "lint"), HasSubstr("the plan has no gate `lint`; there is whole tree"));
}

TEST_F(CheckLogs, HaveWhatARollbackSaid) {
  play({"unit tests"});
  EXPECT_EQ(said("a", "rollback"), "a") << "a rollback has its ticket's name";
  EXPECT_EQ(said("a", "lint"), "never run");
}

TEST_F(CheckLogs, GiveWatchersWhatFailedLastSaid) {
  play({"ticket"});
  EXPECT_EQ(watched(), "ticket");
}

TEST_F(CheckLogs, GiveWatchersWhatAGateSaidThatFailedAfterItsTicket) {
  play({"unit tests"});
  EXPECT_EQ(watched(), "unit tests");
}

TEST_F(CheckLogs, GiveWatchersWhatARollbackSaidThatFailed) {
  play({"unit tests", "a"});
  EXPECT_EQ(watched(), "a");
}

/// `headway explain`, of a ticket that has more of a history than anybody reads.
TEST_F(CheckLogs, AreNotAllThatIsToldOfALongHistory) {
  checkpoints_ = 150;
  play({"ticket"});
  const Result<ExplainAnswer> answer = view_->explain({RunId{1}, "a"}, now_);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->history.size(), 100U);
  EXPECT_EQ(answer->history.front().kind, "ticket assigned");
  EXPECT_EQ(answer->history.back().kind, "rollback ended") << "how it came to be where it is";
  ASSERT_EQ(answer->left_out_after, 20U);
  const Sequence before = answer->history[19].sequence;
  const Sequence after = answer->history[20].sequence;
  EXPECT_EQ(answer->left_out, after.number() - before.number() - 1);
}

TEST_F(CheckLogs, AreToldWholeOfAShortHistory) {
  play({});
  const Result<ExplainAnswer> answer = view_->explain({RunId{1}, "a"}, now_);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->left_out, 0U);
  EXPECT_EQ(answer->history.back().state, "succeeded");
}

}  // namespace
}  // namespace headway
