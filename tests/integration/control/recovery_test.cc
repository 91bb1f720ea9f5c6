#include <algorithm>

#include <gtest/gtest.h>

#include "common/system/files.h"
#include "coordinator/control/replay.h"
#include "coordinator/control/run_source.h"
#include "coordinator/core/core.h"
#include "coordinator/journal/registry.h"
#include "tests/support/temporary_folder.h"

/// A coordinator that starts again on its registry knows what it knew.

namespace headway {
namespace {

constexpr const char* kPlan = R"(version: 1
tickets:
  - {id: a, run: "true", category: docs, estimate: 100s}
  - {id: b, run: "true", category: docs, needs: [a]}
  - {id: c, run: "true", category: code, estimate: 1s}
  - {id: d, run: "true"}
)";

/// A core on a registry, as the shell has them, and one worker without a process: it ends each
/// attempt as soon as it has it.
class Recovery : public ::testing::Test {
 protected:
  Recovery() { start(); }

  void start() {
    core_.reset();
    registry_.reset();
    Result<Registry> opened = Registry::open_owner(folder_ / "registry.db");
    ASSERT_TRUE(opened) << opened.error().message;
    registry_.emplace(std::move(*opened));
    Result<State> state = replay_unfinished(*registry_);
    ASSERT_TRUE(state) << state.error().message;
    core_.emplace(CoreOptions{}, std::move(*state), now_);
    Hello hello;
    hello.worker = "w";
    if (lives_ > 0) hello.formers = {lives_};
    hello.incarnation = ++lives_;
    core_->step(WorkerInput{"peer", {0, hello}}, now_);
    turn();
  }

  /// Submits the plan, of which the tickets in `failing` fail, and plays it to its end.
  void run(const std::vector<std::string>& failing) {
    RunOptions options;
    options.plan_folder = "/project";
    const Result<RunPlan> source = make_run_plan(kPlan, options);
    ASSERT_TRUE(source) << source.error().message;
    stored_ = StoredRun{};
    stored_.plan_text = kPlan;
    stored_.plan_sha256 = sha256_hex(kPlan);
    stored_.options = options;
    stored_.tickets = stored_tickets(*source);
    failing_ = failing;
    core_->step(SubmitInput{1, std::make_shared<const RunPlan>(*source)}, now_);
    turn();
  }

  /// Makes this the plan of run 1.
  void apply(const std::string& text) {
    const RunPlan& base = *core_->state().find_run(RunId{1})->source;
    Result<PlanRevision> made = revise_run_plan(base, text, base.options, sha256_hex(text));
    ASSERT_TRUE(made) << made.error().message;
    version_ = {};
    version_.run = RunId{1};
    version_.version = made->plan->version;
    version_.made_at = now_.wall;
    version_.why = "apply by ann";
    version_.plan_sha256 = made->plan->sha256;
    version_.options = made->plan->options;
    version_.removed = made->plan->removed;
    if (keeps_compiled_) version_.compiled = compile_version(*made->plan);
    version_.plan_text = text;
    version_.planned =
        static_cast<std::uint32_t>(made->plan->plan.tickets.size() - made->plan->removed.size());
    version_.tickets = changed_tickets(base, *made->plan);
    ApplyInput input{
        3, RunId{1}, std::make_shared<const PlanRevision>(std::move(*made)), {}, false, "ann", ""};
    core_->step(input, now_);
    turn();
  }

  /// Takes turns until nothing more is handed out.
  void turn() {
    bool more = true;
    while (more) {
      now_.steady += std::chrono::milliseconds{1};
      const Turn turn = core_->finish_turn(now_);
      commit(turn);
      more = false;
      for (const Effect& effect : turn.effects) {
        const auto* send = std::get_if<SendToWorker>(&effect);
        if (send == nullptr) continue;
        if (const auto* stop = std::get_if<Stop>(&send->message.message)) {
          core_->step(WorkerInput{"peer", {send->message.session, Reject{stop->token, "unbegun"}}},
                      now_);
          more = true;
        }
        const auto* assign = std::get_if<Assign>(&send->message.message);
        if (assign == nullptr || attempts_left_ == 0) continue;
        --attempts_left_;
        end(send->message.session, *assign);
        more = true;
      }
    }
  }

  void commit(const Turn& turn) {
    Commit commit{{}, turn.facts, turn.counts, turn.tallies};
    commit.plans.assign(turn.replanned.size(), version_);
    for (const auto& [run, request] : turn.submitted) {
      stored_.id = run;
      commit.runs.push_back(stored_);
    }
    const Result<void> done = registry_->commit(commit);
    ASSERT_TRUE(done) << done.error().message;
  }

  void end(std::uint64_t session, const Assign& assign) {
    AttemptResult result;
    result.token = assign.token;
    result.usage.elapsed = std::chrono::seconds{80};
    if (std::ranges::find(failing_, assign.spec.ticket) != failing_.end()) {
      result.outcome = Outcome::kExit;
      result.exit_code = 1;
    }
    core_->step(WorkerInput{"peer", {session, Accept{assign.token}}}, now_);
    core_->step(WorkerInput{"peer", {session, result}}, now_);
  }

  [[nodiscard]] const TrackRecord& record() const { return core_->state().track_record; }

  test::TemporaryFolder folder_;
  Now now_{Instant{std::chrono::hours{1}}, wall_from_millis(1'700'000'000'000)};
  std::optional<Registry> registry_;
  std::optional<Core> core_;
  StoredRun stored_;
  StoredPlan version_;  ///< of the run's plan, that comes next
  bool keeps_compiled_ = true;
  std::vector<std::string> failing_;
  std::uint64_t lives_ = 0;
  std::size_t attempts_left_ = SIZE_MAX;  ///< that the worker ends; it keeps the rest
};

TEST_F(Recovery, KnowsHowWellWorkersDidInRunsThatHaveEnded) {
  run({});
  run({"c"});
  ASSERT_TRUE(core_->state().runs.empty()) << "both runs have left the memory";
  const TrackRecord before = record();
  const CategoryRecord* docs = before.find("docs");
  ASSERT_NE(docs, nullptr);
  using std::chrono::seconds;
  EXPECT_EQ(docs->all(), (Tally{4, 4, 2, seconds{160}, seconds{200}}));
  EXPECT_EQ(before.find("code")->all(), (Tally{2, 1, 1, seconds{80}, seconds{1}}));
  EXPECT_EQ(before.size(), 2U) << "a ticket without a category leaves no trace";
  start();
  EXPECT_EQ(record(), before);
}

TEST_F(Recovery, CountsTheAttemptsOfAnUnfinishedRunOnce) {
  run({});
  attempts_left_ = 2;
  run({});
  ASSERT_EQ(core_->state().runs.size(), 1U);
  const TrackRecord before = record();
  start();
  EXPECT_EQ(core_->state().runs.size(), 1U);
  EXPECT_EQ(record(), before);
}

TEST_F(Recovery, CountsTheAttemptsOfARunThatWasOpenedAgainOnce) {
  run({"c"});
  const Result<State> ended = replay_run(*registry_, RunId{1});
  ASSERT_TRUE(ended) << ended.error().message;
  TicketControl retry;
  retry.run = RunId{1};
  retry.action = TicketAction::kRetry;
  failing_.clear();
  core_->step(TicketInput{2, retry, std::make_shared<const State>(*ended)}, now_);
  turn();
  const TrackRecord before = record();
  EXPECT_EQ(before.find("code")->all().ended, 2U);
  EXPECT_EQ(before.find("code")->all().succeeded, 1U);
  start();
  EXPECT_EQ(record(), before);
}

constexpr const char* kShorter = R"(version: 1
tickets:
  - {id: a, run: "true", category: docs, estimate: 100s}
  - {id: c, run: "true", needs: [a], category: code, estimate: 1s}
  - {id: e, run: "true", needs: [c], title: new}
)";

/// By their compiled forms, and by their texts where those are of another version of the program.
TEST_F(Recovery, KnowsTheVersionsOfAPlan) {
  attempts_left_ = 1;
  run({});
  apply(kShorter);
  keeps_compiled_ = false;
  apply(kPlan);
  apply(kShorter);
  start();
  const headway::Run* run = core_->state().find_run(RunId{1});
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->source->version, 4U);
  EXPECT_EQ(run->source->removed, (std::vector{TicketIndex{1}, TicketIndex{3}}));
  EXPECT_EQ(run->ticket(TicketIndex{4}).title, "new");
  EXPECT_EQ(run->tickets[1].state, TicketState::kCancelled);
  EXPECT_EQ(run->planned(), 3U);
  const Result<std::vector<ListedRun>> listed = registry_->list_runs({});
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->front().plan_version, 4U);
  EXPECT_EQ(listed->front().tickets, 3U);
  EXPECT_EQ(*registry_->plan_text(RunId{1}, 3), kPlan);
  EXPECT_EQ(registry_->load_plan(RunId{1}, 4)->why, "apply by ann");
  EXPECT_EQ(*registry_->verify(), std::vector<std::string>{});
  attempts_left_ = SIZE_MAX;
  start();
  EXPECT_TRUE(core_->state().runs.empty()) << "it has run to its end";
}

}  // namespace
}  // namespace headway
